"""What the terminal shows: findings as a linter tells them, a batch in figures, a progress bar."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text as Ink

from lnp_batch.cli.language import harmless
from lnp_batch.columns.sheets import column_of
from lnp_batch.model.cell_address import cell_name
from lnp_batch.model.finding import Finding, Severity
from lnp_batch.model.outcome import Outcome, State
from lnp_batch.model.reading import Header, Reading
from lnp_batch.model.text import NBSP, Lang, Text
from lnp_batch.rules import message, remedy

if TYPE_CHECKING:
    from lnp_batch.process import Watch

SEVERITIES = {
    Severity.ERROR: (Text("erreur", "error"), "bold red"),
    Severity.CONFIRM: (Text("à confirmer", "confirm"), "bold yellow"),
    Severity.WARNING: (Text("avertissement", "warning"), "yellow"),
    Severity.INFO: (Text("info", "info"), "dim"),
}
STEPS = {
    "read": Text("lecture", "reading"),
    "check": Text("vérification", "checking"),
    "group": Text("regroupement", "grouping"),
    "price": Text("calcul des frais", "pricing"),
    "write": Text("écriture", "writing"),
}
WHOLE_FILE = Text("Le fichier", "The file")
UNBROKEN = "\ue000"
"""Stands for a no-break space while rich, which would break a line there, lays out the text."""
NARROW = 70
"""Columns of a terminal from which a sentence stands beside its cell."""
PATIENCE = 1.0
"""Seconds before a progress bar is shown."""


def console(no_color: bool, stderr: bool = False) -> Console:
    """A terminal that takes nothing for markup and heeds NO_COLOR."""
    return Console(
        no_color=no_color or None, stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=False
    )


def severity_words(severity: Severity, lang: Lang) -> Ink:
    """A severity's word in its colour."""
    words, style = SEVERITIES[severity]
    return Ink(words[lang], style)


def show_findings(screen: Console, outcome: Outcome, lang: Lang, verbose: bool) -> None:
    """Findings grouped by sheet: cell, severity, code, sentence, remedy. Infos only where `verbose`."""
    shown = [found for found in outcome.findings if verbose or found.severity is not Severity.INFO]
    show = _beside if screen.width >= NARROW else _below
    with screen.capture() as drawn:
        for sheet, found in groupby(shown, key=lambda one: one.sheet):
            screen.print(Ink(harmless(sheet) if sheet else WHOLE_FILE[lang], "bold underline"))
            show(screen, list(found), lang)
            screen.print()
    screen.file.write(drawn.get().replace(UNBROKEN, NBSP))


def _beside(screen: Console, found: list[Finding], lang: Lang) -> None:
    """Cell, severity and code to the left of the sentence, in columns as wide on every sheet."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, min_width=5)
    table.add_column(no_wrap=True, min_width=max(len(words[lang]) for words, _style in SEVERITIES.values()))
    table.add_column(no_wrap=True, min_width=6, style="dim")
    table.add_column(overflow="fold", ratio=1)
    for one in found:
        table.add_row(one.cell or "", severity_words(one.severity, lang), one.code, _sentence(one, lang))
    screen.print(table)


def _below(screen: Console, found: list[Finding], lang: Lang) -> None:
    """The same on a narrow terminal: the sentence on lines of its own."""
    for one in found:
        screen.print(Ink(f"{one.cell or ''} ").append(severity_words(one.severity, lang)).append(f" {one.code}", "dim"))
        screen.print(Padding(_sentence(one, lang), (0, 0, 0, 2)))


def _sentence(found: Finding, lang: Lang) -> Ink:
    says, do = (harmless(words).replace(NBSP, UNBROKEN) for words in (message(found, lang), remedy(found, lang)))
    return Ink(says).append(" " + do, "italic")


HEADERS = (
    Text("Cellule", "Cell"),
    Text("Titre au fichier", "Header in the file"),
    Text("Compris comme", "Understood as"),
)
OURS = Text("rempli par nous, pas lu", "filled by us, not read")
KEPT = Text("pas une des nôtres : gardée, pas lue", "not one of ours: kept, not read")
NEAR = Text("pas lue; pour qu'elle le soit, écrivez : {header}", "not read; to have it read, write: {header}")
TWICE = Text("deuxième fois : laquelle lire?", "a second time: which one to read?")
LACKING = Text("Il manque : {headers}", "Missing: {headers}")


def show_headers(screen: Console, reading: Reading, lang: Lang) -> None:
    """How each header (on the batch sheet, each label) of the workbook was understood."""
    for name, header in reading.headers.items():
        key = reading.sheets[name] or ""
        table = Table(
            *(title[lang] for title in HEADERS),
            title=harmless(name),
            title_justify="left",
            title_style="bold",
            box=None,
            padding=(0, 2, 0, 0),
        )
        for at, typed, words in sorted(_understood(reading, name, header, lang)):
            place = cell_name(at, 0) if key == "batch" else cell_name(header.row or 1, at)
            table.add_row(place, harmless(" ".join(typed.split())), harmless(words))
        screen.print(table)
        if header.missing:
            missing = ", ".join(column_of(key, column).header[lang] for column in header.missing)
            screen.print(Ink(LACKING[lang].format(headers=missing), "bold red"))
        screen.print()


def _understood(reading: Reading, name: str, header: Header, lang: Lang) -> Iterator[tuple[int, str, str]]:
    key = reading.sheets[name] or ""
    grid = reading.tables[key].grid

    def typed(at: int) -> str:
        return str(grid[at - 1][0] if key == "batch" else grid[(header.row or 1) - 1][at])

    for column, at in header.where.items():
        known = column_of(key, column)
        yield at, typed(at), f"{known.header[lang]}" + (f" ({OURS[lang]})" if known.ours else "")
    for at, (column, _first) in header.twice.items():
        yield at, typed(at), f"{column_of(key, column).header[lang]} – {TWICE[lang]}"
    for at, words in header.unknown.items():
        near = header.near.get(words)
        yield at, words, NEAR[lang].format(header=column_of(key, near).header[lang]) if near else KEPT[lang]


def verdict(outcome: Outcome, lang: Lang) -> str:
    """One sentence in numbers: what became of the workbook."""
    counts, name = outcome.counts, harmless(outcome.reading.name)
    if outcome.refused or counts is None:
        return Text(f"{name} : refusé en entier.", f"{name}: refused whole.")[lang]
    states = [(State.ACCEPTED, counts.accepted), (State.TO_FIX, counts.to_fix), (State.TO_CONFIRM, counts.to_confirm),
              (State.WAITING, counts.waiting), (State.NOT_PORTED, counts.not_ported)]  # fmt: skip
    said = ", ".join(f"{state.label(lang)} {count}" for state, count in states if count or state is State.ACCEPTED)
    return Text(f"{name} : {counts.numbers} numéros. {said}.", f"{name}: {counts.numbers} numbers. {said}.")[lang]


def why_refused(outcome: Outcome, lang: Lang) -> str:
    """The first reason for which a workbook was refused, and what to do."""
    found = next(one for one in outcome.findings if one.severity.holds)
    return harmless(f"{message(found, lang)} {remedy(found, lang)}")


def fees(outcome: Outcome, lang: Lang) -> str:
    """The fees in one line; "" where nothing is accepted."""
    invoice = outcome.invoice
    if invoice is None:
        return ""
    before = Text(f"{invoice.subtotal:,.2f} $".replace(",", " ").replace(".", ","), f"${invoice.subtotal:,.2f}")
    after = Text(f"{invoice.total:,.2f} $".replace(",", " ").replace(".", ","), f"${invoice.total:,.2f}")
    return Text(
        f"Frais : {before.fr} avant taxes, {after.fr} en tout.", f"Fees: {before.en} before tax, {after.en} in all."
    )[lang]


@contextmanager
def progress(lang: Lang, quiet: bool) -> Iterator[Watch]:
    """A bar on the terminal once the work lasts over a second; gives the function that is told each step.

    It is drawn as a step begins. The one thread there is waits for that second, and is gone once files are written: beside
    a thread, they would not be written by two processes.
    """
    screen = Console(stderr=True)
    if quiet or not screen.is_terminal:
        yield lambda _step: None
        return
    begun = time.monotonic()
    bar = Progress(BarColumn(), TextColumn("{task.description}"), console=screen, transient=True, auto_refresh=False)
    task = bar.add_task("", total=len(STEPS))
    patience = threading.Timer(PATIENCE, bar.start)
    patience.daemon = True

    def watch(step: str) -> None:
        if step == "write":
            patience.cancel()
            patience.join()
            if time.monotonic() - begun > PATIENCE / 2:  # what took so long to make is not written in no time
                bar.start()
        bar.update(task, advance=1, description=STEPS[step][lang], refresh=True)

    patience.start()
    try:
        yield watch
    finally:
        patience.cancel()
        patience.join()
        bar.stop()
