"""What NUM026 and ACC039 have in common: a filled row that lists nothing."""

from __future__ import annotations

from lnp_batch.model.reading import NoRow, Reading
from lnp_batch.model.text import Text
from lnp_batch.rules.rule import Spot

SAYS = {
    NoRow.TOTAL.value: Text("Cette ligne est un total : elle n'est pas lue.", "This row is a total: it is not read."),
    NoRow.CLOSING.value: Text(
        "Cette ligne n'est qu'un mot de la fin : elle n'est pas lue.",
        "This row is only a closing word: it is not read.",
    ),
    NoRow.SEPARATOR.value: Text(
        "Cette ligne n'est qu'un trait : elle n'est pas lue.", "This row is only a line: it is not read."
    ),
    NoRow.HEADERS.value: Text(
        "Cette ligne répète les titres : elle n'est pas lue.", "This row repeats the headers: it is not read."
    ),
}
REMEDY = Text("Supprimez la ligne {row}.", "Delete row {row}.")


def rows_listing_nothing(reading: Reading, key: str) -> list[Spot]:
    """Return the rows of the accounts or numbers sheet that list nothing, each at its first filled cell of ours."""
    table = reading.tables.get(key)
    if table is None:
        return []
    ours = sorted(table.header.where.values())
    return [
        Spot({"says": kind.value, "row": row}, table.sheet, row, _first_filled(table.grid[row - 1].tolist(), ours))
        for row, kind in table.no_rows.items()
    ]


def _first_filled(cells: list[object], ours: list[int]) -> int:
    return next((at for at in ours if str(cells[at]).strip()), ours[0])
