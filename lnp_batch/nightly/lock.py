"""One run at a time for an outbox."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from lnp_batch.errors import Locked
from lnp_batch.ledger.store import Ledger, is_shared, kept_open, only_coordinator
from lnp_batch.model.file_name import HIDDEN_FOLDER
from lnp_batch.nightly.outbox import identity
from lnp_batch.system.atomic_file import make_folder


@contextlib.contextmanager
def only_run(outbox: Path) -> Iterator[None]:
    """Holds the outbox's lock, which the system lets go when the process ends, however it ends. Locked where another
    run holds it."""
    lock = FileLock(make_folder(outbox / HIDDEN_FOLDER) / "run.lock")
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise Locked from None
    try:
        yield
    finally:
        lock.release()


def alone_on(ledger: Ledger, outbox: Path) -> contextlib.AbstractContextManager[None]:
    """The same by the ledger, where several machines may see the outbox: nothing to hold on SQLite, which is kept open."""
    return only_coordinator(ledger, identity(outbox)) if is_shared(ledger) else kept_open(ledger)
