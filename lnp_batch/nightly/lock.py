"""One run at a time for an outbox."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from lnp_batch.errors import Locked
from lnp_batch.ledger.store import Ledger, is_shared, only_coordinator
from lnp_batch.nightly.files import HIDDEN, make_folder
from lnp_batch.nightly.outbox import identity


@contextlib.contextmanager
def only_run(outbox: Path) -> Iterator[None]:
    """Holds the outbox's lock, which the system lets go when the process ends, however it ends. Locked where another
    run holds it."""
    lock = FileLock(make_folder(outbox / HIDDEN) / "run.lock")
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise Locked from None
    try:
        yield
    finally:
        lock.release()


def alone_on(ledger: Ledger, outbox: Path) -> contextlib.AbstractContextManager[object]:
    """The same by the ledger, where several machines may see the outbox. On SQLite there is nothing to hold but a
    connection: where the last one ends, SQLite empties the write-ahead log, and there is no need to do that after each workbook."""
    return only_coordinator(ledger, identity(outbox)) if is_shared(ledger) else ledger.connect()
