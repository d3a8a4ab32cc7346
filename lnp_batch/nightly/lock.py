"""One run at a time for an outbox."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from lnp_batch.errors import Locked
from lnp_batch.ledger.store import Ledger, is_shared, kept_open, only_coordinator
from lnp_batch.model.file_name import HIDDEN_FOLDER
from lnp_batch.nightly.outbox import create_outbox_id
from lnp_batch.system.atomic_file import make_folder


@contextlib.contextmanager
def only_run(outbox: Path) -> Iterator[None]:
    """Hold the outbox's lock, which the system releases however the process ends.

    Raises Locked if another run holds it.
    """
    lock = FileLock(make_folder(outbox / HIDDEN_FOLDER) / "run.lock")
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise Locked from None
    try:
        yield
    finally:
        lock.release()


def only_run_in_ledger(ledger: Ledger, outbox: Path) -> contextlib.AbstractContextManager[None]:
    """Hold the outbox's lock in the ledger, as several machines may see the outbox.

    SQLite needs no such lock: a connection is kept open instead.
    """
    return only_coordinator(ledger, create_outbox_id(outbox)) if is_shared(ledger) else kept_open(ledger)
