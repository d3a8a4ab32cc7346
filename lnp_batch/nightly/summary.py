"""The office's summary, `OUTBOX/_runs/<date>.xlsx`: what was delivered that day, by all runs, and what the
last one left in the inbox."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from lnp_batch.documents.nightly_summary.entry import Entry, counted_once
from lnp_batch.documents.nightly_summary.failed import Trouble
from lnp_batch.documents.nightly_summary.workbook import write_nightly_summary
from lnp_batch.model.dates import TORONTO
from lnp_batch.model.file_name import DEFECTS_FOLDER, RUNS_FOLDER
from lnp_batch.model.text import Lang
from lnp_batch.nightly.booked import ledger_id_of, recorded_batches
from lnp_batch.nightly.left import left_on, trouble_on, unreadable_on
from lnp_batch.nightly.outbox import BOOKED, all_delivered, all_staging, delivered_manifests, manifest_values
from lnp_batch.system.access import restrict_tree
from lnp_batch.system.atomic_file import make_folder

A_DAY = 24 * 3600
"""In seconds."""
DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
"""Matches the name of a day's folder."""


def write_summary(
    outbox: Path, day: dt.date, lang: Lang, trouble: Trouble | None = None, office: int | None = None
) -> Path:
    """Write the summary of `day`, completely or not at all, and return its path. Raises OSError if it cannot.

    `trouble` is what the office must repair, by default what the last run of `day` left; the group `office` may read
    the summaries. Also writes those of other days that are outdated: an interrupted run did not write its own.
    """
    make_folder(outbox / RUNS_FOLDER)
    for each in (day, *sorted({*_outdated(outbox)} - {day}, reverse=True)):
        left = [left for left in left_on(outbox, each) if left.for_office]
        of_day = (trouble or trouble_on(outbox, day)) if each == day else None
        unreadable = [Entry.from_json(fields) for fields in unreadable_on(outbox, each)]
        entries = [*unreadable, *delivered_entries(outbox, each)]
        late = _late_entries(outbox, each)
        write_nightly_summary(summary_path(outbox, each), each, entries, left, lang, of_day, late)
    restrict_tree(outbox / RUNS_FOLDER, office)
    return summary_path(outbox, day)


def summary_path(outbox: Path, day: dt.date) -> Path:
    """Return where the summary of `day` is."""
    return outbox / RUNS_FOLDER / f"{day.isoformat()}.xlsx"


def _outdated(outbox: Path) -> Iterator[dt.date]:
    """Yield the days whose summary is missing, or older than what was delivered: of what was claimed on that day, or
    late of an earlier one. The later day has to be written first, or nothing shows any more that it is outdated."""
    for delivered in all_delivered(outbox).glob(DAY):
        day = dt.date.fromisoformat(delivered.name)
        if _is_outdated(summary_path(outbox, day), delivered):
            yield day
            later = {manifest.get("answered_on", "") for manifest in delivered_manifests(outbox, delivered.name)}
            days = (dt.date.fromisoformat(each) for each in later - {"", delivered.name})
            yield from (each for each in days if _is_outdated(summary_path(outbox, each), delivered))


def _is_outdated(summary: Path, delivered: Path) -> bool:
    return not summary.exists() or summary.stat().st_mtime_ns <= delivered.stat().st_mtime_ns


def delivered_entries(outbox: Path, day: dt.date) -> list[Entry]:
    """Return the entries of what was claimed on `day` and delivered, in order of delivery; then of what is booked and
    kept back, so that the amounts are those of the ledger.

    A defect whose folder is gone is left out: it was retried, and has another entry. The folder of an answer of a batch
    has the name in the entry.
    """
    manifests = [*delivered_manifests(outbox, day.isoformat()), *_kept_back(outbox, day.isoformat())]
    return counted_once([entry for _manifest, entry in _with_entries(outbox, manifests)])


def _with_entries(outbox: Path, manifests: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Mapping[str, Any], Entry]]:
    """Yield the manifests of one day with their entries, in the same order."""
    found = [manifest["entry"] for manifest in manifests]
    folders: dict[int, str] = {}
    at_name: dict[tuple[str, str], list[int]] = defaultdict(list)
    for at, (manifest, fields) in enumerate(zip(manifests, found, strict=True)):
        place, batch = fields["place"], fields["batch"]
        if manifest["kind"] == BOOKED or batch.startswith(fields.get("first", "/")):
            folders[at] = f"{place}/{batch}" if (outbox / place / batch).is_dir() else ""
        else:
            at_name[place, batch].append(at)
    for (place, batch), same in at_name.items():
        names = list(_batch_folders(outbox / place, batch))
        missing: list[str] = [""] * max(len(same) - len(names), 0)
        for at, name in zip(same, [*missing, *names][-len(same) :], strict=True):
            folders[at] = f"{place}/{name}" if name else ""
    for at, manifest in enumerate(manifests):
        entry = Entry.from_json(found[at], folders[at])
        if entry.folder or entry.place != DEFECTS_FOLDER:
            yield manifest, entry


def _kept_back(outbox: Path, day: str) -> list[dict[str, Any]]:
    """Return the manifests of what was claimed on `day` (ISO) and is booked, but not yet delivered."""
    staged = map(manifest_values, sorted(all_staging(outbox).glob("*/manifest.json")))
    booked = recorded_batches(outbox, ledger_id_of(outbox))
    of_day = (values for values in staged if values is not None and values["entry"]["day"] == day)
    return [values for values in of_day if values["kind"] == BOOKED and values["batch"] in booked]


def _late_entries(outbox: Path, day: dt.date) -> list[Entry]:
    """Return the workbooks of earlier days that were answered on `day`, in the order of their claims, without defects
    that were retried since.

    Only the lists are read that changed since the day before, or on the disk's last two days: its clock and that of the
    run may differ, and a run may have another day than today.
    """
    changed = {path: path.stat().st_mtime for path in sorted(all_delivered(outbox).glob(DAY))}
    day_before = dt.datetime.combine(day, dt.time.min, TORONTO).timestamp() - A_DAY
    since = min(day_before, max(changed.values(), default=0) - A_DAY)
    found = []
    for delivered, when in changed.items():
        if delivered.name < day.isoformat() and when >= since:
            of_day = _with_entries(outbox, list(delivered_manifests(outbox, delivered.name)))
            found += [entry for manifest, entry in of_day if manifest.get("answered_on") == day.isoformat()]
    return found


def _batch_folders(place: Path, batch: str) -> Sequence[str]:
    """Return the names of the folders of `batch` in order of delivery: `batch`, `batch-2`, `batch-3` …"""
    pattern = re.compile(rf"{re.escape(batch)}(?:-([0-9]+))?")
    found = [(int(match[1] or 1), path.name) for path in _list_folder(place) if (match := pattern.fullmatch(path.name))]
    return [name for _count, name in sorted(found)]


def _list_folder(folder: Path) -> Iterator[Path]:
    return folder.iterdir() if folder.is_dir() else iter(())
