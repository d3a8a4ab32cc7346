"""A copy of what is held of somebody: their rows, requests and documents, and nobody else's."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from lnp_batch.columns.sheets import sheet_of
from lnp_batch.errors import EnvironmentFault
from lnp_batch.model.text import Text
from lnp_batch.nightly.outbox import DOCUMENTS
from lnp_batch.nightly.person import Held, HeldFolder, documents_of, requests_of
from lnp_batch.system.atomic_file import atomic_file, copy, make_folder, move, remove
from lnp_batch.xlsx.mask import MASK

CONTENT = "data.json"


def export_held(held: Held, to: Path) -> int:
    """Write a copy to the new folder `to`, which appears whole. Returns how many files that is.

    `data.json` has the rows of the workbooks, the requests of the reports and those of the ledger; the documents stand
    beside it, in a folder for each batch. Raises EnvironmentFault if `to` exists.
    """
    if to.exists():
        raise EnvironmentFault(Text(f"{to} existe déjà : rien n'a été écrit.", f"{to} exists: nothing was written."))
    being_written = to.with_name(f".{to.name}.part")
    remove(being_written)
    make_folder(being_written)
    ledger = [_plain(row) for row in held.ledger.requests.values()]
    content = {"batches": list(map(_batch, held.folders)), "ledger": ledger}
    with atomic_file(being_written / CONTENT) as temporary:
        temporary.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    count = 1
    for folder in held.folders:
        for path in documents_of(folder.path, folder.keys):
            target = being_written / folder.path.name / path.relative_to(folder.path / DOCUMENTS)
            copy(path, make_folder(target.parent) / target.name)
            count += 1
    move(being_written, to)
    return count


def _batch(folder: HeldFolder) -> dict[str, Any]:
    tables = folder.original.tables if folder.original else {}
    return {
        "batch": folder.path.name,
        "requests": requests_of(folder.path, folder.keys),
        **{key: _rows(folder, key) for key in ("accounts", "numbers") if key in tables},
    }


def _rows(folder: HeldFolder, key: str) -> list[dict[str, Any]]:
    """Return the person's rows of a sheet as typed, by the columns' keys, without empty cells.

    Of a PIN only that there is one: its copy would be one more place where it can be read.
    """
    assert folder.original is not None
    table, secret = folder.original.tables[key], {column.key for column in sheet_of(key).columns if column.secret}
    rows = table.raw.loc[sorted(folder.rows[key])].to_dict("records")
    return [
        {str(name): MASK if name in secret else _json(cell) for name, cell in row.items() if cell != ""} for row in rows
    ]


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: json.loads(value) if name == "details" else _json(value) for name, value in row.items()}


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date | dt.time) else value
