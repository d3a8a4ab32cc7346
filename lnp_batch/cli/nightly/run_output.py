"""What a nightly run prints on the terminal: a few lines per workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.padding import Padding
from rich.text import Text as RichText

from lnp_batch.model.text import Lang, Text, printable
from lnp_batch.model.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from lnp_batch.nightly.state import RunResult

COUNTS = Text(
    "{numbers} numéros : {accepted} acceptés, {to_revise} à revoir, {not_ported} non portés; {billed} facturés",
    "{numbers} numbers: {accepted} accepted, {to_revise} to revise, {not_ported} not ported; {billed} billed",
)
GIVEN_BACK = Text(", {given_back} rendus", ", {given_back} given back")
NO_WORKBOOKS = Text("Aucun classeur n'a été traité.", "No workbook was processed.")
TOO_RECENT = Text("Trop récents, laissés au prochain passage : {count}.", "Too recent, left for the next run: {count}.")
NOT_TAKEN = Text(
    "Reçus, non traités : {count}. Le sommaire de la nuit dit pourquoi et que faire.",
    "Received, not taken: {count}. The nightly summary says why, and what to do.",
)
KEPT_BACK = Text(
    "{file} – retenu, à répondre au prochain passage : {fault}", "{file} – kept back for the next run: {fault}"
)


def show_run(screen: Console, ended: RunResult, lang: Lang) -> None:
    """Print for each workbook its name, verdict, counts and folder in the outbox, then what was kept back, then what
    was left in the inbox.

    Long lines are folded to the width of the terminal, never cut.
    """
    for entry in ended.entries:
        first, *details = _lines(entry, lang)
        screen.print(RichText(first, "bold"), overflow="fold")
        for line in details:
            screen.print(Padding(RichText(line, overflow="fold"), (0, 0, 0, 2)))
    for kept in ended.kept_back:
        line = KEPT_BACK[lang].format(file=printable(kept.file), fault=printable(kept.fault[lang]))
        screen.print(RichText(line, "bold"), overflow="fold")
    if not ended.entries and not ended.kept_back:
        screen.print(NO_WORKBOOKS[lang])
    not_taken = sum(left.for_office for left in ended.left)
    for text, count in ((TOO_RECENT, ended.waiting), (NOT_TAKEN, not_taken)):
        if count:
            screen.print(text[lang].format(count=count))


def _lines(entry: Mapping[str, Any], lang: Lang) -> list[str]:
    lines = [f"{printable(entry['file'])} – {Verdict(entry['verdict']).text[lang]}"]
    if entry["numbers"]:
        counts = {**entry, "to_revise": entry["to_fix"] + entry["to_confirm"] + entry["waiting"]}
        line = COUNTS[lang] + (GIVEN_BACK[lang] if entry["given_back"] else "")
        lines.append(line.format(**counts))
    if entry["verdict"] != Verdict.UNREADABLE:
        lines.append(printable(f"{entry['place']}/{entry['batch']}"))
    return lines
