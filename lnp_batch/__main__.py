"""``python -m lnp_batch``."""

from lnp_batch.cli.main import run

run()
