"""Ledger against outbox: each kind of difference is found; without any, nothing is reported."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, delete, text, update

from lnp_batch.errors import EnvironmentFault
from lnp_batch.ledger.schema import fee_lines, numbers
from lnp_batch.ledger.store import default_url, open_ledger, writing
from lnp_batch.nightly.doctor import batch_folders, examine
from lnp_batch.nightly.outbox import create_outbox_id
from tests.factory import context
from tests.ledger.booked import drop_triggers
from tests.nightly.interruptions import quick_folder
from tests.nightly.runs import InProcessPool, faulty, make_inbox, numbered, plan, run_once, workbook_of


@pytest.fixture(scope="module")
def template() -> Iterator[Path]:
    """An outbox after a run: a batch accepted, one to fix, one refused, one answered again."""
    with quick_folder() as folder:
        files = {
            "HR-01/a.xlsx": workbook_of(numbered(10)),
            "HR-01/a/A1-csr.pdf": b"%PDF-1.7\n",
            "HR-01/a/deep/x.bin": b"x",
            "b.xlsx": workbook_of(faulty(20)),
            "c.xlsx": b"x",
            "HR-01/d.xlsx": workbook_of(numbered(10)),
        }
        run_once(plan(make_inbox(folder / "in", files), folder / "out"), InProcessPool())
        yield folder / "out"


@pytest.fixture
def outbox(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(template, tmp_path / "out"))


def sentences(outbox: Path, **given: Any) -> list[str]:
    return [sentence["en"] for sentence in examine(outbox, open_ledger(default_url(outbox)), **given)]


def batch_folder(outbox: Path, stem: str = "a") -> Path:
    """Return the batch folder of the workbook with that stem."""
    return next(path.parent for path in outbox.glob(f"*/*/{stem}.invoice.xlsx"))


def execute(outbox: Path, *statements: Any) -> None:
    with writing(open_ledger(default_url(outbox))) as connection:
        for statement in statements:
            connection.execute(statement)


def change_report(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = next(folder.glob("*.report.json"))
    report = json.loads(path.read_text("utf-8"))
    change(report)
    path.write_text(json.dumps(report), "utf-8")


def test_an_outbox_that_agrees_with_its_ledger_has_no_differences(outbox: Path) -> None:
    assert sentences(outbox) == []
    assert len(batch_folders(outbox)) == 4


@pytest.fixture
def older(outbox: Path) -> Path:
    """The same outbox as if it were from before hashes were kept."""
    shutil.rmtree(outbox / ".lnp" / "hashes")
    return outbox


CHANGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "gone": (shutil.rmtree, "Batch {id}: in the ledger, but its folder is not in the outbox."),
    "original changed": (
        lambda folder: (folder / "a.xlsx").write_bytes(b"x"),
        "Folder HR-01/{id}: the original workbook is missing, or is no longer the one that was received.",
    ),
    "original gone": (
        lambda folder: (folder / "a.xlsx").unlink(),
        "Folder HR-01/{id}: the original workbook is missing, or is no longer the one that was received.",
    ),
    "annotated gone": (
        lambda folder: (folder / "a.annotated.xlsx").unlink(),
        "Folder HR-01/{id}: *.annotated.xlsx is missing.",
    ),
    "report gone": (
        lambda folder: (folder / "a.report.json").unlink(),
        "Folder HR-01/{id}: the report is missing, or can no longer be read.",
    ),
    "report cut": (
        lambda folder: (folder / "a.report.json").write_bytes(b'{"counts": {'),
        "Folder HR-01/{id}: the report is missing, or can no longer be read.",
    ),
    "report of another kind": (
        lambda folder: (folder / "a.report.json").write_text('{"invoice": {"subtotal": "x"}}', "utf-8"),
        "Folder HR-01/{id}: the report is missing, or can no longer be read.",
    ),
    "accepted": (
        lambda folder: change_report(folder, lambda report: report["counts"].update(accepted=4)),
        "Batch {id}: numbers accepted, 5 in the ledger, 4 in the report.",
    ),
    "cents": (
        lambda folder: change_report(folder, lambda report: report["invoice"].update(subtotal="149.96")),
        "Batch {id}: fees in cents, 14,995 in the ledger, 14,996 in the report.",
    ),
    "billed": (
        lambda folder: change_report(folder, lambda report: report["invoice"].update(quantity=6)),
        "Batch {id}: numbers billed, 5 in the ledger, 6 in the report.",
    ),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_a_changed_folder_from_before_hashes_is_found(older: Path, kind: str) -> None:
    change, sentence = CHANGES[kind]
    folder = batch_folder(older)
    change(folder)
    assert sentences(older) == [sentence.format(id=folder.name)]


def test_a_missing_invoice_from_before_hashes_is_found(older: Path) -> None:
    folder = batch_folder(older)
    (folder / "a.invoice.xlsx").unlink()
    assert sentences(older) == [f"Folder HR-01/{folder.name}: *.invoice.xlsx is missing."]


# ------------------------------------------------------------------------------------------------ each file


FILES = (
    "a.xlsx",
    "a.annotated.xlsx",
    "a.invoice.xlsx",
    "a.report.json",
    "documents/A1-csr.pdf",
    "documents/deep/x.bin",
)
DAMAGES: dict[str, Callable[[Path], object]] = {
    "is missing": Path.unlink,
    "is empty": lambda path: path.write_bytes(b""),
    "is no longer as it was delivered": lambda path: path.write_bytes(b"{" + path.read_bytes()[1:] + b" "),
}


@pytest.mark.parametrize("words", DAMAGES)
@pytest.mark.parametrize("name", FILES)
def test_each_damaged_file_is_named_once(outbox: Path, name: str, words: str) -> None:
    folder = batch_folder(outbox)
    DAMAGES[words](folder / name)
    assert sentences(outbox) == [f"Folder HR-01/{folder.name}: {name} {words}."]


def test_refused_workbooks_and_repeated_answers_are_checked_too(outbox: Path) -> None:
    refused, repeated = next(outbox.glob("_unknown/*/c.xlsx")), next(outbox.glob("HR-01/*/d.already.txt"))
    for path in (refused, repeated):
        path.write_bytes(b"y")
    assert sentences(outbox) == [
        f"Folder {path.parent.parent.name}/{path.parent.name}: {path.name} is no longer as it was delivered."
        for path in (repeated, refused)
    ]


def test_a_folder_that_is_gone_is_found_once(outbox: Path) -> None:
    refused, own = next(outbox.glob("_unknown/*")), batch_folder(outbox)
    for folder in (refused, own):
        shutil.rmtree(folder)
    assert sentences(outbox) == [
        f"Batch {own.name}: in the ledger, but its folder is not in the outbox.",
        f"Folder _unknown/{refused.name}: it was delivered, but is no longer in the outbox.",
    ]


def test_a_file_that_cannot_be_read_is_found(outbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, opens = batch_folder(outbox) / "a.invoice.xlsx", Path.open

    def only_others(self: Path, *more: Any, **options: Any) -> Any:
        if self == path:
            raise PermissionError
        return opens(self, *more, **options)

    monkeypatch.setattr(Path, "open", only_others)
    assert sentences(outbox) == [f"Folder HR-01/{path.parent.name}: a.invoice.xlsx cannot be read."]


# ------------------------------------------------------------------------------------------------ the ledger


def test_a_batch_missing_from_the_ledger_is_found(outbox: Path) -> None:
    name = batch_folder(outbox, "b").name
    with open_ledger(default_url(outbox)).connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw
        for statement in ("pragma foreign_keys = off", f"delete from batches where id = '{name}'"):
            raw.cursor().execute(statement)
    assert sentences(outbox) == [f"Folder HR-01/{name}: billed, but not in the ledger."]


def first_line(connection: Connection) -> tuple[int, int]:
    found = connection.execute(text("select id, number from fee_lines order by number")).first()
    assert found
    return int(found[0]), int(found[1])


def test_a_changed_fee_line_is_found(outbox: Path) -> None:
    with writing(open_ledger(default_url(outbox))) as connection:
        line, _number = first_line(connection)
        drop_triggers(connection)
        connection.execute(update(fee_lines).where(fee_lines.c.id == line).values(cents=1))
    [sentence] = sentences(outbox)
    assert "fees in cents, " in sentence and "in the report" in sentence
    assert sentences(outbox, prices=context()) == [
        f"Batch {batch_folder(outbox).name}: numbers billed at $0.01 each on 2026-11-23: 1; price in force on that day:"
        " $29.99."
    ]


def test_a_missing_fee_line_is_found(outbox: Path) -> None:
    with writing(open_ledger(default_url(outbox))) as connection:
        line, number = first_line(connection)
        drop_triggers(connection)
        connection.execute(delete(fee_lines).where(fee_lines.c.id == line))
    assert sentences(outbox) == [f"Open numbers without a fee: {number}."]


def test_numbers_taken_out_without_a_refund_are_found(outbox: Path) -> None:
    execute(outbox, update(numbers).values(open=False))
    found = sentences(outbox)
    assert [sentence.split(":")[0] for sentence in found] == [
        "Numbers taken out whose fee was not given back",
        "Open requests without a number",
    ]
    assert found[0].endswith("….") and found[0].count("555") == 5


def test_an_interrupted_run_is_reported(outbox: Path) -> None:
    (outbox / ".lnp" / "staging" / "run-1").mkdir(parents=True)
    assert sentences(outbox) == ["A run was interrupted. Workbooks waiting for the next one: 1."]


def test_folders_that_are_not_batches_are_ignored(outbox: Path) -> None:
    for name in ("HR-01/notes", "HR-01/2025 archives", "_runs/2026-11-23", ".trash/2026-11-23-0123456789ab"):
        (outbox / name).mkdir(parents=True)
    assert sentences(outbox) == []
    assert len(batch_folders(outbox)) == 4


@pytest.mark.parametrize("new", [False, True])
def test_an_outbox_that_lost_its_id_is_reported(outbox: Path, new: bool) -> None:
    path = outbox / ".lnp" / "outbox.json"
    outbox_id = json.loads(path.read_text("utf-8"))["outbox"]
    if new:
        path.write_text(json.dumps({"outbox": "another"}), "utf-8")
    else:
        path.unlink()
    [sentence] = sentences(outbox)
    assert sentence.startswith(f"Batches here that the ledger assigns to another outbox, {outbox_id}: 2. ")
    path.write_text(json.dumps({"outbox": outbox_id}), "utf-8")
    assert sentences(outbox) == []


@pytest.mark.parametrize(
    "content", ["{outbox: x}", "[]", "{}", "é", '{"outbox": null}', '{"outbox": ""}', '{"outbox": "../x"}']
)
def test_an_outbox_file_without_an_id_is_an_environment_fault(outbox: Path, content: str) -> None:
    (outbox / ".lnp" / "outbox.json").write_text(content, "utf-8")
    with pytest.raises(EnvironmentFault, match=r"outbox\.json: it must hold"):
        sentences(outbox)
    with pytest.raises(EnvironmentFault, match=r"outbox\.json: it must hold"):
        create_outbox_id(outbox)
