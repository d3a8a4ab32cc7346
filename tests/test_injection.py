"""A cell's text stays text in every output: never a formula, a link, an error or an escape sequence."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from lnp_batch.read.workbook import read
from tests.cli.test_cli import DAY, lnp
from tests.factory import NUMBER, openpyxl_workbook, put, save, sound

FORMS = (
    "=1+1", "=HYPERLINK(\"http://evil.example\",\"x\")", "=cmd|' /C calc'!A0", "{=1+1}", "+1+1", "+cmd|' /C calc'!A0", "-1+1",
    "-2+3+cmd|' /C calc'!A0", "@SUM(1)", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "＝1+1", "＋1+1", "－1+1", "＠SUM(1)",
    "http://evil.example", "mailto:x@evil.example", "file:///etc/passwd", "internal:A1", "#N/A", "#REF!", "<r><t>x</t></r>",
    "</t></si><si><t>x", "_x001B_[31mred_x001B_]8;;http://evil.example_x0007_", "_x005F_x001B_[31m",
)  # fmt: skip
"""Texts that some program takes for more than text, as a sheet's XML has them: `_x001B_` is the escape character."""


ERRORS = ("#", "_x001B_", "mailto:")
"""Forms that our rules report as errors or ask about, so that their request is held and not billed."""


def upload(path: Path, forms: Sequence[str] = FORMS) -> Path:
    """Save a batch with every form in every text that reaches an output: accounts, numbers, batch, foreign columns."""
    rows = sound()
    account = rows["accounts"][0]
    rows["accounts"], rows["numbers"] = [], []
    for at, form in enumerate(forms, 1):
        names = dict.fromkeys(("name_on_bill", "name"), f"{form} inc.")  # a name without letters is asked about
        texts = {**names, "reference": form, "notes": form}
        key = {"account_ref": f"A{at}", "account_number": f"{at:08}", "btn": f"514-555-01{at:02}", "total_numbers": 1}
        rows["accounts"].append({**account, **texts, **key})
        number = {**NUMBER, "account_ref": f"A{at}", "number": f"514-555-01{at:02}"}
        rows["numbers"].append({**number, "reference": form, "notes": form})
    rows["batch"] |= {"batch_reference": forms[0], "purchase_order": forms[4], "contact_name": forms[1]}
    batch_workbook = openpyxl_workbook(rows)
    for sheet in (batch_workbook["Comptes"], batch_workbook["Numéros"]):
        wide = sheet.max_column + 2
        for at, form in enumerate(forms, 1):
            put(sheet.cell(1, wide + at), form)
            put(sheet.cell(at + 1, wide), form)
    batch_workbook.save(path)
    return path


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("injection")
    assert lnp("process", upload(folder / "lot.xlsx"), "--out", folder / "out", *DAY) == 3
    return folder / "out"


def test_the_forms_are_distinct() -> None:
    assert len(set(FORMS)) == 27


@pytest.mark.parametrize("name", ["lot.annotated.xlsx", "lot.invoice.xlsx"])
def test_no_form_becomes_a_formula_a_link_or_an_error(outputs: Path, name: str, tmp_path: Path) -> None:
    harmless = [form if form.startswith(ERRORS) else f"texte {at}" for at, form in enumerate(FORMS)]
    upload(tmp_path / "lot.xlsx", harmless)
    lnp("process", tmp_path / "lot.xlsx", "--out", tmp_path / "out", *DAY)
    parts, theirs = parts_of(outputs / name), parts_of(tmp_path / "out" / name)
    assert formulas(parts) == formulas(theirs)
    assert bool(formulas(parts)) == ("invoice" in name)
    assert all(' t="e"' not in words for part, words in parts.items() if "worksheets/sheet" in part)
    assert all(' TargetMode="External"' not in words for words in parts.values())
    assert all("evil" not in words for part, words in parts.items() if part.endswith(".rels"))
    assert all("\x1b" not in words for words in parts.values())


def parts_of(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as archive:
        return {part: archive.read(part).decode("utf-8") for part in archive.namelist()}


def formulas(parts: dict[str, str]) -> list[str]:
    return [
        found
        for part, words in parts.items()
        if "worksheets/sheet" in part
        for found in re.findall(r"<f\b[^>]*>([^<]*)</f>", words)
    ]


def test_every_text_is_returned_as_typed(outputs: Path) -> None:
    typed, back = (read(path).tables for path in (outputs.parent / "lot.xlsx", outputs / "lot.annotated.xlsx"))
    for sheet, key in (("accounts", "notes"), ("accounts", "name_on_bill"), ("numbers", "reference")):
        assert back[sheet].raw[key].tolist() == typed[sheet].raw[key].tolist()
        assert len(set(typed[sheet].raw[key])) == len(FORMS)
    copy = openpyxl.load_workbook(outputs / "lot.annotated.xlsx")["Comptes"]
    notes = next(cell.column for cell in copy[1] if str(cell.value).startswith("Notes"))
    assert {copy.cell(row, notes).data_type for row in range(2, len(FORMS) + 2)} == {"s"}


def test_the_report_is_json_without_control_characters(outputs: Path) -> None:
    words = (outputs / "lot.report.json").read_text("utf-8")
    report = json.loads(words)
    assert report["batch"]["batch_reference"] == FORMS[0]
    assert re.findall(r"[\x00-\x09\x0b-\x1f\x7f\u202e]", words) == []


@pytest.mark.parametrize("command", [["check", "-v"], ["check", "--json"], ["check", "--explain-headers"], ["check"]])
def test_the_terminal_gets_no_escape_sequence(
    outputs: Path, command: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    lnp(*command, outputs.parent / "lot.xlsx", *DAY)
    output = capfd.readouterr()
    assert output.out
    assert re.findall(r"[\x00-\x09\x0b-\x1f\x7f]", output.out + output.err) == []


@pytest.mark.parametrize("form", FORMS)
def test_a_refusal_and_the_terminal_repeat_no_control_character(
    form: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A form as file name and header of a workbook that is refused since a sheet is missing."""
    monkeypatch.chdir(tmp_path)
    batch_workbook = openpyxl_workbook(sound())
    put(batch_workbook["Numéros"].cell(1, 4), form)
    del batch_workbook["Comptes"]
    named = tmp_path / (re.sub(r"[/\x00]", "_", form)[:60] + ".xlsx")
    batch_workbook.save(named)
    assert lnp("process", named, "--out", "out", *DAY) == 4
    output = capfd.readouterr()
    refusal = next(Path("out").glob("*.refused.txt")).read_text("utf-8")
    assert re.findall(r"[\x00-\x09\x0b-\x1f\x7f]", refusal + output.out + output.err) == []


def test_the_log_of_a_defect_has_no_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], defect_log: Path
) -> None:
    monkeypatch.chdir(tmp_path)

    def broken(*_arguments: object) -> None:
        raise LookupError("\x1b[31mred")

    monkeypatch.setattr("lnp_batch.documents.batch_files.fill_statement", broken)
    save(tmp_path / "lot.xlsx", sound())
    assert lnp("process", "lot.xlsx", "--out", "out", *DAY) == 1
    assert "\x1b" not in defect_log.read_text("utf-8") + "".join(capfd.readouterr())
