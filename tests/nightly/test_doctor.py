"""Ledger against outbox: each kind of disagreement is found, and where all agrees nothing is said."""

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
from lnp_batch.nightly.outbox import identity
from tests.nightly.cut import quick_folder
from tests.nightly.runs import Direct, faulty, made, make_inbox, night, numbered, plan


@pytest.fixture(scope="module")
def template() -> Iterator[Path]:
    """An outbox after a night: one batch accepted, one to fix, one refused, one answered again."""
    with quick_folder() as folder:
        held = {"a.xlsx": made(numbered(10)), "b.xlsx": made(faulty(20)), "c.xlsx": b"x", "d.xlsx": made(numbered(10))}
        night(plan(make_inbox(folder / "in", held), folder / "out"), Direct())
        yield folder / "out"


@pytest.fixture
def out(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(template, tmp_path / "out"))


def said(out: Path) -> list[str]:
    return [words["en"] for words in examine(out, open_ledger(default_url(out)))]


def own(out: Path, stem: str = "a") -> Path:
    """The folder of the batch of that workbook."""
    return next(path.parent for path in out.glob(f"*/*/{stem}.invoice.xlsx"))


def sql(out: Path, *statements: Any) -> None:
    with writing(open_ledger(default_url(out))) as connection:
        for statement in statements:
            connection.execute(statement)


def retold(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = next(folder.glob("*.report.json"))
    report = json.loads(path.read_text("utf-8"))
    change(report)
    path.write_text(json.dumps(report), "utf-8")


def test_where_all_agrees_nothing_is_said(out: Path) -> None:
    assert said(out) == []
    assert len(batch_folders(out)) == 4


FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "gone": (shutil.rmtree, "Batch {id}: in the ledger, but its folder is not in the outbox."),
    "original changed": (
        lambda folder: (folder / "a.xlsx").write_bytes(b"x"),
        "Folder HR-01/{id}: the original workbook is missing, or no longer the one that was received.",
    ),
    "original gone": (
        lambda folder: (folder / "a.xlsx").unlink(),
        "Folder HR-01/{id}: the original workbook is missing, or no longer the one that was received.",
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
        lambda folder: retold(folder, lambda told: told["counts"].update(accepted=4)),
        "Batch {id}: numbers accepted, 5 in the ledger, 4 in the report.",
    ),
    "cents": (
        lambda folder: retold(folder, lambda told: told["invoice"].update(subtotal="149.96")),
        "Batch {id}: fees in cents, 14995 in the ledger, 14996 in the report.",
    ),
    "billed": (
        lambda folder: retold(folder, lambda told: told["invoice"].update(quantity=6)),
        "Batch {id}: numbers billed, 5 in the ledger, 6 in the report.",
    ),
}


@pytest.mark.parametrize("kind", FILES)
def test_what_was_changed_in_a_folder_is_found(out: Path, kind: str) -> None:
    act, words = FILES[kind]
    folder = own(out)
    act(folder)
    assert said(out) == [words.format(id=folder.name)]


def test_an_invoice_that_is_gone_is_found(out: Path) -> None:
    folder = own(out)
    (folder / "a.invoice.xlsx").unlink()
    assert said(out) == [f"Folder HR-01/{folder.name}: *.invoice.xlsx is missing."]


def test_a_batch_that_the_ledger_forgot_is_found(out: Path) -> None:
    name = own(out, "b").name
    with open_ledger(default_url(out)).connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw
        for statement in ("pragma foreign_keys = off", f"delete from batches where id = '{name}'"):
            raw.cursor().execute(statement)
    assert said(out) == [f"Folder HR-01/{name}: billed, but not in the ledger."]


def first_line(connection: Connection) -> tuple[int, int]:
    found = connection.execute(text("select id, number from fee_lines order by number")).first()
    assert found
    return int(found[0]), int(found[1])


def test_a_fee_line_that_was_changed_is_found(out: Path) -> None:
    with writing(open_ledger(default_url(out))) as connection:
        line, _number = first_line(connection)
        connection.execute(update(fee_lines).where(fee_lines.c.id == line).values(cents=1))
    [report, sums] = said(out)
    assert "fees in cents, " in report and "in the report" in report
    assert "fees in cents, " in sums


def test_a_fee_line_that_is_gone_is_found(out: Path) -> None:
    with writing(open_ledger(default_url(out))) as connection:
        line, number = first_line(connection)
        connection.execute(delete(fee_lines).where(fee_lines.c.id == line))
    told = said(out)
    assert f"Open numbers without a fee: {number}." in told
    assert any("numbers billed" in words for words in told)


def test_numbers_that_left_with_their_fee_are_found(out: Path) -> None:
    sql(out, update(numbers).values(open=False))
    told = said(out)
    assert [words.split(":")[0] for words in told] == [
        "Numbers taken out whose fee was not given back",
        "Open requests without a number",
    ]
    assert told[0].endswith("….") and told[0].count("555") == 5


def test_a_run_that_was_cut_off_is_told(out: Path) -> None:
    (out / ".lnp" / "staging" / "run-1").mkdir(parents=True)
    assert said(out) == ["A run was cut off. Workbooks that wait for the next: 1."]


def test_folders_of_others_in_the_outbox_are_nobodys(out: Path) -> None:
    for name in ("HR-01/notes", "HR-01/2025 archives", "_runs/2026-11-23", ".trash/2026-11-23-0123456789ab"):
        (out / name).mkdir(parents=True)
    assert said(out) == []
    assert len(batch_folders(out)) == 4


@pytest.mark.parametrize("new", [False, True])
def test_an_outbox_that_lost_its_name_is_told(out: Path, new: bool) -> None:
    name = out / ".lnp" / "outbox.json"
    known = json.loads(name.read_text("utf-8"))["outbox"]
    if new:
        name.write_text(json.dumps({"outbox": "another"}), "utf-8")
    else:
        name.unlink()
    [words] = said(out)
    assert words.startswith(f"Batches here that the ledger takes for another outbox's, {known}: 2. ")
    name.write_text(json.dumps({"outbox": known}), "utf-8")
    assert said(out) == []


@pytest.mark.parametrize(
    "words", ["{outbox: x}", "[]", "{}", "é", '{"outbox": null}', '{"outbox": ""}', '{"outbox": "../x"}']
)
def test_a_name_that_is_none_is_a_fault_of_the_machine(out: Path, words: str) -> None:
    (out / ".lnp" / "outbox.json").write_text(words, "utf-8")
    with pytest.raises(EnvironmentFault, match=r"outbox\.json: it must hold"):
        said(out)
    with pytest.raises(EnvironmentFault, match=r"outbox\.json: it must hold"):
        identity(out)
