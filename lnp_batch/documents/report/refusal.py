"""``NAME.refused.txt``: why a workbook was refused, as one paragraph in the reseller's language."""

from __future__ import annotations

import re
from pathlib import Path

from lnp_batch.documents.report.json_report import INVISIBLE
from lnp_batch.model.finding import Finding
from lnp_batch.model.outcome import Outcome
from lnp_batch.model.text import Lang, Text
from lnp_batch.rules import message, remedy

CELLS_NAMED_AT_MOST = 20

_CONTROLS = re.compile("[\x00-\x20]+")

_NOT_PROCESSED = Text(
    "Le fichier « {name} » n'a pas été traité : rien n'est accepté et rien n'est facturé.",
    "The file “{name}” was not processed: nothing is accepted and nothing is billed.",
)
_WHERE = Text("Où : {places}.", "Where: {places}.")
_MORE = Text("{places} et {count} de plus", "{places} and {count} more")
_ONLY_MORE = Text("{count} cellules de plus", "{count} more cells")
_SEND_AGAIN = Text(
    "Renvoyez ensuite le fichier : le reste n'a pas encore été vérifié.",
    "Then send the file again: the rest has not been checked yet.",
)
_OF_SHEET = Text("Feuille « {sheet} » : {says}", "Sheet “{sheet}”: {says}")


def fill_refusal(outcome: Outcome, path: Path) -> None:
    """Write `NAME.refused.txt` into the temporary file `path`; the caller renames it.

    Raises OSError if the disk refuses.
    """
    path.write_text(refusal(outcome) + "\n", encoding="utf-8", newline="\n")


def refusal(outcome: Outcome) -> str:
    """Return one paragraph: why the workbook was refused, where (up to 20 cells by name), and what to do."""
    lang = outcome.lang
    by_code: dict[str, list[Finding]] = {}
    for finding in outcome.findings:
        if finding.severity.holds:
            by_code.setdefault(finding.code, []).append(finding)
    sentences = [_NOT_PROCESSED.say(lang, {"name": outcome.reading.name})]
    room = CELLS_NAMED_AT_MOST
    for findings in by_code.values():
        in_cells = [finding for finding in findings if finding.cell]
        named, unnamed = in_cells[:room], len(in_cells[room:])
        room -= len(named)
        reported = [finding for finding in findings if not finding.cell] + named or findings[:1]
        of_sheets = [finding for finding in reported if finding.sheet and not finding.cell]
        for finding in of_sheets:
            sentences.append(_OF_SHEET[lang].format(sheet=finding.sheet, says=message(finding, lang)))
            sentences.append(remedy(finding, lang))
        others = [finding for finding in reported if finding not in of_sheets]
        sentences += dict.fromkeys(message(finding, lang) for finding in others)
        sentences += _where(named, unnamed, lang)
        sentences += dict.fromkeys(remedy(finding, lang) for finding in others)
    sentences.append(_SEND_AGAIN[lang])
    return INVISIBLE.sub("", _CONTROLS.sub(" ", " ".join(sentences)))


def _where(named: list[Finding], unnamed: int, lang: Lang) -> list[str]:
    """Return the sentence that names the cells, if there are any."""
    if not named and not unnamed:
        return []
    places = ", ".join(f"{finding.sheet} {finding.cell}" for finding in named)
    if unnamed:
        places = (_MORE if named else _ONLY_MORE)[lang].format(places=places, count=unnamed)
    return [_WHERE[lang].format(places=places)]
