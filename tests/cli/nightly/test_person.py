"""`person`: what the terminal says in either language, exit codes, and that the name stays out of the ledger."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from lnp_batch.ledger.store import default_url, open_ledger
from lnp_batch.model.text import LANGUAGES, NBSP, Lang
from lnp_batch.nightly.lock import only_run
from tests.cli.test_cli import lnp
from tests.factory import SECOND
from tests.nightly.interruptions import quick_folder
from tests.nightly.kept import fill, folder_of
from tests.nightly.runs import ledger_state

BY = ("--by", "Marie Roy", "--outbox", "out")
NAME = ("--name", "clinique dentaire ST-JEAN inc")


@pytest.fixture(scope="module")
def template() -> Iterator[Path]:
    with quick_folder() as folder:
        yield fill(folder)


@pytest.fixture(autouse=True)
def outbox(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("LNP_LANG", "LNP_OUTBOX", "LNP_LEDGER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return Path(shutil.copytree(template, tmp_path / "out"))


def said(capfd: pytest.CaptureFixture[str]) -> list[str]:
    captured = capfd.readouterr()
    assert captured.err == ""
    return captured.out.replace(NBSP, " ").splitlines()


def test_find_lists_what_is_held(outbox: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = folder_of(outbox, "lot.xlsx").name
    assert lnp("person", "find", "--number", "(450) 555-1040", *BY, "--lang", "en") == 0
    lines = said(capfd)
    own = lines.index(f"Batch HR-01/{folder}")
    assert lines[own + 1 : own + 5] == [
        "  lot.annotated.xlsx",
        "  lot.report.json",
        "  lot.xlsx",
        "  lot.invoice.xlsx (invoice)",
    ]
    assert lines[-2] == "In the ledger: numbers 2, fee lines 2, arrivals 2."
    assert lines[-1].startswith("Not searched: ")
    assert [line for line in lines if line.startswith("Request PR-") and line.endswith(", state closed")]


SAID: dict[Lang, tuple[str, str, str, str]] = {
    "fr": (
        "Fichiers supprimés ou masqués : 6; demandes vidées au registre : 1.",
        "Gardés parce que la loi l'exige : factures et frais, avec leurs numéros et numéros de compte, jusqu'à la fin de 2032.",
        "Rien n'est gardé sur cette personne.",
        "Il n'y avait plus rien à supprimer.",
    ),
    "en": (
        "Files removed or masked: 6; requests emptied in the ledger: 1.",
        "Kept because the law requires it: invoices and fees, with their numbers and account numbers, until the end of 2032.",
        "Nothing is held of this person.",
        "There was nothing left to remove.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
def test_forget_says_what_was_removed_and_what_is_kept(lang: Lang, capfd: pytest.CaptureFixture[str]) -> None:
    number = ("--number", "450-555-1040", *BY, "--lang", lang)
    removed, kept, nothing, nothing_left = SAID[lang]
    assert lnp("person", "forget", *number) == 0
    lines = said(capfd)
    assert lines[0] == removed and kept in lines
    assert lnp("person", "forget", *number) == 0
    assert said(capfd)[0] == nothing_left
    assert lnp("person", "find", "--name", "Nobody", *BY, "--lang", lang) == 0
    assert said(capfd)[0] == nothing


def test_export_and_events_without_the_name(outbox: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert lnp("person", "export", *NAME, "--to", "copy", *BY) == 0
    assert said(capfd) == ["Copie écrite dans copy; fichiers : 1."]
    assert str(SECOND["signer"]) in Path("copy/data.json").read_text("utf-8")
    assert {path.stat().st_mode & 0o777 for path in (Path("copy"), Path("copy/data.json"))} == {0o700, 0o600}
    assert lnp("person", "export", *NAME, "--to", "copy", *BY) == 8
    assert lnp("person", "find", *NAME, *BY) == 0
    events = [row for row in ledger_state(open_ledger(default_url(outbox)))["events"] if "person" in repr(row)]
    assert sorted(row[2] for row in events) == ["person_exported", "person_found"]
    assert all(row[1] == "Marie Roy" for row in events)
    assert not [row for row in events if "clinique" in repr(row).casefold() or "450" in repr(row)]


@pytest.mark.parametrize(
    "words",
    [
        ("find", *BY),
        ("find", "--number", "514", *BY),
        ("find", "--name", "!", *BY),
        ("find", *NAME, "--outbox", "out"),
        ("find", *NAME, "--by", " ", "--outbox", "out"),
        ("find", *NAME, "--to", "copy", *BY),
        ("export", *NAME, *BY),
        ("erase", *NAME, *BY),
    ],
)
def test_a_wrong_command_line_is_2(words: tuple[str, ...]) -> None:
    assert lnp("person", *words) == 2


def test_a_run_in_progress_is_7(capfd: pytest.CaptureFixture[str]) -> None:
    with only_run(Path("out")):
        assert lnp("person", "forget", *NAME, *BY) == 7
    assert capfd.readouterr().err == "Un passage est en cours.\n"
