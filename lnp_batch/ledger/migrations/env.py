"""Alembic's entry point: runs the migrations on the connection that :mod:`lnp_batch.ledger.store` passes."""

from alembic import context

from lnp_batch.ledger.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
