"""The sample workbooks: what becomes of them, told once in a golden report, and what every file written must keep."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from jsonschema import Draft202012Validator
from openxml_audit import OpenXmlValidator

from lnp_batch.columns import ACCOUNTS, DATA_SHEETS, NUMBERS, Kind
from lnp_batch.model.area_codes import AREA_CODES, TOLL_FREE
from lnp_batch.model.outcome import Outcome
from lnp_batch.process import process, stem, write_outputs
from lnp_batch.read.workbook import by_calamine, by_openpyxl, read, read_content
from lnp_batch.write.report import as_json, report
from lnp_batch.write.report_schema import REPORT_SCHEMA
from sample_data.make_samples import HERE, STORIES, Story, made
from tests.factory import context
from tests.libreoffice import all_through_libreoffice
from tests.same import rows_read, typed_cells

GOLDEN = Path(__file__).parent / "golden"
TOLD = {story.name: story for story in (tell() for tell in STORIES)}
CLEAN = {"1-entreprise-deux-fournisseurs", "3-partial-port-did-ranges"}
PHONE = re.compile(r"(?<![0-9])1?\D{0,2}([2-9][0-9]{2})\D{0,2}([2-9][0-9]{2})\D?([0-9]{3,4})(?![0-9])")


@dataclass(frozen=True)
class Written:
    """A sample, what became of it, and the files that were written for it, by what stands after its name."""

    sample: Path
    outcome: Outcome
    files: dict[str, Path]

    @property
    def annotated(self) -> Path:
        return self.files["annotated.xlsx"]


@pytest.fixture(scope="module", params=TOLD.values(), ids=lambda story: stem(story.name))
def story(request: pytest.FixtureRequest) -> Story:
    told: Story = request.param
    return told


@pytest.fixture(scope="module")
def written(story: Story, tmp_path_factory: pytest.TempPathFactory) -> Written:
    return write_all(HERE / story.name, tmp_path_factory.mktemp("out"))


def write_all(sample: Path, folder: Path) -> Written:
    outcome = process(sample, context())
    paths = write_outputs(outcome, folder)
    return Written(sample, outcome, {path.name.removeprefix(sample.stem + "."): path for path in paths})


# ------------------------------------------------------------------------------------------------ the report


def test_the_report_is_the_golden_one(written: Written, pytestconfig: pytest.Config) -> None:
    told: dict[str, Any] = json.loads(written.files["report.json"].read_text("utf-8"))
    assert told == report(written.outcome)
    assert list(Draft202012Validator(REPORT_SCHEMA).iter_errors(told)) == []
    assert told["workbook"].pop("sha256") == hashlib.sha256(written.sample.read_bytes()).hexdigest()
    golden = GOLDEN / f"{written.sample.stem}.report.json"
    if pytestconfig.getoption("--regold"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(as_json(told), encoding="utf-8", newline="\n")
    assert as_json(told) == golden.read_text("utf-8"), "right? then write it anew: make regold"


def test_clean_samples_are_clean(written: Written) -> None:
    severities = {found.severity.value for found in written.outcome.findings}
    assert (severities == {"info"}) is (written.sample.stem in CLEAN)


def test_the_states_add_up(written: Written) -> None:
    counts, invoice = written.outcome.counts, written.outcome.invoice
    assert counts
    assert invoice
    states = counts.accepted, counts.to_confirm, counts.to_fix, counts.waiting, counts.not_ported
    assert counts.numbers == sum(states)
    assert invoice.quantity == counts.accepted


def test_the_readme_tells_the_figures(written: Written) -> None:
    counts, invoice = written.outcome.counts, written.outcome.invoice
    assert counts
    assert invoice
    readme = (HERE / "README.md").read_text("utf-8")
    about = readme.split(f"`{written.sample.name}`")[1].partition("\n## ")[0]
    for figure in (counts.numbers, counts.accepted, f"{invoice.subtotal:,}", f"{invoice.total:,}"):
        assert re.search(rf"(?<![0-9]){re.escape(str(figure))}(?![0-9])", about), figure


# ------------------------------------------------------------------------------------------------ the files


def test_an_audit_finds_nothing(written: Written) -> None:
    workbooks = [path for path in written.files.values() if path.suffix == ".xlsx"]
    assert len(workbooks) == 2
    for path in workbooks:
        assert OpenXmlValidator().validate(path).errors == [], path.name


def test_the_script_makes_the_samples(story: Story, tmp_path: Path) -> None:
    again = tmp_path / story.name
    again.write_bytes(made(story))
    assert cells(again) == cells(HERE / story.name), "python sample_data/make_samples.py"
    assert again.read_bytes() == made(story)


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


def test_a_second_round_tells_the_same(written: Written, tmp_path: Path) -> None:
    again = write_all(written.annotated, tmp_path)
    first, second = report(written.outcome), report(again.outcome)
    for told in (first, second):
        del told["workbook"]
    assert second == first
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in written.files.values())


@pytest.mark.libreoffice
def test_the_annotated_copies_survive_libreoffice(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    every = [write_all(HERE / name, tmp_path / "out") for name in TOLD]
    saved = all_through_libreoffice([one.annotated for one in every], tmp_path / "saved")
    for one, path in zip(every, saved, strict=True):
        assert typed_cells(read(path)) == typed_cells(one.outcome.reading), path.name
        assert rows_read(read(path)) == rows_read(one.outcome.reading), path.name


# ------------------------------------------------------------------------------------------------ what must not be there


def test_numbers_are_those_that_nobody_has(written: Written) -> None:
    for sheet in DATA_SHEETS:
        raw = written.outcome.reading.tables[sheet.key].raw
        for column in sheet.columns:
            for typed in raw[column.key] if column.kind is Kind.PHONE else ():
                words = str(int(typed)) if isinstance(typed, float) else str(typed)
                found = PHONE.findall(words)
                assert bool(found) is bool(words), words
                for area, exchange, line in found:
                    assert int(area) in {*AREA_CODES, *TOLL_FREE}, words
                    assert (exchange, line[:2]) == ("555", "01"), words


def test_the_pin_stays_in_its_cell(written: Written, story: Story) -> None:
    pins = [str(row["pin"]).strip() for row in story.accounts if "pin" in row]
    assert pins
    for pin in pins:
        for path in written.files.values():
            times = sum(part.count(pin.encode()) for part in parts(path))
            assert times == (1 if path == written.annotated else 0), path.name
    sheet = openpyxl.load_workbook(written.annotated)[ACCOUNTS.name[written.outcome.lang]]
    at = [column.key for column in ACCOUNTS.columns].index("pin") + 1
    assert [cell.value for (cell,) in sheet.iter_rows(2, len(story.accounts) + 1, at, at)] == [
        row.get("pin") for row in story.accounts
    ]


def parts(path: Path) -> list[bytes]:
    if not zipfile.is_zipfile(path):
        return [path.read_bytes()]
    with zipfile.ZipFile(path) as archive:
        return [archive.read(name) for name in archive.namelist()]


def test_a_column_of_the_resellers_own_comes_back() -> None:
    story = TOLD["2-premiere-fois.xlsx"]
    reading = read(HERE / story.name)
    assert set(story.own) == set(reading.tables[NUMBERS.key].header.unknown.values()) == {"Étage"}
