"""The resellers' guides: their example is filled in and processed, and the result is what the guides say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import zip_longest
from pathlib import Path

import pytest

from lnp_batch.columns import Sheet, readings
from lnp_batch.columns.accounts import ACCOUNTS
from lnp_batch.columns.batch import BATCH
from lnp_batch.columns.numbers import NUMBERS
from lnp_batch.columns.sheets import DATA_SHEETS
from lnp_batch.documents.annotated.finding_groups import ToSettle
from lnp_batch.documents.annotated.headline import headline
from lnp_batch.documents.annotated.summary_list import CODE, EMPTY, HEADERS
from lnp_batch.model.amounts import dollars
from lnp_batch.model.cell_address import cell_position
from lnp_batch.model.outcome import Outcome, State
from lnp_batch.model.taxes import TAX_NAMES
from lnp_batch.model.text import LANGUAGES, NBSP, Lang, fold, typeset
from lnp_batch.process import process
from lnp_batch.rules import CATALOGUE, message, remedy
from tests.factory import BATCH as OUR_BATCH
from tests.factory import REFERENCE, Row, Rows, context, save

DOCS = Path(__file__).parent.parent / "docs"
GUIDES: dict[Lang, Path] = {"fr": DOCS / "guide-revendeur.md", "en": DOCS / "reseller-guide.md"}
CODES = {rule.code for rule in CATALOGUE}
MAX_WORDS = 1120
"""Words of a guide without the example's tables; with them, it has two printed pages."""

Lines = list[list[str]]


@dataclass(frozen=True)
class Mistake:
    """A row of the table of mistakes: what was typed in a cell of the example, what we say about it, what to type."""

    code: str
    sheet: Sheet
    cell: str
    typed: str
    message: str
    correction: str

    def typed_into(self, rows: Rows, text: str) -> Rows:
        """Return the example with `text` in this cell."""
        row, column = cell_position(self.cell)
        rows[self.sheet.key][row - 2][self.sheet.columns[column].key] = text
        return rows


@cache
def text_of(lang: Lang) -> str:
    return GUIDES[lang].read_text("utf-8")


def tables(lang: Lang) -> list[Lines]:
    """Return the guide's tables, header first, without the line of dashes."""
    found = re.findall(r"(?:^\|.*\n)+", text_of(lang), re.MULTILINE)
    return [[cells(line) for line in table.splitlines() if not line.startswith("|--")] for table in found]


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.removeprefix("|").removesuffix("|").split("|")]


def sheet_with(header: list[str], lang: Lang) -> Sheet | None:
    """Return the sheet that has exactly these headers, or None."""
    for sheet in DATA_SHEETS:
        if set(header) <= {column.header[lang] for column in sheet.columns}:
            return sheet
    return None


def example(lang: Lang) -> Rows:
    """Return the worked example by sheet and column key. The pieces of a sheet are joined row by row."""
    rows: Rows = {sheet.key: [] for sheet in DATA_SHEETS}
    for header, *lines in tables(lang):
        sheet = sheet_with(header, lang)
        if sheet:
            keys = {column.header[lang]: column.key for column in sheet.columns}
            piece = [{keys[name]: text for name, text in zip(header, line, strict=True) if text} for line in lines]
            pairs: list[tuple[Row, Row]] = list(zip_longest(rows[sheet.key], piece, fillvalue={}))
            assert all(
                left["account_ref"] == right["account_ref"] for left, right in pairs if left and sheet is not BATCH
            )
            rows[sheet.key] = [left | right for left, right in pairs]
    return {**rows, "batch": dict(OUR_BATCH)}


def mistakes(lang: Lang) -> list[Mistake]:
    sheets = {sheet.name[lang]: sheet for sheet in DATA_SHEETS}
    [table] = [table for table in tables(lang) if table[0][0] == HEADERS[CODE][lang]]
    assert table[0][:-1] == [title[lang] for title in HEADERS[CODE:]], "the columns are the Summary's"
    rows = []
    for code, place, typed, text, correction in table[1:]:
        sheet, cell = place.split()
        typed = "" if typed == EMPTY[lang] else typed
        rows.append(Mistake(code, sheets[sheet], cell, typed, text, correction))
    return rows


def outcome_of(rows: Rows, lang: Lang, folder: Path) -> Outcome:
    outcome = process(save(folder / "lot.xlsx", rows, lang=lang), context())
    assert outcome.lang == lang
    return outcome


@pytest.fixture(params=LANGUAGES)
def lang(request: pytest.FixtureRequest) -> Lang:
    return request.param


def test_the_example_is_clean(lang: Lang, tmp_path: Path) -> None:
    outcome = outcome_of(example(lang), lang, tmp_path)
    assert [finding.code for finding in outcome.findings if finding.severity.value != "info"] == []
    assert [request.state for request in outcome.requests] == ["ready"] * 3
    assert headline(outcome.counts, ToSettle(0, 0, 0), lang) in text_of(lang)
    assert REFERENCE.isoformat() in text_of(lang)


def test_the_example_has_a_single_number_a_partial_port_and_a_confirmed_dsl(lang: Lang) -> None:
    rows = example(lang)
    clean, partial, full = (
        [row for row in rows["numbers"] if row["account_ref"] == account["account_ref"]] for account in rows["accounts"]
    )
    assert len(clean) == 1
    assert rows["accounts"][1]["port_type"] == ACCOUNTS.column("port_type").value("partial").text[lang]
    assert rows["accounts"][1]["new_btn"] in [row["number"] for row in partial]
    assert any("range_end" in row for row in partial)
    assert NUMBERS.column("dsl").value("yes_confirmed").text[lang] in [row["dsl"] for row in full]


def test_the_fees_are_those_of_the_example(lang: Lang, tmp_path: Path) -> None:
    invoice = outcome_of(example(lang), lang, tmp_path).invoice
    assert invoice
    fees = text_of(lang).split("\n## ")[-2]
    assert f"{invoice.quantity} × {dollars(invoice.unit_price, lang)} = {dollars(invoice.subtotal, lang)}" in joined(
        fees
    )
    for tax in invoice.taxes:
        assert f"{TAX_NAMES[tax.code][lang]} {dollars(tax.amount, lang)}" in joined(fees)
    assert dollars(invoice.total, lang) in joined(fees)
    assert dollars(Decimal("29.99"), lang) in joined(fees)


def joined(text: str) -> str:
    """Return a paragraph on one line."""
    return text.replace("\n", " ")


@pytest.mark.parametrize("at", range(10))
def test_a_mistake_gives_the_message_in_the_guide_and_its_correction_is_accepted(
    lang: Lang, at: int, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    mistake = mistakes(lang)[at]
    outcome = outcome_of(mistake.typed_into(example(lang), mistake.typed), lang, tmp_path)
    holding = [finding for finding in outcome.findings if finding.severity.holds]
    assert [(finding.code, finding.sheet_key, finding.cell) for finding in holding] == [
        (mistake.code, mistake.sheet.key, mistake.cell)
    ]
    text = f"{message(holding[0], lang)} {remedy(holding[0], lang)}"
    if pytestconfig.getoption("--regold"):
        GUIDES[lang].write_text(text_of(lang).replace(mistake.message, text), "utf-8")
        text_of.cache_clear()
    else:
        assert mistake.message == text
    assert outcome_of(mistake.typed_into(example(lang), mistake.correction), lang, tmp_path).verdict == "accepted"


def test_there_are_ten_mistakes_the_same_in_both_guides() -> None:
    french, english = ([(row.code, row.sheet.key, row.cell) for row in mistakes(lang)] for lang in LANGUAGES)
    assert french == english
    assert len({code for code, _, _ in french}) == len(french) == 10


def test_both_guides_have_the_same_example() -> None:
    assert with_keys(example("fr")) == with_keys(example("en"))


def with_keys(rows: Rows) -> Rows:
    """Return the example with the keys of list values instead of their texts."""
    keyed: Rows = {}
    for sheet in DATA_SHEETS:
        sheet_rows = [rows["batch"]] if sheet is BATCH else rows[sheet.key]
        keyed[sheet.key] = [
            {key: readings(sheet.column(key).values).get(fold(text), text) for key, text in row.items()}
            for row in sheet_rows
        ]
    return keyed


def test_both_guides_have_the_same_parts() -> None:
    french, english = (
        [line.split()[0] for line in text_of(lang).splitlines() if line[:1] == "#"] for lang in LANGUAGES
    )
    assert french == english
    assert [len(table) for table in tables("fr")] == [len(table) for table in tables("en")]


def test_the_states_are_those_of_the_copy(lang: Lang) -> None:
    [states] = [table for table in tables(lang) if table[1][0] == State.ACCEPTED.label(lang)]
    assert [line[0] for line in states[1:]] == [state.label(lang) for state in State]


def test_every_code_is_in_the_catalogue(lang: Lang) -> None:
    assert set(re.findall(r"\b[A-Z]{3}[0-9]{3}\b", text_of(lang))) <= CODES


def test_a_guide_is_short(lang: Lang) -> None:
    copied = {cell for table in tables(lang) if sheet_with(table[0], lang) for line in table for cell in line}
    read = [line for line in text_of(lang).splitlines() if not set(cells(line)) <= copied]
    words = [word for line in read for word in line.split() if any(letter.isalnum() for letter in word)]
    assert len(words) <= MAX_WORDS, len(words)


def test_french_has_no_break_spaces() -> None:
    assert text_of("fr") == typeset(text_of("fr"))
    assert not re.search(rf"[ {NBSP}][;!?]", text_of("fr"))
