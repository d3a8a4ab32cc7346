"""What a nightly run prints on the terminal: a line per workbook, then the totals and where the summary is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text as RichText

from lnp_batch.documents.nightly_summary.entry import (
    Entry,
    counted_once,
    fees_line,
    headline,
    most_urgent_first,
    numbers_line,
    states_in_words,
    verdict_label,
)
from lnp_batch.model.amounts import count_of, dollars
from lnp_batch.model.fees import in_dollars
from lnp_batch.model.text import Lang, Text, place_first, printable

if TYPE_CHECKING:
    from rich.console import Console

    from lnp_batch.nightly.state import RunResult

WORKBOOKS_AT_MOST = 20
"""Workbooks that have a line; the others are only counted."""
MORE = (
    Text("Et {count} autre classeur.", "And {count} more workbook."),
    Text("Et {count} autres classeurs.", "And {count} more workbooks."),
)
TOO_RECENT = (
    Text("{count} fichier trop récent, laissé au prochain passage.", "{count} file too recent, left for the next run."),
    Text(
        "{count} fichiers trop récents, laissés au prochain passage.",
        "{count} files too recent, left for the next run.",
    ),
)
NOT_TAKEN = (
    Text(
        "{count} fichier ou dossier reçu, non traité : le sommaire dit pourquoi et que faire.",
        "{count} file or folder received, not taken: the summary says why, and what to do.",
    ),
    Text(
        "{count} fichiers ou dossiers reçus, non traités : le sommaire dit pourquoi et que faire.",
        "{count} files or folders received, not taken: the summary says why, and what to do.",
    ),
)
KEPT_BACK = Text(
    "{file} – retenu, à répondre au prochain passage : {fault}", "{file} – kept back for the next run: {fault}"
)
GIVEN_UP = Text("{file} – abandonné : {fault}", "{file} – given up: {fault}")
SUMMARY = Text("Sommaire de la nuit : {path}", "Nightly summary: {path}")


def show_run(screen: Console, ended: RunResult, summary: Path, lang: Lang) -> None:
    """Print a line for each workbook, the most urgent first, then what was kept back, the totals and the path of the
    office's `summary`.

    Long lines are folded to the width of the terminal, never cut.
    """
    entries = most_urgent_first(counted_once([Entry.from_json(fields) for fields in ended.entries]))
    lines = [workbook_line(entry, lang) for entry in entries[:WORKBOOKS_AT_MOST]]
    lines += _counted(MORE, len(entries) - len(lines), lang)
    for kept in ended.kept_back:
        words = GIVEN_UP if kept.given_up else KEPT_BACK
        lines.append(printable(words[lang].format(file=kept.file, fault=kept.fault[lang])))
    for line in lines:
        screen.print(RichText(line), overflow="fold")
    if lines:
        screen.print()
    screen.print(RichText(headline(entries, lang), "bold"), overflow="fold")
    totals = [numbers_line(entries, lang), fees_line(entries, lang)] if entries else []
    totals += _counted(TOO_RECENT, ended.waiting, lang)
    totals += _counted(NOT_TAKEN, sum(left.for_office for left in ended.left), lang)
    for line in (*totals, printable(SUMMARY[lang].format(path=summary))):
        screen.print(RichText(line), overflow="fold")


def workbook_line(entry: Entry, lang: Lang) -> str:
    """Return `✖ À corriger – lot.xlsx – Heures Rouges inc. : 3 acceptés, 2 à corriger; 89,97 $`."""
    parts = (verdict_label(entry.verdict, lang), entry.file, entry.sender)
    figures = [states_in_words(entry.counts, lang)] if any(entry.counts.values()) else []
    if entry.fees.billed or entry.fees.given_back:
        figures.append(dollars(in_dollars(entry.fees.net_cents), lang))
    first = " – ".join(part for part in parts if part)
    return printable(place_first(first, "; ".join(figures), lang) if figures else first)


def _counted(forms: tuple[Text, Text], count: int, lang: Lang) -> list[str]:
    """Return the sentence for `count`, none for 0."""
    return [forms[count != 1][lang].format(count=count_of(count, lang))] if count else []
