"""What a nightly run says on the terminal: a line a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.padding import Padding
from rich.text import Text as Ink

from lnp_batch.cli.language import harmless
from lnp_batch.model.text import Lang, Text
from lnp_batch.model.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from lnp_batch.nightly.state import RunResult

COUNTED = Text(
    "{numbers} numéros : {accepted} acceptés, {to_revise} à revoir, {not_ported} non portés; {billed} facturés",
    "{numbers} numbers: {accepted} accepted, {to_revise} to revise, {not_ported} not ported; {billed} billed",
)
GIVEN_BACK = Text(", {given_back} rendus", ", {given_back} given back")
NOTHING = Text("Rien n'est arrivé.", "Nothing has arrived.")
WAITING = Text(
    "En attente du passage suivant, car trop récents : {count}.", "Waiting for the next run, as too young: {count}."
)
NOT_FILES = Text("Ni fichiers ni dossiers, laissés là : {count}.", "Neither files nor folders, left there: {count}.")


def show_run(screen: Console, ended: RunResult, lang: Lang) -> None:
    """For each workbook its name and what it was answered, its counts and its folder in the outbox, whatever the width of
    the terminal; then what was left."""
    for entry in ended.entries:
        first, *more = _lines(entry, lang)
        screen.print(Ink(first, "bold"), overflow="fold")
        for line in more:
            screen.print(Padding(Ink(line, overflow="fold"), (0, 0, 0, 2)))
    if not ended.entries:
        screen.print(NOTHING[lang])
    for told, count in ((WAITING, ended.waiting), (NOT_FILES, ended.not_files)):
        if count:
            screen.print(told[lang].format(count=count))


def _lines(entry: Mapping[str, Any], lang: Lang) -> list[str]:
    lines = [f"{harmless(entry['file'])} – {Verdict(entry['verdict']).text[lang]}"]
    if entry["numbers"]:
        counts = {**entry, "to_revise": entry["to_fix"] + entry["to_confirm"] + entry["waiting"]}
        told = COUNTED[lang] + (GIVEN_BACK[lang] if entry["given_back"] else "")
        lines.append(told.format(**counts))
    if entry["verdict"] != Verdict.UNREADABLE:
        lines.append(harmless(f"{entry['place']}/{entry['batch']}"))
    return lines
