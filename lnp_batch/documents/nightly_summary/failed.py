"""The nightly summary's first page after a run that failed, or that could not answer everyone: why, what to do, what
was done, what waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from lnp_batch.documents.nightly_summary.left import local_time
from lnp_batch.model.amounts import count_of
from lnp_batch.model.text import Lang, Text
from lnp_batch.xlsx import Workbook, row_height, style
from lnp_batch.xlsx.sheet import PlainSheet
from lnp_batch.xlsx.style import Formats, set_up_page, write_header

DID_NOT_END = Text("Le passage de nuit ne s'est pas rendu au bout", "The night did not end")
NOT_DELIVERED = Text("Des réponses n'ont pas pu être remises", "Some answers could not be delivered")
SHEET = Text("À régler", "To repair")
REPAIR = Text(
    "Réglez ce problème, puis relancez le passage ou attendez le prochain : il reprend ce qui attend. Rien n'est perdu,"
    " rien n'est facturé deux fois.",
    "Repair this, then start the run again or wait for the next one: it goes on with what waits. Nothing is lost, and"
    " nothing is billed twice.",
)
SEE_BELOW = Text("La raison est à côté de chaque classeur, ci-dessous.", "The reason is beside each workbook, below.")
WHY = Text("Pourquoi", "Why")
WHAT_TO_DO = Text("Que faire", "What to do")
DONE = Text("Ce qui est fait", "What was done")
WAITS = Text("Ce qui attend", "What waits")
NOTHING = Text("Rien.", "Nothing.")
NUMBER = Text("{count} en tout, dans l'ordre de traitement.", "{count} in all, in the order of processing.")

WORKBOOK = Text("Classeur", "Workbook")
SINCE = Text("Pris en charge", "Claimed")
STATE = Text("Où il en est", "Where it stands")
WIDTHS = {WORKBOOK: 46, SINCE: 18, STATE: 92}
"""The columns in their order, with their widths in characters."""
BOX: dict[str, Any] = {"border": 1, "border_color": style.LINE}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A workbook that waits for the next run: its path in the inbox, when it was claimed (UTC, ISO; "" if it
    was not), where it stands, and the id of its claim, "" if it has none."""

    path: str
    since: str
    state: Text
    claim: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What the office must repair: the `fault` that ended the run, None if it ended well; and what waits for it."""

    fault: Text | None
    waiting: tuple[Waiting, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the value as a run's report keeps it."""
        return asdict(self)

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Trouble:
        """Return the value that :meth:`to_json` gave."""
        waiting = [Waiting(**{**each, "state": Text(**each["state"])}) for each in fields["waiting"]]
        return cls(Text(**fields["fault"]) if fields["fault"] else None, tuple(waiting))


def add_trouble_sheet(workbook: Workbook, formats: Formats, trouble: Trouble, done: Sequence[str], lang: Lang) -> None:
    """Add the page; `done` says in sentences what was done. The first page is the one that a workbook opens at."""
    sheet: PlainSheet = workbook.add_worksheet(SHEET[lang], PlainSheet)
    title = DID_NOT_END if trouble.fault else NOT_DELIVERED
    set_up_page(sheet, lang, title[lang], 0)
    sheet.hide_gridlines(2)
    for column, width in enumerate(WIDTHS.values()):
        sheet.set_column(column, column, width)
    sheet.set_row(0, 32)
    sheet.write_string(0, 0, title[lang], formats.get(font_size=17, bold=True, font_color=style.REMOVED))
    waits = NUMBER[lang].format(count=count_of(len(trouble.waiting), lang)) if trouble.waiting else NOTHING[lang]
    parts = {
        WHY: (trouble.fault or SEE_BELOW)[lang],
        WHAT_TO_DO: REPAIR[lang],
        DONE: "\n".join(filter(None, done)),
        WAITS: waits,
    }
    for row, (header, words) in enumerate(parts.items(), start=1):
        _add_part(sheet, formats, row, header[lang], words)
    if trouble.waiting:
        _add_waiting(sheet, formats, len(parts) + 2, trouble.waiting, lang)


def _add_part(sheet: PlainSheet, formats: Formats, row: int, header: str, words: str) -> None:
    """Write a header in the first column, and what it is about beside it, in the two others."""
    sheet.write_string(row, 0, header, formats.get(bold=True, valign="top", indent=1))
    wrapped = formats.get(text_wrap=True, valign="top", indent=1)
    sheet.merge_range(row, 1, row, len(WIDTHS) - 1, "", wrapped)
    sheet.write_string(row, 1, words, wrapped)
    sheet.set_row(row, row_height.height(row_height.lines(words, WIDTHS[SINCE] + WIDTHS[STATE])) + 6)


def _add_waiting(sheet: PlainSheet, formats: Formats, row: int, waiting: Sequence[Waiting], lang: Lang) -> None:
    sheet.set_row(row, 20)
    for column, header in enumerate(WIDTHS):
        write_header(sheet, row, column, Text(header[lang], header[lang]), lang, formats, style.UNMARKED)
    text_format = formats.get(num_format=style.TEXT, text_wrap=True, indent=1, **BOX)
    for at, each in enumerate(waiting, start=row + 1):
        texts = (each.path, local_time(each.since) if each.since else "", each.state[lang])
        for column, text in enumerate(texts):
            sheet.write_typed(at, column, text, text_format)
        lines = max(row_height.lines(text, width) for text, width in zip(texts, WIDTHS.values(), strict=True))
        sheet.set_row(at, row_height.height(lines) + 2)
