"""Alembic's: one file a change of the schema, in `versions`."""
