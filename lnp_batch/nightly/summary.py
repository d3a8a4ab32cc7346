"""What the office finds in the morning: `OUTBOX/_runs/<date>.xlsx`, made of what was delivered that day, by whichever run."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from lnp_batch.documents.nightly_summary import write_nightly_summary
from lnp_batch.model.file_name import DEFECTS_FOLDER, RUNS_FOLDER
from lnp_batch.model.text import Lang
from lnp_batch.nightly.outbox import entries_of
from lnp_batch.system.atomic_file import make_folder, read_json

Entry = dict[str, Any]


def write_summary(outbox: Path, day: dt.date, lang: Lang) -> Path:
    """Writes the workbook of `day` anew, whole or not at all, and gives its path. OSError where that cannot be done.

    So is that of any other day to which something was delivered since: a run that was cut off had no time for it.
    """
    make_folder(outbox / RUNS_FOLDER)
    for each in sorted({day, *_behind(outbox)}):
        write_nightly_summary(_workbook(outbox, each), each, delivered(outbox, each), lang)
    return _workbook(outbox, day)


def _workbook(outbox: Path, day: dt.date) -> Path:
    return outbox / RUNS_FOLDER / f"{day.isoformat()}.xlsx"


def _behind(outbox: Path) -> Iterator[dt.date]:
    """The days whose workbook is not there, or older than what was delivered."""
    for kept in _inside(entries_of(outbox, "")):
        day = dt.date.fromisoformat(kept.name)
        path = _workbook(outbox, day)
        if not path.exists() or path.stat().st_mtime_ns <= kept.stat().st_mtime_ns:
            yield day


def delivered(outbox: Path, day: dt.date) -> list[Entry]:
    """What was delivered on `day`, in that order; each with `folder`, its folder's path in the outbox, "" where that is
    gone.

    A fault of ours whose folder is gone was tried again since, and is told by what came out then.
    """
    by_name: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    entries = [read_json(path)["entry"] for path in sorted(entries_of(outbox, day.isoformat()).glob("*.json"))]
    for entry in entries:
        by_name[entry["place"], entry["batch"]].append(entry)
    for (place, batch), same in by_name.items():
        folders = list(_folders(outbox / place, batch))
        missing: list[str] = [""] * max(len(same) - len(folders), 0)
        for entry, name in zip(same, [*missing, *folders][-len(same) :], strict=True):
            entry["folder"] = f"{place}/{name}" if name else ""
    return [entry for entry in entries if entry["folder"] or entry["place"] != DEFECTS_FOLDER]


def _folders(place: Path, batch: str) -> Sequence[str]:
    """The folders that were to be called `batch`, in the order in which they appeared: `batch`, `batch-2`, `batch-3` …"""
    named = re.compile(rf"{re.escape(batch)}(?:-([0-9]+))?")
    found = [(int(match[1] or 1), path.name) for path in _inside(place) if (match := named.fullmatch(path.name))]
    return [name for _count, name in sorted(found)]


def _inside(place: Path) -> Iterator[Path]:
    return place.iterdir() if place.is_dir() else iter(())
