"""An outbox with a bit of everything that is kept, for the tests of what is removed from it."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
from sqlalchemy import Engine, select, update

from lnp_batch.ledger.schema import batches, numbers, requests
from lnp_batch.ledger.store import default_url, open_ledger, reading, writing
from lnp_batch.nightly.claims import Claim
from lnp_batch.nightly.outbox import find_batch_folder
from lnp_batch.nightly.rejudge_claim import save_claim
from tests.factory import ACCOUNT, SECOND, changed
from tests.nightly.runs import (
    InProcessPool,
    RunTask,
    faulty,
    files_state,
    make_inbox,
    numbered,
    plan,
    run_once,
    workbook_of,
)

DAY, PORTED = dt.date(2026, 11, 23), dt.date(2026, 12, 7)
CLOSED = dt.datetime(2026, 12, 15, 12, tzinfo=dt.UTC)
PINS = ("PIN-4711", "PIN-8822")
ROWS = changed({"accounts": {2: {"pin": PINS[0]}, 3: {"pin": PINS[1]}}}, numbered(10))
WORKBOOK = workbook_of(ROWS)
OPEN = workbook_of(changed({"accounts": {2: {"pin": "PIN-0000"}}}, faulty(20)))
NAMES = [str(row[key]) for row in (ACCOUNT, SECOND) for key in ("name_on_bill", "signer")]
ANSWERS: dict[Any, Any] = {}


def broken(run: RunTask, task: Any) -> Any:
    raise LookupError


def close(ledger: Engine) -> None:
    """Port and close the requests of the batches that have no fault."""
    with writing(ledger) as connection:
        done = select(requests.c.id).join(batches, batches.c.id == requests.c.batch).where(batches.c.file == "lot.xlsx")
        connection.execute(update(numbers).where(numbers.c.request.in_(done)).values(open=False, ported_on=PORTED))
        connection.execute(update(requests).where(requests.c.id.in_(done)).values(state="closed", changed_at=CLOSED))


def fill(folder: Path, url: str | None = None) -> Path:
    """Make an outbox with a batch that is closed, one that is open, the first one again, a file that was refused, and a
    defect. Returns its path."""
    outbox = folder / "out"
    inbox = make_inbox(folder / "in", {"HR-01/lot.xlsx": WORKBOOK, "HR-01/lot/A1-csr.pdf": b"%PDF-1.7"})
    run_once(plan(inbox, outbox), InProcessPool(ANSWERS, broken), url)
    make_inbox(folder / "in", {"HR-01/lot.xlsx": WORKBOOK, "HR-01/lot/A1-csr.pdf": b"%PDF-1.7", "open.xlsx": OPEN})
    make_inbox(folder / "in", {"c.xlsx": b"x", "HR-01/z-again.xlsx": WORKBOOK})
    run_once(plan(inbox, outbox), InProcessPool(ANSWERS), url)
    close(open_ledger(url or default_url(outbox)))
    return outbox


def folder_of(outbox: Path, file: str) -> Path:
    """Return the folder of the batch whose workbook has that name."""
    with reading(open_ledger(default_url(outbox))) as connection:
        batch = connection.scalar(select(batches.c.id).where(batches.c.file == file))
    found = find_batch_folder(outbox, str(batch))
    assert found
    return found


def begin_answer(outbox: Path, folder: Path) -> Claim:
    """Begin a new answer of a batch as `rejudge` does, and leave it there."""
    claim = Claim("20261201T120000-000001", "lot.xlsx", "HR-01", "", "2026-12-01T12:00:00+00:00", "2026-12-01", False)
    claim = claim.for_rejudge(folder.name, "Marie Roy", "a new price")
    save_claim(outbox, claim)
    return claim


def names(outbox: Path) -> list[str]:
    return sorted(path.rpartition("/")[2] for path in files_state(outbox))


def cells(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()), rich_text=True)
    return {sheet.title: [tuple(str(value) for value in row) for row in sheet.values] for sheet in book}


def content(outbox: Path) -> bytes:
    """Return the bytes of everything in the outbox, workbooks unpacked."""
    found = []
    for path in sorted(path for path in outbox.rglob("*") if path.is_file()):
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                found += [archive.read(name) for name in archive.namelist()]
        found.append(path.read_bytes())
    return b"".join(found)
