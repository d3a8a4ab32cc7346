"""`run`, `doctor` and `purge`: options, exit codes, the log, and what the terminal shows."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import lnp_batch.process
from lnp_batch.cli.nightly.run import Duration
from lnp_batch.cli.nightly.run_output import show_run
from lnp_batch.cli.terminal import console
from lnp_batch.ledger.store import default_url, open_ledger, writing
from lnp_batch.model.left import Left, LeftReason
from lnp_batch.model.text import LANGUAGES, NBSP, Lang
from lnp_batch.nightly.lock import only_run
from lnp_batch.nightly.state import RunResult
from tests.cli.test_cli import DAY, lnp
from tests.documents.nightly_summary.entries import billed, fields
from tests.factory import changed, sound
from tests.nightly.interruptions import quick_folder
from tests.nightly.runs import faulty, make_inbox, make_old, numbered, workbook_of

RUN = ("run", "--inbox", "in", "--outbox", "out", "--lang", "en", "--workers", "1", *DAY)
OUTBOX = ("--outbox", "out", "--lang", "en")


@pytest.fixture(autouse=True)
def own_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Run each test in an empty folder, without settings from the environment."""
    for name in ("LNP_LANG", "LNP_OUTBOX", "LNP_LEDGER", "LNP_RESELLERS", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    with quick_folder() as folder:
        monkeypatch.chdir(folder)
        Path("in").mkdir()
        yield folder
        monkeypatch.undo()


def inbox(**held: bytes) -> None:
    make_inbox(Path("in"), {f"{name}.xlsx": written for name, written in held.items()})


def said(err: str) -> list[str]:
    """Return the lines of stderr that are for people: all but the log, which says only that the run failed."""
    lines = err.splitlines()
    log = [json.loads(line) for line in lines if line.startswith("{")]
    assert [line["event"] for line in log] in ([], ["run_failed"])
    return [line for line in lines if not line.startswith("{")]


# ------------------------------------------------------------------------------------------------ exit codes


def test_exit_codes_of_successive_runs(capfd: pytest.CaptureFixture[str]) -> None:
    assert lnp(*RUN) == 0
    assert "No workbook was processed." in capfd.readouterr().out
    inbox(a=workbook_of(sound()))
    assert lnp(*RUN) == 0
    inbox(a=workbook_of(sound()))
    assert lnp(*RUN) == 6
    inbox(a=workbook_of(sound()), b=workbook_of(faulty(20)))
    assert lnp(*RUN) == 3
    inbox(b=workbook_of(numbered(30)), c=b"%PDF-1.7")
    assert lnp(*RUN) == 4
    assert lnp("doctor", *OUTBOX) == 0
    captured = capfd.readouterr()
    assert "Ledger and outbox agree." in captured.err
    assert "Traceback" not in captured.out + captured.err


def test_a_defect_of_ours_is_1(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    def broken(*_given: object) -> None:
        raise LookupError("514-555-0100")

    inbox(a=workbook_of(sound()))
    with monkeypatch.context() as patch:
        patch.setattr(lnp_batch.process, "check_cells", broken)
        assert lnp(*RUN) == 1
    captured = capfd.readouterr()
    assert "‼ Error on our side – a.xlsx" in captured.out
    assert "514-555" not in captured.out + captured.err
    assert lnp(*RUN) == 0
    assert lnp(*RUN, "--retry-defects") == 0
    assert "✔ Accepted – a.xlsx – Heures Rouges Télécom inc.: 5 accepted, 1 not ported; $149.95" in unfolded(capfd)


@pytest.mark.parametrize(
    "words",
    [
        ("--inbox", "in", "--outbox", "in"),
        ("--inbox", "in", "--outbox", "in/out"),
        ("--inbox", "in/deep", "--outbox", "in"),
        ("--inbox", "in", "--outbox", "in/deep/../../in/x"),
        ("--quiet-period", "soon"),
        ("--workers", "0"),
        ("--reference-date", "yesterday"),
    ],
)
def test_a_wrong_command_line_is_2_and_touches_nothing(words: tuple[str, ...]) -> None:
    Path("in/deep").mkdir()
    inbox(a=b"x")
    assert lnp(*RUN, *words) == 2
    assert sorted(path.name for path in Path().rglob("*")) == ["a.xlsx", "deep", "in"]


def test_nested_through_a_link_is_2() -> None:
    Path("link").symlink_to("in")
    assert lnp(*RUN, "--outbox", "link/out") == 2


def test_another_run_in_progress_is_7(capfd: pytest.CaptureFixture[str]) -> None:
    inbox(a=workbook_of(sound()))
    with only_run(Path("out")):
        assert lnp(*RUN) == 7
        assert "A run is in progress." in capfd.readouterr().err
        assert Path("in/a.xlsx").exists()
    assert lnp(*RUN) == 0
    with only_run(Path("out")):
        assert lnp("purge", *OUTBOX, "--before", "2027-01-01") == 7
        assert lnp("purge", *OUTBOX, "--due") == 7


@pytest.mark.parametrize("lang", LANGUAGES)
def test_purge_applies_the_terms_of_the_settings(lang: Lang, capfd: pytest.CaptureFixture[str]) -> None:
    said = {
        "fr": (
            "Lots purgés\u00a0: 0; fichiers supprimés\u00a0: {}; classeurs dont les NIP sont masqués\u00a0: 0; "
            "lots retirés du registre\u00a0: 0.\n"
        ),
        "en": (
            "Batches purged: 0; files removed: {}; workbooks whose PINs were masked: 0; "
            "batches removed from the ledger: 0.\n"
        ),
    }
    purge = ("purge", "--outbox", "out", "--due", "--lang", lang, "--reference-date")
    inbox(c=b"no workbook")
    assert lnp(*RUN) == 4
    capfd.readouterr()
    assert lnp(*purge, "2026-11-30") == 0
    assert capfd.readouterr().out == said[lang].format(0)
    Path("lnp-batch.toml").write_text("[retention]\nunknown_days = 7\n", "utf-8")
    assert lnp(*purge, "2026-11-30") == 0
    assert capfd.readouterr().out == said[lang].format(3)
    assert not list(Path("out").rglob("c.xlsx"))


@pytest.mark.parametrize("words", [(), ("--due", "--before", "2027-01-01")])
def test_purge_needs_due_or_a_day(words: tuple[str, ...], capfd: pytest.CaptureFixture[str]) -> None:
    assert lnp("purge", *OUTBOX, *words) == 2
    assert capfd.readouterr().err == "Indiquez --due, ou --before et un jour.\n"


IN_SETTINGS_LANG = {
    "no ledger": (("doctor", "--outbox", "none"), 8, "No ledger found there:"),
    "no outbox": (("doctor",), 2, "Name the outbox:"),
    "nothing found": (("find", "nobody", "--outbox", "out"), 2, "Nothing found for “nobody”:"),
    "no such batch": (
        ("rejudge", "2026-11-23-3f9a2c41d0b7", "--by", "x", "--reason", "y", "--outbox", "out"),
        2,
        "The ledger has no batch 2026-11-23-3f9a2c41d0b7.",
    ),
    "another run": (("purge", "--before", "2027-01-01", "--outbox", "out"), 7, "A run is in progress."),
    "our own file": (("run", "--inbox", "in", "--outbox", "broken", *DAY), 8, "broken/.lnp/outbox.json"),
}


@pytest.mark.parametrize("kind", IN_SETTINGS_LANG)
def test_messages_are_in_the_language_of_the_settings(
    kind: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """If it is that of the settings file, the help texts are in French all the same."""
    monkeypatch.setattr("lnp_batch.cli.language.HELP_LANG", "fr")
    Path("lnp-batch.toml").write_text('lang = "en"', "utf-8")
    assert lnp(*RUN) == 0
    Path("broken/.lnp").mkdir(parents=True)
    Path("broken/.lnp/outbox.json").write_text("{", "utf-8")
    capfd.readouterr()
    words, code, sentence = IN_SETTINGS_LANG[kind]
    with only_run(Path("out")) if code == 7 else contextlib.nullcontext():
        assert lnp(*words) == code
    line, *others = said(capfd.readouterr().err)
    assert (sentence in line, others) == (True, [])
    assert lnp("find") == 2
    assert "Erreur" in capfd.readouterr().err, "the next command begins with the language of the help texts"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_log_that_cannot_be_written_is_8_and_named(capfd: pytest.CaptureFixture[str]) -> None:
    inbox(a=workbook_of(sound()))
    assert lnp(*RUN, "--log", "/dev/full") == 8
    [sentence] = said(capfd.readouterr().err)
    assert sentence.startswith("/dev/full: there is no room left on the disk (disk mounted on /dev")
    summary = openpyxl.load_workbook("out/_runs/2026-11-23.xlsx").worksheets[0]
    assert (summary["A1"].value, summary["B2"].value) == ("The night did not end", sentence)
    assert Path("in/a.xlsx").exists()


FAILED_STARTS = {
    "no inbox": (("--inbox", "nowhere"), "{here}/nowhere : ce fichier ou ce dossier n'existe pas."),
    "inbox is a file": (("--inbox", "wrong.toml"), "{here}/wrong.toml : ce n'est pas un dossier."),
    "wrong table": (("--resellers", "wrong.toml"), "wrong.toml: autre : clé inconnue; permis : [[reseller]]"),
    "no table": (("--resellers", "no.toml"), "no.toml : ce fichier ou ce dossier n'existe pas"),
    "no cluster": (("--executor", "tcp://x:1"), "--executor tcp://x:1 : écrivez dask://HÔTE:PORT."),
    "no outbox": (("--outbox", "wrong.toml/out"), "{here}/wrong.toml/out/.lnp : ce n'est pas un dossier."),
}


@pytest.mark.parametrize("kind", FAILED_STARTS)
def test_a_night_that_cannot_start_is_8_and_says_so_everywhere(
    kind: str, own_folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """On the terminal in the language of the settings, in the log, in the report, and in the office's summary, which
    is in the spare folder if the outbox cannot have it."""
    words, expected = FAILED_STARTS[kind]
    sentence = expected.format(here=own_folder).replace(" :", f"{NBSP}:")
    Path("wrong.toml").write_text("autre = 1", "utf-8")
    Path("lnp-batch.toml").write_text(f'lang = "fr"\nspare_folder = "{own_folder}/spare"\n', "utf-8")
    inbox(a=workbook_of(sound()))
    without_lang = [word for word in RUN if word not in ("--lang", "en")]
    assert lnp(*without_lang, *words, "--log", "run.log") == 8
    assert (Path("in/a.xlsx").exists(), capfd.readouterr()) == (True, ("", f"{sentence}\n"))
    [event] = [json.loads(line) for line in Path("run.log").read_text("utf-8").splitlines()]
    assert (event["event"], event["level"]) == ("run_failed", "error")
    if kind == "no outbox":
        summary = "spare/2026-11-23.xlsx"
    else:
        [report] = Path("out/.lnp/runs").iterdir()
        assert json.loads(report.read_text("ascii"))["failed"] == event["fault"]
        summary = "out/_runs/2026-11-23.xlsx"
    page = openpyxl.load_workbook(summary).worksheets[0]
    assert (page["A1"].value, page["B2"].value) == ("Le passage de nuit ne s'est pas rendu au bout", sentence)


def test_a_workbook_that_is_kept_back_is_8(capfd: pytest.CaptureFixture[str]) -> None:
    inbox(a=workbook_of(sound()))
    Path("out").mkdir()
    Path("out/HR-01").write_text("x", "utf-8")
    assert lnp(*RUN, "--log", "run.log") == 8
    shown = " ".join("".join(capfd.readouterr()).split())
    assert shown.startswith("a.xlsx – kept back for the next run: /")
    assert "out/HR-01: this is not a folder. No workbook was processed." in shown
    assert [json.loads(line)["event"] for line in Path("run.log").read_text("utf-8").splitlines()] == [
        "run_started", "claimed", "kept_back", "run_ended",
    ]  # fmt: skip
    Path("out/HR-01").unlink()
    assert lnp(*RUN) == 0


def test_a_lost_ledger_is_8_until_a_new_one_is_begun(capfd: pytest.CaptureFixture[str]) -> None:
    inbox(a=workbook_of(sound()))
    assert lnp(*RUN) == 0
    for path in Path("out/.lnp").glob("ledger.sqlite*"):
        path.unlink()
    inbox(a=workbook_of(sound()))
    capfd.readouterr()
    assert lnp(*RUN) == 8
    captured = capfd.readouterr()
    [sentence] = said(captured.err)
    summary = openpyxl.load_workbook("out/_runs/2026-11-23.xlsx").worksheets[0]
    assert (captured.out, summary["A1"].value, summary["B2"].value) == ("", "The night did not end", sentence)
    assert Path("in/a.xlsx").exists()
    assert not Path("out/.lnp/ledger.sqlite").exists()
    assert lnp(*RUN, "--new-ledger", "--log", "run.log") == 0
    assert json.loads(Path("run.log").read_text("utf-8").splitlines()[0])["event"] == "new_ledger"
    assert lnp(*RUN, "--new-ledger") == 8


def test_a_restored_ledger_is_8_until_it_is_completed(capfd: pytest.CaptureFixture[str]) -> None:
    ledger, backup, fees = Path("out/.lnp/ledger.sqlite"), Path("backup"), ("fees", "--out", "fees.csv")
    assert lnp(*RUN) == 0
    backup.write_bytes(ledger.read_bytes())
    inbox(a=workbook_of(sound()))
    assert lnp(*RUN) == 0
    ledger.write_bytes(backup.read_bytes())
    assert [lnp(*RUN), lnp(*fees, *OUTBOX), lnp("purge", *OUTBOX, "--before", "2027-01-01")] == [8, 8, 8]
    assert lnp("doctor", *OUTBOX) == 1
    assert [lnp("rebook", *OUTBOX), lnp("rebook", *OUTBOX, "--by", " ")] == [2, 2]
    capfd.readouterr()
    assert lnp("rebook", *OUTBOX, "--by", "Marie Roy") == 0
    captured = capfd.readouterr()
    assert captured.out.endswith(": billed 5, given back 0, fees $149.95\n")
    assert captured.err == "Batches booked again: 1. Now check with lnp-batch doctor.\n"
    assert lnp("rebook", *OUTBOX, "--by", "Marie Roy") == 0
    assert "nothing was booked again" in capfd.readouterr().err
    assert [lnp("doctor", *OUTBOX), lnp(*fees, *OUTBOX), lnp(*RUN)] == [0, 0, 0]


def test_outbox_and_ledger_can_be_settings(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    run = ("run", "--inbox", "in", "--workers", "1", *DAY)
    commands = (run, ("doctor",), ("purge", "--before", "2020-01-01"), ("rebook", "--by", "Marie Roy"))
    assert [lnp(*words) for words in commands] == [2] * len(commands)
    assert "--outbox" in capfd.readouterr().err
    Path("lnp-batch.toml").write_text('outbox = "out"\nledger = "sqlite:///other.sqlite"\n', "utf-8")
    assert [lnp(*words) for words in (*commands, ("fees", "--out", "fees.csv"))] == [0] * 5
    assert Path("other.sqlite").exists()
    assert not Path("out/.lnp/ledger.sqlite").exists()
    monkeypatch.setenv("LNP_LEDGER", "sqlite:///slip.sqlite")
    assert lnp(*run) == 8
    assert not Path("slip.sqlite").exists()
    assert lnp(*run, "--ledger", "sqlite:///other.sqlite") == 0


def test_a_batch_is_judged_again(capfd: pytest.CaptureFixture[str]) -> None:
    """In a child process, as in a run."""
    inbox(a=workbook_of(faulty(20)))
    assert lnp(*RUN) == 3
    [batch] = [path.name for path in Path("out/HR-01").iterdir()]
    why = ("--by", "Marie Roy", "--reason", "the other one was cancelled")
    rejudge = ("rejudge", batch, *OUTBOX, *DAY)
    assert [lnp(*rejudge), lnp(*rejudge, *why[:2], "--reason", " "), lnp(*rejudge, "--by", " ", *why[2:])] == [2, 2, 2]
    with only_run(Path("out")):
        assert lnp(*rejudge, *why) == 7
    capfd.readouterr()
    assert lnp("rejudge", "2026-11-23-000000000000", *OUTBOX, *why) == 2
    assert capfd.readouterr().err.count("\n") == 1
    assert lnp(*rejudge, *why) == 3
    assert f"HR-01/{batch}-2" in capfd.readouterr().out
    Path("out/HR-01", batch, "a.xlsx").unlink()
    Path("out/HR-01", f"{batch}-2", "a.xlsx").write_bytes(b"changed")
    assert lnp(*rejudge, *why) == 8
    assert capfd.readouterr().err.count("\n") == 1


def test_a_batch_is_judged_again_with_the_table_that_the_runs_have(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    Path("resellers.toml").write_text('[[reseller]]\ncode = "HR-01"\nunit_price = "12.00"\n', "utf-8")
    make_inbox(Path("in"), {"HR-01/a.xlsx": workbook_of(faulty(20))})
    monkeypatch.setenv("LNP_RESELLERS", "resellers.toml")
    assert lnp(*RUN) == 3
    [batch] = [path.name for path in Path("out/HR-01").iterdir()]
    words = ("rejudge", batch, *OUTBOX, *DAY, "--by", "Marie Roy", "--reason", "a wrong setting")
    monkeypatch.delenv("LNP_RESELLERS")
    capfd.readouterr()
    assert lnp(*words) == 8
    assert "--resellers" in capfd.readouterr().err
    assert len(list(Path("out/HR-01").iterdir())) == 1
    Path("lnp-batch.toml").write_text('resellers = "resellers.toml"\n', "utf-8")
    assert lnp(*words) == 3
    assert Path("out/HR-01", f"{batch}-2").is_dir()
    assert lnp("doctor", *OUTBOX) == 0
    monkeypatch.setenv("LNP_RESELLERS", "nowhere.toml")
    assert [lnp(*words), lnp("doctor", *OUTBOX), lnp(*RUN)] == [8, 8, 8]


def test_copying_a_ledger_marks_it(capfd: pytest.CaptureFixture[str]) -> None:
    assert lnp(*RUN) == 0
    words = ("copy-ledger", "--from", default_url(Path("out")), "--to", "sqlite:///new.sqlite", "--lang", "en")
    assert lnp(*words) == 0
    assert f"The ledger is now sqlite:///{Path('new.sqlite').absolute()}" in capfd.readouterr().err
    assert [lnp(*RUN), lnp("fees", "--out", "fees.csv", "--ledger", default_url(Path("out")))] == [8, 8]
    assert lnp(*RUN, "--ledger", "sqlite:///new.sqlite") == 0


@pytest.mark.parametrize(
    "words",
    [
        ("--ledger", "mysql://localhost/x"),
        ("--ledger", "nonsense"),
        ("--ledger", "postgresql://nobody@127.0.0.1:9/none"),
        ("--ledger", "sqlite:///a-file/ledger.sqlite"),
        ("--ledger", "sqlite:///a-file"),
        ("--resellers", "nowhere.toml"),
        ("--config", "a-file"),
        ("--log", "nowhere/run.log"),
        ("--outbox", "a-file/out"),
    ],
)
def test_a_fault_of_the_environment_is_8(words: tuple[str, ...], capfd: pytest.CaptureFixture[str]) -> None:
    Path("a-file").write_text("not = what = is wanted", "utf-8")
    inbox(a=workbook_of(sound()))
    assert lnp(*RUN, *words) == 8
    captured = capfd.readouterr()
    assert len(said(captured.err)) == 1
    assert "Traceback" not in captured.out + captured.err
    assert Path("in/a.xlsx").read_bytes() == workbook_of(sound())


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "is newer than this program"), ("fr", "est plus récent que ce programme")]
)
def test_a_ledger_of_a_newer_program_is_refused(
    lang: str, words: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lnp_batch.cli.language.HELP_LANG", lang)
    assert lnp(*RUN) == 0
    with writing(open_ledger(default_url(Path("out").absolute()))) as connection:
        connection.exec_driver_sql("update alembic_version set version_num = '9999'")
    capfd.readouterr()
    assert lnp(*RUN, "--lang", lang) == 8
    [sentence] = said(capfd.readouterr().err)
    assert words in sentence


def test_doctor_and_purge_without_a_ledger_are_8(capfd: pytest.CaptureFixture[str]) -> None:
    assert lnp("doctor", *OUTBOX) == 8
    assert lnp("purge", *OUTBOX, "--before", "2026-01-01") == 8
    assert not Path("out").exists()
    assert "No ledger found there:" in capfd.readouterr().err


def test_doctor_and_purge_report_what_they_found(capfd: pytest.CaptureFixture[str]) -> None:
    inbox(a=workbook_of(sound()), c=b"x")
    assert lnp(*RUN) == 4
    next(Path("out").rglob("a.xlsx")).write_bytes(b"x")
    capfd.readouterr()
    assert lnp("doctor", *OUTBOX) == 1
    captured = capfd.readouterr()
    assert captured.out.endswith(": a.xlsx is no longer as it was delivered.\n")
    assert captured.err == "Differences found: 1.\n"
    assert lnp("purge", *OUTBOX, "--before", "2027-01-01", "--dry-run") == 0
    assert "Batches to purge: 0; files to remove: 3. Nothing was removed." in capfd.readouterr().out
    assert lnp("purge", *OUTBOX, "--before", "2027-01-01") == 0
    assert "Batches purged: 0; files removed: 3." in capfd.readouterr().out
    assert lnp("purge", *OUTBOX, "--before", "soon") == 2


def test_doctor_looks_at_prices_inbox_and_older_batches(capfd: pytest.CaptureFixture[str]) -> None:
    Path("resellers.toml").write_text('[[reseller]]\ncode = "HR-01"\nunit_price = "12.00"\n', "utf-8")
    make_inbox(Path("in"), {"HR-01/a.xlsx": workbook_of(sound())})
    assert lnp(*RUN, "--resellers", "resellers.toml") == 0
    assert lnp("doctor", *OUTBOX, "--resellers", "resellers.toml", "--inbox", "in") == 0
    capfd.readouterr()
    assert lnp("doctor", *OUTBOX) == 1
    assert capfd.readouterr().out.endswith(
        ": numbers billed at $12.00 each on 2026-11-23: 5; price in force on that day: $29.99.\n"
    )
    [working] = Path("in/.lnp/working").iterdir()
    (working / "x.claimed").write_bytes(b"")
    assert lnp("doctor", *OUTBOX, "--resellers", "resellers.toml") == 0
    assert lnp("doctor", "--outbox", "out", "--resellers", "resellers.toml", "--inbox", "in") == 1
    assert "x.claimed est parmi les classeurs pris en charge" in capfd.readouterr().out
    assert lnp("doctor", *OUTBOX, "--inbox", "nowhere") == 2
    assert lnp("doctor", *OUTBOX, "--resellers", "nowhere.toml") == 8


def test_doctor_says_of_which_batches_no_hashes_were_kept(capfd: pytest.CaptureFixture[str]) -> None:
    inbox(a=workbook_of(sound()))
    assert lnp(*RUN) == 0
    next(Path("out/.lnp/hashes/HR-01").iterdir()).unlink()
    capfd.readouterr()
    assert lnp("doctor", *OUTBOX) == 0
    captured = capfd.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("Batches delivered before the hashes of files were kept: 1. ")


# ------------------------------------------------------------------------------------------------ options


@pytest.mark.parametrize(
    ("typed", "seconds"), [("30s", 30), ("5m", 300), ("1h", 3600), ("0", 0), ("45", 45), (" 2m ", 120), (1.5, 1.5)]
)
def test_a_duration_has_a_unit(typed: Any, seconds: float) -> None:
    assert Duration().convert(typed, None, None) == seconds


@pytest.mark.parametrize("typed", ["", "-1s", "1d", "1.5m", "s", "٣s", "99999999"])
def test_a_wrong_duration_is_2(typed: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert lnp(*RUN, f"--quiet-period={typed}") == 2
    assert "30s, 5m ou 1h" in " ".join(capfd.readouterr().err.split())


def test_recent_files_wait_for_the_next_run(capfd: pytest.CaptureFixture[str]) -> None:
    inbox(a=workbook_of(sound()))
    os.utime("in/a.xlsx")
    assert lnp(*RUN, "--quiet-period", "1h") == 0
    assert "1 file too recent, left for the next run." in capfd.readouterr().out
    assert Path("in/a.xlsx").exists()
    assert lnp(*RUN, "--quiet-period", "0s") == 0
    assert not Path("in/a.xlsx").exists()


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_an_empty_table_of_resellers_is_8(lang: str, capfd: pytest.CaptureFixture[str]) -> None:
    Path("resellers.toml").write_text("", "utf-8")
    inbox(a=workbook_of(sound()))
    assert lnp(*RUN, "--lang", lang, "--resellers", "resellers.toml") == 8
    sentence = {"en": "the table names no reseller", "fr": "la table ne nomme aucun revendeur"}[lang]
    [line] = said(capfd.readouterr().err)
    assert sentence in line
    assert Path("in/a.xlsx").exists()


def test_lang_is_the_offices_and_each_reseller_keeps_its_own(capfd: pytest.CaptureFixture[str]) -> None:
    """English for the office; French, as its workbook is, for a French reseller; the table's for a file that has none.

    The refused file has the name of its sender, also in the log."""
    Path("resellers.toml").write_text(
        '[[reseller]]\ncode = "HR-01"\n[[reseller]]\ncode = "NW-07"\nname = "Northwind Ltd."\nlanguage = "en"\n',
        "utf-8",
    )
    inbox(**{"HR-01/a": workbook_of(faulty(20)), "nw-07/scan": b"%PDF-1.7"})
    assert lnp(*RUN, "--resellers", "resellers.toml", "--log", "run.log") == 4
    assert "✖ Refused – scan.xlsx – Northwind Ltd.\n" in capfd.readouterr().out
    [report] = [json.loads(path.read_text("utf-8")) for path in Path("out/HR-01").rglob("*.report.json")]
    assert report["language"] == "fr"
    [refusal] = Path("out/NW-07").rglob("scan.refused.txt")
    assert "was not processed: nothing is accepted" in refusal.read_text("utf-8")
    summary = openpyxl.load_workbook("out/_runs/2026-11-23.xlsx")
    assert summary.sheetnames == ["Summary", "Workbooks"]
    assert [cell.value for cell in summary["Workbooks"]["C"]] == [
        "Reseller",
        "Northwind Ltd.\nNW-07",
        "Heures Rouges Télécom inc.\nHR-01",
    ]
    delivered = [json.loads(line) for line in Path("run.log").read_text("utf-8").splitlines()]
    assert [line["reseller"] for line in delivered if line["event"] == "delivered"] == ["HR-01", "NW-07"]


def test_a_reseller_who_is_not_in_the_table_cannot_send() -> None:
    Path("resellers.toml").write_text('[[reseller]]\ncode = "ZZ-09"\n', "utf-8")
    inbox(a=workbook_of(sound()))
    assert lnp(*RUN, "--resellers", "resellers.toml") == 0
    assert Path("in/a.xlsx").exists()
    Path("lnp-batch.toml").write_text("open_inbox = true\n", "utf-8")
    assert lnp(*RUN, "--resellers", "resellers.toml") == 3
    assert [path.parent.parent.name for path in Path("out").rglob("a.report.json")] == ["HR-01"]
    assert not any(Path("out").rglob("*.invoice.xlsx"))


def test_quiet_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    inbox(a=workbook_of(sound()))
    assert lnp(*RUN, "-q", "--log", "run.log") == 0
    assert capfd.readouterr() == ("", "")


# ------------------------------------------------------------------------------------------------ log and terminal


def test_each_event_is_a_line_of_json_without_private_data(capfd: pytest.CaptureFixture[str]) -> None:
    private = {
        "account_number": "000451233889",
        "account_pin": "4321987",
        "name_on_bill": "Plomberie Gagné et Fils inc.",
    }
    lot = changed({"accounts": {2: {**private, "freeze": "yes"}}}, sound())
    Path("in/fifo.xlsx").write_bytes(b"")
    Path("in/fifo.xlsx").unlink()
    os.mkfifo("in/fifo.xlsx")
    inbox(a=workbook_of(lot))
    assert lnp(*RUN, "--log", "run.log") == 3
    lines = [json.loads(line) for line in Path("run.log").read_text("utf-8").splitlines()]
    assert [line["event"] for line in lines] == ["run_started", "left", "claimed", "delivered", "run_ended"]
    assert len({line["run"] for line in lines}) == 1
    assert all(set(line) >= {"event", "level", "timestamp", "run"} for line in lines)
    delivered = lines[3]
    assert {key: delivered[key] for key in ("file", "place", "verdict", "numbers", "accepted", "billed")} == {
        "file": "a.xlsx", "place": "HR-01", "verdict": "to_fix", "numbers": 6, "accepted": 2, "billed": 2,
    }  # fmt: skip
    assert Path("out", "HR-01", delivered["batch"]).is_dir()
    [run_file] = Path("out/.lnp/runs").iterdir()
    kept = [path.read_text("utf-8") for path in Path("out/.lnp").rglob("*.json")]
    written = "".join((*capfd.readouterr(), Path("run.log").read_text("utf-8"), run_file.read_text("utf-8"), *kept))
    assert "a.xlsx" in written
    assert [words for words in (*private.values(), "Marie", "514-555", "514555") if words in written] == []


def test_the_log_goes_to_stderr_and_is_appended_to_a_file(capfd: pytest.CaptureFixture[str]) -> None:
    assert lnp(*RUN) == 0
    captured = capfd.readouterr()
    assert [json.loads(line)["event"] for line in captured.err.splitlines()] == ["run_started", "run_ended"]
    for _twice in range(2):
        assert lnp(*RUN, "--log", "run.log") == 0
    assert len(Path("run.log").read_text("utf-8").splitlines()) == 4


SUMMARY = Path("out/_runs/2026-11-23.xlsx")


def shown(
    entries: list[dict[str, Any]],
    width: int,
    lang: Lang,
    capfd: pytest.CaptureFixture[str],
    left: Mapping[LeftReason, int] | None = None,
) -> str:
    screen = console(True)
    screen.width = width
    found = [Left("x", "", reason, False) for reason, count in (left or {}).items() for _each in range(count)]
    show_run(screen, RunResult("run", tuple(entries), tuple(found)), SUMMARY, lang)
    return "".join(capfd.readouterr()).replace(NBSP, " ")


def unfolded(capfd: pytest.CaptureFixture[str]) -> str:
    return " ".join(capfd.readouterr().out.split())


@pytest.mark.parametrize("width", [80, 200])
def test_long_lines_are_folded_and_controls_are_harmless(width: int, capfd: pytest.CaptureFixture[str]) -> None:
    entries = [fields(file="[bold]x\x1b[31m\n.xlsx", verdict="defect"), fields(file="é" * 220 + ".xlsx")]
    printed = shown(entries, width, "fr", capfd)
    assert all(len(line) <= width for line in printed.splitlines())
    assert "\x1b" not in printed
    assert "[bold]x" in printed
    assert "é" * 220 in printed.replace("\n", "")


@pytest.mark.parametrize(
    ("lang", "lines"),
    [
        (
            "fr",
            [
                "‼ Illisible pour l'instant – loin.xlsx – Heures Rouges inc.",
                "✖ À corriger – gros.xlsx – Heures Rouges inc. : 99 000 acceptés, 600 à corriger, 50 non portés; 89,97 $",
                "✔ Accepté – lot.xlsx – Heures Rouges inc. : 1 accepté; 0,00 $",
                "",
                "3 classeurs : 1 illisible pour l'instant, 1 à corriger, 1 accepté.",
                "Numéros : 99 001 acceptés, 600 à corriger, 50 non portés.",
                "4 numéros facturés : 119,96 $ avant taxes. 1 numéro rendu : 29,99 $; net : 89,97 $.",
                "3 fichiers trop récents, laissés au prochain passage.",
                "1 fichier ou dossier reçu, non traité : le sommaire dit pourquoi et que faire.",
                "Sommaire de la nuit : out/_runs/2026-11-23.xlsx",
            ],
        ),
        (
            "en",
            [
                "‼ Cannot be read for now – loin.xlsx – Heures Rouges inc.",
                "✖ To fix – gros.xlsx – Heures Rouges inc.: 99,000 accepted, 600 to fix, 50 not ported; $89.97",
                "✔ Accepted – lot.xlsx – Heures Rouges inc.: 1 accepted; $0.00",
                "",
                "3 workbooks: 1 cannot be read for now, 1 to fix, 1 accepted.",
                "Numbers: 99,001 accepted, 600 to fix, 50 not ported.",
                "4 numbers billed: $119.96 before tax. 1 number given back: $29.99; net: $89.97.",
                "3 files too recent, left for the next run.",
                "1 file or folder received, not taken: the summary says why, and what to do.",
                "Nightly summary: out/_runs/2026-11-23.xlsx",
            ],
        ),
    ],
)
def test_a_line_for_each_workbook_then_the_totals(
    lang: Lang, lines: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    entries = [
        fields(accepted=1, **billed(1, 1)),
        fields("to_fix", file="gros.xlsx", accepted=99_000, to_fix=600, not_ported=50, **billed(3)),
        fields("unreadable", file="loin.xlsx"),
    ]
    printed = shown(entries, 200, lang, capfd, {LeftReason.YOUNG: 3, LeftReason.LINK: 1})
    assert [line.rstrip() for line in printed.splitlines()] == lines


@pytest.mark.parametrize(
    ("count", "more"), [(20, None), (21, "And 1 more workbook."), (1234, "And 1,214 more workbooks.")]
)
def test_only_twenty_workbooks_have_a_line(count: int, more: str | None, capfd: pytest.CaptureFixture[str]) -> None:
    """The most urgent ones; the totals count all of them."""
    entries = [*(fields(accepted=1, **billed(1)) for _each in range(count - 1)), fields("refused", file="last.xlsx")]
    lines = shown(entries, 200, "en", capfd).splitlines()
    assert lines[0].startswith("✖ Refused – last.xlsx")
    assert sum(line.startswith(("✖", "✔")) for line in lines) == 20
    assert [line for line in lines if line.startswith("And ")] == ([more] if more else [])
    assert f"{count - 1:,} numbers billed: ${(count - 1) * 29.99:,.2f} before tax." in lines


def test_settled_files_are_old_for_the_real_clock() -> None:
    """The tests' files are old whatever the machine's clock says."""
    inbox(a=b"x")
    make_old(Path("in"))
    assert Path("in/a.xlsx").stat().st_mtime < 1.6e9
