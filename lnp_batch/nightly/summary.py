"""The office's summary, `OUTBOX/_runs/<date>.xlsx`: what was delivered that day, by all runs, and what the
last one left in the inbox."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from lnp_batch.documents.nightly_summary.failed import Trouble
from lnp_batch.documents.nightly_summary.workbook import write_nightly_summary
from lnp_batch.model.file_name import DEFECTS_FOLDER, RUNS_FOLDER
from lnp_batch.model.text import Lang
from lnp_batch.nightly.left import left_on
from lnp_batch.nightly.outbox import delivered_folder
from lnp_batch.system.atomic_file import make_folder, read_json

Entry = dict[str, Any]


def write_summary(outbox: Path, day: dt.date, lang: Lang, trouble: Trouble | None = None) -> Path:
    """Write the summary of `day`, completely or not at all, and return its path. Raises OSError if it cannot.

    `trouble` is what the office must repair, if anything. Also writes the summaries of other days that are outdated: an
    interrupted run did not write its own.
    """
    make_folder(outbox / RUNS_FOLDER)
    for each in (day, *sorted({*_outdated(outbox)} - {day})):
        left = [left for left in left_on(outbox, each) if left.for_office]
        of_day = trouble if each == day else None
        write_nightly_summary(_summary_path(outbox, each), each, delivered_entries(outbox, each), left, lang, of_day)
    return _summary_path(outbox, day)


def _summary_path(outbox: Path, day: dt.date) -> Path:
    return outbox / RUNS_FOLDER / f"{day.isoformat()}.xlsx"


def _outdated(outbox: Path) -> Iterator[dt.date]:
    """Yield the days whose summary is missing, or older than what was delivered."""
    for delivered in _list_folder(delivered_folder(outbox, "")):
        day = dt.date.fromisoformat(delivered.name)
        path = _summary_path(outbox, day)
        if not path.exists() or path.stat().st_mtime_ns <= delivered.stat().st_mtime_ns:
            yield day


def delivered_entries(outbox: Path, day: dt.date) -> list[Entry]:
    """Return the report entries of what was delivered on `day`, in order of delivery.

    Each has `folder`, its folder's path in the outbox, "" if that is gone. A defect whose folder is gone is left out:
    it was retried, and has another entry.
    """
    by_name: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    entries = [read_json(path)["entry"] for path in sorted(delivered_folder(outbox, day.isoformat()).glob("*.json"))]
    for entry in entries:
        by_name[entry["place"], entry["batch"]].append(entry)
    for (place, batch), same in by_name.items():
        folders = list(_batch_folders(outbox / place, batch))
        missing: list[str] = [""] * max(len(same) - len(folders), 0)
        for entry, name in zip(same, [*missing, *folders][-len(same) :], strict=True):
            entry["folder"] = f"{place}/{name}" if name else ""
    return [entry for entry in entries if entry["folder"] or entry["place"] != DEFECTS_FOLDER]


def _batch_folders(place: Path, batch: str) -> Sequence[str]:
    """Return the names of the folders of `batch` in order of delivery: `batch`, `batch-2`, `batch-3` …"""
    pattern = re.compile(rf"{re.escape(batch)}(?:-([0-9]+))?")
    found = [(int(match[1] or 1), path.name) for path in _list_folder(place) if (match := pattern.fullmatch(path.name))]
    return [name for _count, name in sorted(found)]


def _list_folder(folder: Path) -> Iterator[Path]:
    return folder.iterdir() if folder.is_dir() else iter(())
