"""``lnp-batch fees``: exit codes, stdout and stderr; and a report never creates a ledger."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from lnp_batch.ledger.store import default_url, open_ledger, writing
from tests.cli.test_cli import lnp
from tests.ledger.booked import Line, put

LINES = (
    Line("HR-01", "Heures Rouges", "Bell Canada", "1", dt.date(2026, 11, 2)),
    Line("HR-01", "Heures Rouges", "Bell Canada", "1", dt.date(2026, 11, 3), back=dt.date(2026, 12, 1)),
    Line("ZED", "Zed", "TELUS", "2", dt.date(2026, 11, 4)),
)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run each test in an empty folder, without settings from the environment."""
    for name in ("LNP_LANG", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    """Return an outbox with a ledger in which LINES are booked."""
    folder = tmp_path / "outbox"
    with writing(open_ledger(default_url(folder))) as connection:
        put(connection, LINES)
    return folder


def totals(*words: object) -> dict[str, object]:
    assert lnp("fees", *words, "--out", "fees.json") == 0
    summary: dict[str, object] = json.loads(Path("fees.json").read_text("utf-8"))
    return summary["totals"] | {"month": summary["month"], "reseller": summary["reseller"]}  # type: ignore[operator]


def test_a_month_a_reseller_or_all(outbox: Path) -> None:
    where = ("--outbox", outbox)
    assert totals(*where)["amount_net"] == "59.98"
    november = totals(*where, "--month", "2026-11")
    assert (november["month"], november["quantity_net"], november["amount_net"]) == ("2026-11", 3, "89.97")
    december = totals("--ledger", default_url(outbox), "--month", "2026-12", "--reseller", " hr-01")
    assert december == {
        "quantity_billed": 0, "quantity_given_back": 1, "quantity_net": -1, "amount_billed": "0.00",
        "amount_given_back": "-29.99", "amount_net": "-29.99", "month": "2026-12", "reseller": "HR-01",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["fees.xlsx", "fees.CSV", "fees.json"])
def test_the_file_is_named_on_stdout_and_the_sum_on_stderr(
    outbox: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert lnp("fees", "--outbox", outbox, "--out", name, "--lang", "en") == 0
    captured = capsys.readouterr()
    assert captured.out == f"{name}\n"
    assert captured.err == "Numbers billed: 3, given back: 1. Net fees: $59.98, before tax.\n"
    assert Path(name).stat().st_size
    assert lnp("fees", "--outbox", outbox, "--out", name, "-q") == 0
    assert capsys.readouterr() == ("", "")


def test_a_month_without_fees_is_reported(outbox: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert lnp("fees", "--outbox", outbox, "--out", "a.csv", "--month", "2027-01") == 0
    stderr = capsys.readouterr().err.replace("\u00a0", " ")
    assert stderr == "Aucuns frais au registre (2027-01) : tous les totaux sont à zéro.\n"


@pytest.mark.parametrize(("typed", "shown"), [("NOPE", "NOPE"), ("HR-99", "HR-99"), ("\udcff", "�")])
def test_an_unknown_reseller_is_2_with_the_codes_that_exist(
    outbox: Path, typed: str, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert lnp("fees", "--outbox", outbox, "--out", "a.csv", "--reseller", typed) == 2
    stderr = capsys.readouterr().err.replace("\u00a0", " ")
    assert stderr == f"Le registre n'a aucun lot du revendeur « {shown} ». Codes du registre : HR-01, ZED.\n"
    assert not Path("a.csv").exists()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--out", "fees.pdf"), ".xlsx"),
        (("--out", "fees"), ".xlsx"),
        (("--out", "fees.csv", "--month", "2026-13"), "2026-13"),
        (("--out", "fees.csv", "--month", "novembre"), "AAAA-MM"),
        ((), "--out"),
    ],
)
def test_a_wrong_command_line_is_2(
    outbox: Path, words: tuple[str, ...], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert lnp("fees", "--outbox", outbox, *words) == 2
    assert expected in capsys.readouterr().err
    assert [path.name for path in Path().iterdir()] == ["outbox"]


def test_the_ledger_must_be_named() -> None:
    assert lnp("fees", "--out", "fees.csv") == 2
    assert not list(Path().iterdir())


@pytest.mark.parametrize("content", [None, b"", b"no database at all, but long enough to be read as one" * 100])
def test_no_ledger_is_8_and_none_is_created(content: bytes | None, capsys: pytest.CaptureFixture[str]) -> None:
    ledger = Path("outbox/.lnp/ledger.sqlite")
    if content is not None:
        ledger.parent.mkdir(parents=True)
        ledger.write_bytes(content)
    assert lnp("fees", "--outbox", "outbox", "--out", "fees.csv") == 8
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not Path("fees.csv").exists()
    assert (ledger.read_bytes() if ledger.exists() else None) == content


def test_a_ledger_that_cannot_be_reached_is_8(capsys: pytest.CaptureFixture[str]) -> None:
    assert lnp("fees", "--ledger", "postgresql://nobody@127.0.0.1:9/none", "--out", "fees.csv") == 8
    assert lnp("fees", "--ledger", "mysql://x/y", "--out", "fees.csv") == 8
    assert "Traceback" not in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_8_and_the_old_file_stays(outbox: Path) -> None:
    assert lnp("fees", "--outbox", outbox, "--out", "none/fees.csv") == 8
    Path("fees.csv").write_text("old")
    assert lnp("fees", "--outbox", "nowhere", "--out", "fees.csv") == 8
    assert Path("fees.csv").read_text() == "old"


def test_the_file_is_in_the_language_of_the_settings(outbox: Path) -> None:
    Path("lnp-batch.toml").write_text('lang = "en"\n')
    assert lnp("fees", "--outbox", outbox, "--out", "fees.json") == 0
    assert json.loads(Path("fees.json").read_text("utf-8"))["note"].startswith("All amounts are before tax")
