"""What Alembic runs: the migrations, on the connection that :mod:`lnp_batch.ledger.store` hands over."""

from alembic import context

from lnp_batch.ledger.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
