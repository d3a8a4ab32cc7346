"""A batch whose answer is stale: what the ledger knows has changed since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select, update

from lnp_batch.ledger.schema import numbers, requests
from lnp_batch.ledger.store import open_ledger, writing
from lnp_batch.nightly.rejudge_claim import rejudge_inbox
from tests.factory import REFERENCE, changed, context
from tests.nightly.runs import OTHER, InProcessPool, ledger_of, numbered, plan, rejudge_once, state, workbook_of
from tests.nightly.story import ANSWERS, PDF, Story

LATER = REFERENCE + dt.timedelta(days=1)


def cancel(engine: Engine, reseller: str) -> None:
    """Cancel the requests of a reseller, as the office does."""
    mine = select(requests.c.id).where(requests.c.reseller == reseller)
    with writing(engine) as connection:
        connection.execute(update(numbers).where(numbers.c.request.in_(mine)).values(open=False))
        connection.execute(update(requests).where(requests.c.reseller == reseller).values(state="cancelled"))


def stale_batch(folder: Path) -> str:
    """Prepare an outbox with a batch with documents, whose next answer bills it, and return its id.

    Another reseller's requests had its numbers when it was answered; they are cancelled now.
    """
    files = {"HR-01/lot.xlsx": workbook_of(numbered(10)), "HR-01/lot/A1-csr.pdf": PDF}
    story = Story(folder, ledger_of(folder / "out"))
    story.send({"x.xlsx": workbook_of(changed(OTHER, numbered(10)))})
    batch = story.folder_of(story.send(files)).name
    cancel(story.engine, "xx-02")
    return batch


def judge(outbox: Path, batch: str) -> Mapping[str, Any]:
    """Answer the batch again, a day later."""
    return rejudge_once(plan(outbox, outbox, context(reference_date=LATER)), batch, "because", InProcessPool(ANSWERS))


def final_state(folder: Path) -> dict[str, Any]:
    """Return everything that has to be the same after any interruption."""
    outbox = folder / "out"
    left = [path for path in rejudge_inbox(outbox).rglob("*") if path.is_file()]
    return {**state(folder / "in", outbox, open_ledger(ledger_of(outbox))), "left": left}
