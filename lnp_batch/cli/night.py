"""What a nightly run says on the terminal: a line a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table

from lnp_batch.cli.words import harmless
from lnp_batch.model.text import Lang, Text
from lnp_batch.model.verdict import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from lnp_batch.nightly.run import Ended

HEADERS = (
    Text("Classeur", "Workbook"),
    Text("Revendeur", "Reseller"),
    Text("Verdict", "Verdict"),
    Text("Numéros", "Numbers"),
    Text("Acceptés", "Accepted"),
    Text("À revoir", "To revise"),
    Text("Facturés", "Billed"),
    Text("Lot", "Batch"),
)
NOTHING = Text("Rien n'est arrivé.", "Nothing has arrived.")
WAITING = Text(
    "En attente du passage suivant, car trop récents : {count}.", "Waiting for the next run, as too young: {count}."
)
NOT_FILES = Text("Ni fichiers ni dossiers, laissés là : {count}.", "Neither files nor folders, left there: {count}.")


def show_run(screen: Console, ended: Ended, lang: Lang) -> None:
    """A table of what came out, and what was left."""
    if ended.entries:
        table = Table(box=None, padding=(0, 2, 0, 0))
        for at, header in enumerate(HEADERS):
            table.add_column(header[lang], justify="right" if at in range(3, 7) else "left")
        for entry in ended.entries:
            table.add_row(*_line(entry, lang))
        screen.print(table)
    else:
        screen.print(NOTHING[lang])
    for told, count in ((WAITING, ended.waiting), (NOT_FILES, ended.not_files)):
        if count:
            screen.print(told[lang].format(count=count))


def _line(entry: Mapping[str, Any], lang: Lang) -> list[str]:
    to_revise = entry["to_fix"] + entry["to_confirm"] + entry["waiting"]
    counts = (entry["numbers"], entry["accepted"], to_revise, entry["billed"])
    return [
        harmless(entry["file"]),
        harmless(entry["reseller"]),
        VERDICTS[entry["verdict"]][lang],
        *(str(count) for count in counts),
        harmless(f"{entry['place']}/{entry['batch']}"),
    ]
