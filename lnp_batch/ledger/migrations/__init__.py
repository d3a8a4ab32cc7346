"""Alembic migrations, a file for each change of the schema."""
