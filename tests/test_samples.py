"""The sample workbooks: their golden reports, and what must be true of every file written for them."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from jsonschema import Draft202012Validator
from openxml_audit import OpenXmlValidator

from lnp_batch.columns import Kind
from lnp_batch.columns.accounts import ACCOUNTS
from lnp_batch.columns.numbers import NUMBERS
from lnp_batch.columns.sheets import DATA_SHEETS
from lnp_batch.documents.annotated.copied_cells import with_copied_cells
from lnp_batch.documents.report.json_report import as_json, report
from lnp_batch.documents.report.schema import REPORT_SCHEMA
from lnp_batch.model.area_codes import AREA_CODES, TOLL_FREE
from lnp_batch.model.file_name import stem
from lnp_batch.model.outcome import Outcome
from lnp_batch.process import process, write_batch_files
from lnp_batch.read.workbook import by_calamine, by_openpyxl, read, read_content
from lnp_batch.rules import message, remedy, rule_of
from sample_data.make_samples import HERE, STORIES, workbook_bytes
from sample_data.story import Story
from tests.factory import context
from tests.libreoffice import all_through_libreoffice
from tests.same import assert_same_package, rows_read, typed_cells

GOLDEN = Path(__file__).parent / "golden"
BY_STEM = {stem(story.name): story for story in STORIES}
CLEAN = {
    "1-entreprise-deux-fournisseurs",
    "3-partial-port-did-ranges",
    "5-dsl-et-alarme-confirmes",
    "7-ecrit-a-sa-facon",
    "8-own-layout",
    "10-deux-adresses-un-compte",
}
GUESSED = BY_STEM["12-titres-d-un-autre-logiciel"]
LARGE = BY_STEM["11-five-thousand-rows"]
SMALL = [story for story in STORIES if story is not LARGE]
PHONE = re.compile(r"(?<![0-9])1?([2-9][0-9]{2})([2-9][0-9]{2})([0-9]{3,4})(?![0-9])")

Write = Callable[[Story], "Written"]


@dataclass(frozen=True)
class Written:
    """A sample, its outcome, and the files written for it, by their name without the sample's."""

    sample: Path
    outcome: Outcome
    files: dict[str, Path]

    @property
    def annotated(self) -> Path:
        return self.files["annotated.xlsx"]


@pytest.fixture(scope="module")
def write(tmp_path_factory: pytest.TempPathFactory) -> Write:
    """Return a function that processes a story's sample and writes its files, once per module."""
    done: dict[str, Written] = {}

    def once(story: Story) -> Written:
        if story.name not in done:
            done[story.name] = write_all(HERE / story.name, tmp_path_factory.mktemp("out"))
        return done[story.name]

    return once


@pytest.fixture(params=SMALL, ids=lambda story: stem(story.name))
def story(request: pytest.FixtureRequest) -> Story:
    story: Story = request.param
    return story


@pytest.fixture
def written(story: Story, write: Write) -> Written:
    return write(story)


def write_all(sample: Path, folder: Path) -> Written:
    outcome = process(sample, context())
    paths = write_batch_files(outcome, folder)
    return Written(sample, outcome, {path.name.removeprefix(sample.stem + "."): path for path in paths})


# ------------------------------------------------------------------------------------------------ the report


@pytest.mark.parametrize("story", SMALL, ids=lambda story: stem(story.name))
def test_the_report_equals_the_golden_file(story: Story, write: Write, pytestconfig: pytest.Config) -> None:
    written = write(story)
    read_back: dict[str, Any] = json.loads(written.files["report.json"].read_text("utf-8"))
    assert read_back == report(written.outcome)
    assert list(Draft202012Validator(REPORT_SCHEMA).iter_errors(read_back)) == []
    assert read_back["workbook"].pop("sha256") == hashlib.sha256(written.sample.read_bytes()).hexdigest()
    golden = GOLDEN / f"{written.sample.stem}.report.json"
    if pytestconfig.getoption("--regold"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(as_json(read_back), encoding="utf-8", newline="\n")
    assert as_json(read_back) == golden.read_text("utf-8"), "if the new report is right: make regold"


def test_clean_samples_are_clean(written: Written) -> None:
    severities = {found.severity.value for found in written.outcome.findings}
    assert (severities == {"info"}) is (written.sample.stem in CLEAN)


def test_the_states_add_up(written: Written) -> None:
    counts, invoice = written.outcome.counts, written.outcome.invoice
    assert counts
    states = counts.accepted, counts.to_confirm, counts.to_fix, counts.waiting, counts.not_ported
    assert counts.numbers == sum(states)
    assert (invoice.quantity if invoice else 0) == counts.accepted


@pytest.mark.parametrize("story", [*SMALL, LARGE], ids=lambda story: stem(story.name))
def test_the_readme_has_the_figures(story: Story, write: Write) -> None:
    counts, invoice = write(story).outcome.counts, write(story).outcome.invoice
    assert counts
    money = (invoice.subtotal, *(tax.amount for tax in invoice.taxes), invoice.total) if invoice else ()
    for figure in (counts.numbers, counts.accepted, *money):
        assert re.search(rf"(?<![0-9]){re.escape(f'{figure:,}')}(?![0-9])", about(story)), figure


def about(story: Story) -> str:
    """Return what the README says about a story."""
    readme = (HERE / "README.md").read_text("utf-8")
    return readme.split(f"`{story.name}`")[1].partition("\n## ")[0]


def test_a_sample_with_headers_of_its_own_says_what_to_write(write: Write) -> None:
    written = write(GUESSED)
    held_by = [found for found in written.outcome.findings if found.severity.holds]
    assert [found.code for found in held_by] == ["WBK016", "WBK016", "WBK005"]
    said = " ".join(message(found, "fr") + remedy(found, "fr") for found in held_by).replace("\u00a0", " ")
    for header in ("Type du port", "Type de port", "Signataire", "Signataire autorisé au compte", "Actif?"):
        assert f"« {header} »" in said, header
        assert header in about(GUESSED), header


def test_answers_typed_into_the_annotated_copy_give_the_second_round(write: Write, tmp_path: Path) -> None:
    """Story 5 is story 4 corrected: its answers, typed into the annotated copy of 4, give the report of 5."""
    first_round, second_round = (BY_STEM[name] for name in ("4-dsl-et-alarme-a-confirmer", "5-dsl-et-alarme-confirmes"))
    workbook = openpyxl.load_workbook(write(first_round).annotated, rich_text=True)
    for found in write(first_round).outcome.findings:
        if found.severity.holds:
            assert found.sheet, found
            assert found.row, found
            rows = second_round.accounts if found.sheet_key == "accounts" else second_round.numbers
            workbook[found.sheet][found.cell] = rows[found.row - 2][found.column or ""]
    workbook.save(tmp_path / "corrected.xlsx")
    first, second = report(process(tmp_path / "corrected.xlsx", context())), report(write(second_round).outcome)
    del first["workbook"], second["workbook"]
    assert first == second


# ------------------------------------------------------------------------------------------------ the files


def test_the_files_are_valid(written: Written) -> None:
    workbooks = [path for path in written.files.values() if path.suffix == ".xlsx"]
    assert len(workbooks) == 1 + bool(written.outcome.invoice)
    for path in workbooks:
        assert OpenXmlValidator().validate(path).errors == [], path.name


@pytest.mark.parametrize("story", SMALL, ids=lambda story: stem(story.name))
def test_the_script_writes_the_samples(story: Story, tmp_path: Path) -> None:
    again = tmp_path / story.name
    again.write_bytes(workbook_bytes(story))
    assert cells(again) == cells(HERE / story.name), "python -m sample_data.make_samples"
    assert_same_package(again.read_bytes(), workbook_bytes(story))


def cells(path: Path) -> dict[str, dict[str, object]]:
    workbook = openpyxl.load_workbook(path)
    return {
        sheet.title: {
            cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None
        }
        for sheet in workbook.worksheets
    }


def test_both_readers_read_the_same(written: Written) -> None:
    for path in (written.sample, written.annotated):
        content = path.read_bytes()
        first, second = (read_content(content, path.name, readers=(reader,)) for reader in (by_calamine, by_openpyxl))
        assert typed_cells(first) == typed_cells(second), path.name
        assert rows_read(first) == rows_read(second), path.name


def test_the_annotated_copy_reads_as_the_sample(written: Written) -> None:
    first, second = read(written.sample), read(written.annotated)
    assert typed_cells(second) == typed_cells(first)
    assert rows_read(second) == rows_read(first)


def test_an_uncorrected_second_round_gives_the_same_report(written: Written, tmp_path: Path) -> None:
    again = write_all(written.annotated, tmp_path)
    first, second = report(with_copied_cells(written.outcome)), report(again.outcome)
    for contents in (first, second):
        del contents["workbook"]
    assert second == first
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in written.files.values())


@pytest.mark.libreoffice
def test_the_annotated_copies_survive_libreoffice(write: Write, tmp_path: Path) -> None:
    every = [write(story) for story in (*SMALL, LARGE)]
    saved = all_through_libreoffice([written.annotated for written in every], tmp_path / "saved")
    for written, path in zip(every, saved, strict=True):
        assert typed_cells(read(path)) == typed_cells(written.outcome.reading), path.name
        assert rows_read(read(path)) == rows_read(written.outcome.reading), path.name


# ------------------------------------------------------------------------------------------------ 5,000 rows


def test_the_findings_of_the_large_batch_are_the_planted_ones(write: Write) -> None:
    findings = {
        (found.code, found.sheet_key, found.row, found.column)
        for found in write(LARGE).outcome.findings
        if rule_of(found.code).severity.value != "info"
    }
    assert findings == {(fault.code, fault.sheet_key, fault.row, fault.column) for fault in LARGE.planted}
    assert Counter(found.code for found in write(LARGE).outcome.findings) == Counter(
        [fault.code for fault in LARGE.planted], NUM021=308, ACC008=152
    )


def test_the_accounts_at_fault_in_the_large_batch_are_held(write: Write) -> None:
    rows = {"accounts": LARGE.accounts, "numbers": LARGE.numbers}
    holding = [fault for fault in LARGE.planted if rule_of(fault.code).severity.holds]
    at_fault = {rows[fault.sheet_key][fault.row - 2]["account_ref"] for fault in holding}
    keys = {account["account_ref"] for account in LARGE.accounts}
    requests = write(LARGE).outcome.requests
    assert {request.account_ref for request in requests if request.state == "held"} == at_fault & keys
    assert len(requests) == len(keys) == 250


def test_the_figures_of_the_large_batch(write: Write) -> None:
    counts, invoice = write(LARGE).outcome.counts, write(LARGE).outcome.invoice
    assert counts
    assert invoice
    assert (counts.account_rows, counts.number_rows, counts.numbers) == (250, 5000, 5000)
    states = counts.accepted, counts.to_confirm, counts.to_fix, counts.waiting, counts.not_ported
    assert states == (3320, 24, 119, 1509, 28)
    severities = Counter(found.severity.value for found in write(LARGE).outcome.findings)
    assert severities == {"error": 142, "confirm": 27, "warning": 38, "info": 460}
    assert (str(invoice.subtotal), str(invoice.total)) == ("99566.80", "104545.14")
    assert sum(states) == counts.numbers
    assert invoice.quantity == counts.accepted


def test_the_large_batch_is_a_small_file_and_comes_back_unchanged(write: Write) -> None:
    content = (HERE / LARGE.name).read_bytes()
    assert len(content) < 400_000
    first, again = read_content(content, LARGE.name), read(write(LARGE).annotated)
    assert typed_cells(again) == typed_cells(first)
    assert rows_read(again) == rows_read(first)
    assert typed_cells(read_content(workbook_bytes(LARGE), LARGE.name)) == typed_cells(first), "make regold"


def test_the_large_batch_uses_an_exchange_without_subscribers(write: Write) -> None:
    ready = [request for request in write(LARGE).outcome.requests if request.state == "ready"]
    numbers = [number for request in ready for number in request.numbers]
    assert {number[5:8] for number in numbers} == {"555"}
    assert len(set(numbers)) == len(numbers) == 3320


# ------------------------------------------------------------------------------------------------ names, numbers and secrets


def test_numbers_are_reserved_for_fiction(written: Written) -> None:
    for sheet in DATA_SHEETS:
        raw = written.outcome.reading.tables[sheet.key].raw
        for column in sheet.columns:
            for typed in raw[column.key] if column.kind is Kind.PHONE and column.key in raw else ():
                plain = str(int(typed)) if isinstance(typed, float) else str(typed)
                text = re.sub("[^0-9a-z/]", "", unicodedata.normalize("NFKC", plain))
                found = PHONE.findall(text)
                assert bool(found) is bool(text), text
                for area, exchange, line in found:
                    assert int(area) in {*AREA_CODES, *TOLL_FREE}, text
                    assert (exchange, line[:2]) == ("555", "01"), text


def test_the_pin_is_only_in_its_cell(written: Written, story: Story) -> None:
    pins = [str(row["pin"]).strip() for row in story.accounts if "pin" in row]
    assert pins
    for pin in pins:
        for path in written.files.values():
            times = sum(part.count(pin.encode()) for part in parts(path))
            assert times == (1 if path == written.annotated else 0), path.name
    reading = read(written.annotated)
    kept = reading.tables[ACCOUNTS.key].raw["pin"]
    assert kept.tolist() == [row.get("pin", "") for row in story.accounts]


def parts(path: Path) -> list[bytes]:
    if not zipfile.is_zipfile(path):
        return [path.read_bytes()]
    with zipfile.ZipFile(path) as archive:
        return [archive.read(name) for name in archive.namelist()]


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("2-premiere-fois", {"Étage"}),
        ("8-own-layout", {"TICKET", "ACCOUNT MANAGER", "CLIENT SINCE", "ROOM"}),
    ],
)
def test_the_resellers_own_columns_come_back(name: str, own: set[str], write: Write) -> None:
    for reading in (read(HERE / BY_STEM[name].name), read(write(BY_STEM[name]).annotated)):
        headers = [reading.tables[sheet.key].header for sheet in (ACCOUNTS, NUMBERS)]
        assert {text for header in headers for text in header.unknown.values()} == own
