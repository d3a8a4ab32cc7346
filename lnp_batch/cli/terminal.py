"""What the terminal shows: findings like a linter's, a summary of the batch, a progress bar."""

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
from rich.text import Text as RichText

from lnp_batch.columns.sheets import column_of
from lnp_batch.model.cell_address import cell_name
from lnp_batch.model.finding import Finding, Severity
from lnp_batch.model.outcome import Outcome, State
from lnp_batch.model.reading import Header, Reading
from lnp_batch.model.text import NBSP, Lang, Text, printable
from lnp_batch.rules import message, remedy

if TYPE_CHECKING:
    from lnp_batch.model.money import Invoice
    from lnp_batch.process import Watch

STYLES = {
    Severity.ERROR: "bold red",
    Severity.CONFIRM: "bold yellow",
    Severity.WARNING: "yellow",
    Severity.INFO: "dim",
}
STEPS = {
    "read": Text("lecture", "reading"),
    "check": Text("vérification", "checking"),
    "group": Text("regroupement", "grouping"),
    "price": Text("calcul des frais", "pricing"),
    "write": Text("écriture", "writing"),
}
FILE = Text("Le fichier", "The file")
NBSP_MARK = "\ue000"
"""Replaces a no-break space while rich lays out the text: rich breaks lines at no-break spaces."""
TABLE_WIDTH = 70
"""Width of the terminal, in columns, from which findings are shown as a table."""
BAR_DELAY = 1.0
"""Seconds of work before the progress bar is shown."""


def console(no_color: bool, stderr: bool = False) -> Console:
    """Return a console that interprets no markup and respects NO_COLOR."""
    return Console(
        no_color=no_color or None, stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=False
    )


def severity_label(severity: Severity, lang: Lang) -> RichText:
    """Return the severity's name in its colour."""
    return RichText(severity.text[lang], STYLES[severity])


def show_findings(screen: Console, outcome: Outcome, lang: Lang, verbose: bool) -> None:
    """Print the findings sheet by sheet: cell, severity, code, message, remedy. Infos are printed only if `verbose`."""
    shown = [finding for finding in outcome.findings if verbose or finding.severity is not Severity.INFO]
    show = _show_as_table if screen.width >= TABLE_WIDTH else _show_as_paragraphs
    with screen.capture() as capture:
        for sheet, findings in groupby(shown, key=lambda finding: finding.sheet):
            screen.print(RichText(printable(sheet) if sheet else FILE[lang], "bold underline"))
            show(screen, list(findings), lang)
            screen.print()
    screen.file.write(capture.get().replace(NBSP_MARK, NBSP))


def _show_as_table(screen: Console, findings: list[Finding], lang: Lang) -> None:
    """Print one row per finding; the columns are equally wide for every sheet."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, min_width=5)
    table.add_column(no_wrap=True, min_width=max(len(severity.text[lang]) for severity in Severity))
    table.add_column(no_wrap=True, min_width=6, style="dim")
    table.add_column(overflow="fold", ratio=1)
    for finding in findings:
        label = severity_label(finding.severity, lang)
        table.add_row(finding.cell or "", label, finding.code, _sentence(finding, lang))
    screen.print(table)


def _show_as_paragraphs(screen: Console, findings: list[Finding], lang: Lang) -> None:
    """Print each finding on lines of its own, for narrow terminals."""
    for finding in findings:
        label = severity_label(finding.severity, lang)
        screen.print(RichText(f"{finding.cell or ''} ").append(label).append(f" {finding.code}", "dim"))
        screen.print(Padding(_sentence(finding, lang), (0, 0, 0, 2)))


def _sentence(finding: Finding, lang: Lang) -> RichText:
    wrong, to_do = (
        printable(sentence).replace(NBSP, NBSP_MARK) for sentence in (message(finding, lang), remedy(finding, lang))
    )
    return RichText(wrong).append(" " + to_do, "italic")


HEADERS = (
    Text("Cellule", "Cell"),
    Text("Titre dans le fichier", "Header in the file"),
    Text("Compris comme", "Understood as"),
)
OUR_COLUMN = Text("rempli par nous, pas lu", "filled in by us, not read")
GUESSED_HEADER = Text("à confirmer : le titre ressemble seulement au nôtre", "to confirm: only resembles our header")
OTHER_COLUMN = Text("pas une des nôtres : gardée, pas lue", "not one of ours: kept, not read")
SIMILAR_HEADER = Text("pas lue; pour qu'elle le soit, écrivez : {header}", "not read; to have it read, write: {header}")
REPEATED_HEADER = Text("une deuxième fois : laquelle lire?", "a second time: which one should be read?")
MISSING_HEADERS = Text("Il manque : {headers}", "Missing: {headers}")


def show_headers(screen: Console, reading: Reading, lang: Lang) -> None:
    """Print how each header of the workbook was understood (on the batch sheet, each label)."""
    for name, header in reading.headers.items():
        key = reading.sheets[name] or ""
        table = Table(
            *(title[lang] for title in HEADERS),
            title=printable(name),
            title_justify="left",
            title_style="bold",
            box=None,
            padding=(0, 2, 0, 0),
        )
        for at, typed, meaning in sorted(_meanings(reading, name, header, lang)):
            cell = cell_name(at, 0) if key == "batch" else cell_name(header.row or 1, at)
            table.add_row(cell, printable(" ".join(typed.split())), printable(meaning))
        screen.print(table)
        if header.missing:
            missing = ", ".join(column_of(key, column).header[lang] for column in header.missing)
            screen.print(RichText(MISSING_HEADERS[lang].format(headers=missing), "bold red"))
        screen.print()


def _meanings(reading: Reading, name: str, header: Header, lang: Lang) -> Iterator[tuple[int, str, str]]:
    """Yield for each header its column (on the batch sheet, its row), its text in the file and its meaning."""
    key = reading.sheets[name] or ""
    grid = reading.tables[key].grid

    def typed(at: int) -> str:
        return str(grid[at - 1][0] if key == "batch" else grid[(header.row or 1) - 1][at])

    for column_key, at in header.where.items():
        column = column_of(key, column_key)
        note = OUR_COLUMN if column.ours else GUESSED_HEADER if column_key in header.guessed else None
        yield at, typed(at), column.header[lang] + (f" ({note[lang]})" if note else "")
    for at, (column_key, _first) in header.twice.items():
        yield at, typed(at), f"{column_of(key, column_key).header[lang]} – {REPEATED_HEADER[lang]}"
    for at, text in header.unknown.items():
        similar = header.near.get(text)
        if similar:
            yield at, text, SIMILAR_HEADER[lang].format(header=column_of(key, similar).header[lang])
        else:
            yield at, text, OTHER_COLUMN[lang]


def summary_line(outcome: Outcome, lang: Lang) -> str:
    """Return one line on the workbook: how many numbers, and how many in each state."""
    counts, name = outcome.counts, printable(outcome.reading.name)
    if outcome.refused or counts is None:
        return Text(f"{name} : refusé en entier.", f"{name}: refused as a whole.")[lang]
    states = (
        (State.ACCEPTED, counts.accepted),
        (State.TO_FIX, counts.to_fix),
        (State.TO_CONFIRM, counts.to_confirm),
        (State.WAITING, counts.waiting),
        (State.NOT_PORTED, counts.not_ported),
    )
    shown = ", ".join(f"{state.label(lang)} {count}" for state, count in states if count or state is State.ACCEPTED)
    return Text(f"{name} : {counts.numbers} numéros. {shown}.", f"{name}: {counts.numbers} numbers. {shown}.")[lang]


def refusal_line(outcome: Outcome, lang: Lang) -> str:
    """Return the first reason why the workbook was refused, and what to do."""
    first = next(finding for finding in outcome.findings if finding.severity.holds)
    return printable(f"{message(first, lang)} {remedy(first, lang)}")


def fees_line(invoice: Invoice, lang: Lang) -> str:
    """Return the fees in one line."""
    from lnp_batch.model.amounts import dollars

    before, total = dollars(invoice.subtotal, lang), dollars(invoice.total, lang)
    return Text(f"Frais : {before} avant taxes, {total} en tout.", f"Fees: {before} before tax, {total} in all.")[lang]


@contextmanager
def progress_bar(lang: Lang, quiet: bool) -> Iterator[Watch]:
    """Show a progress bar on stderr once the work lasts longer than BAR_DELAY; yield the function that reports a step.

    The bar is drawn when a step begins. A thread waits for the delay. It has ended before files are written, because
    a large workbook is written by two processes, and forking beside a thread is unsafe.
    """
    screen = Console(stderr=True)
    if quiet or not screen.is_terminal:
        yield lambda _step: None
        return
    started = time.monotonic()
    bar = Progress(BarColumn(), TextColumn("{task.description}"), console=screen, transient=True, auto_refresh=False)
    task = bar.add_task("", total=len(STEPS))
    delay = threading.Timer(BAR_DELAY, bar.start)
    delay.daemon = True

    def watch(step: str) -> None:
        if step == "write":
            delay.cancel()
            delay.join()
            if time.monotonic() - started > BAR_DELAY / 2:  # writing will take about as long
                bar.start()
        bar.update(task, advance=1, description=STEPS[step][lang], refresh=True)

    delay.start()
    try:
        yield watch
    finally:
        delay.cancel()
        delay.join()
        bar.stop()
