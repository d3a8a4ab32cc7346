"""Settings: which value wins, and the messages about wrong ones."""

from __future__ import annotations

import datetime as dt
import os
import pickle
import subprocess
import sys
from dataclasses import fields
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError

from lnp_batch.errors import EnvironmentFault
from lnp_batch.model.context import Context, Thresholds
from lnp_batch.model.finding import Severity
from lnp_batch.model.money import Dated, in_force
from lnp_batch.model.text import LANGUAGES, NBSP, Lang
from lnp_batch.settings.docs import settings_table
from lnp_batch.settings.load import check_severities, load_settings
from lnp_batch.settings.messages import fixed_codes
from lnp_batch.settings.model import Settings, ThresholdSettings
from tests.cli.test_cli import lnp

DAY = dt.date(2026, 11, 23)
NOW = dt.datetime(2026, 11, 23, 20, 5, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run each test in an empty folder, without LNP_ variables."""
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.upper().startswith("LNP_"):
            monkeypatch.delenv(name)


def toml(content: str, name: str = "lnp-batch.toml") -> Path:
    path = Path(name)
    path.write_text(content, encoding="utf-8")
    return path


def fault(config: Path | None = None, **options: object) -> str:
    with pytest.raises(EnvironmentFault) as raised:
        load_settings(config, **options)
    message = str(raised.value).replace(NBSP, " ")
    assert "\n" not in message
    return message


def test_defaults_are_those_of_the_flow() -> None:
    assert load_settings() == Settings()
    assert Settings().context(DAY, NOW, None, "0.1.0") == Context(DAY, NOW, version="0.1.0")
    assert [field.name for field in fields(Thresholds)] == list(ThresholdSettings.model_fields)


def test_file_then_environment_then_option(monkeypatch: pytest.MonkeyPatch) -> None:
    toml('lang = "en"\n[thresholds]\nbill_days = 45\nlate_days = 40\n[seller]\nname = "SBK"')
    assert load_settings().lang == "en"
    monkeypatch.setenv("LNP_LANG", "fr")
    monkeypatch.setenv("LNP_THRESHOLDS__BILL_DAYS", "30")
    settings = load_settings()
    assert (settings.lang, settings.thresholds.bill_days, settings.thresholds.late_days) == ("fr", 30, 40)
    assert load_settings(lang="en").lang == "en"
    assert load_settings(lang=None).lang == "fr"
    assert settings.seller.name == "SBK"


def test_a_named_file_replaces_that_of_the_folder() -> None:
    toml('lang = "en"')
    other = toml("[thresholds]\nbill_days = 31", "other.toml")
    settings = load_settings(other)
    assert (settings.lang, settings.thresholds.bill_days) == ("fr", 31)
    assert fault(Path("none.toml")) == "none.toml: this file does not exist."


def test_all_settings_reach_the_context(monkeypatch: pytest.MonkeyPatch) -> None:
    toml(
        """
        [[unit_price]]
        since = 2027-01-01
        price = 31.50
        [[unit_price]]
        since = 2020-01-01
        price = "29.99"
        [severity]
        ACC008 = "warning"
        [seller]
        name = "Télécom Exemple inc."
        address = ["1, rue Une", "Montréal (Québec)  H3B 4W8"]
        gst_number = "123026635rt0001"
        qst_number = "1234567890TQ0001"
        terms = "Net 30"
        """.replace("rt", "RT")
    )
    monkeypatch.setenv("LNP_SEVERITY__ACC013", "error")
    context = load_settings().context(DAY, NOW, "en", "0.1.0")
    assert context.unit_prices == (
        Dated(dt.date(2027, 1, 1), Decimal("31.50")),
        Dated(dt.date(2020, 1, 1), Decimal("29.99")),
    )
    assert context.severities == {"ACC008": Severity.WARNING, "ACC013": Severity.ERROR}
    assert context.seller.gst_number == "123026635 RT0001"
    assert context.seller.qst_number == "1234567890TQ0001"
    assert context.seller.address == ("1, rue Une", "Montréal (Québec)  H3B 4W8")
    assert context.lang == "en"


@pytest.mark.parametrize("variable", ["31.50", "31.5", '"31.50"', '[{"since": "2020-01-01", "price": "31.50"}]'])
def test_a_price_in_the_environment(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv("LNP_UNIT_PRICE", variable)
    price = in_force(load_settings().context(DAY, NOW, None, "").unit_prices, DAY)
    assert price == Decimal("31.50")
    assert type(price) is Decimal


def test_an_address_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LNP_SELLER__ADDRESS", "1, rue Une\nMontréal")
    assert load_settings().seller.address == ("1, rue Une", "Montréal")


def test_unknown_variables_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LNP_NIGHT", "LNP_SELLER__PHONE", "LNP_THRESHOLDS__BILL_DAYS__X", "LNP_", "LNP_LANG_2"):
        monkeypatch.setenv(name, "7")
    monkeypatch.setenv("LNP_THRESHOLDS__LATE_DAYS", "")
    assert load_settings() == Settings()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('langue = "fr"', "langue = fr : clé inconnue (lnp-batch.toml); permis : lang, outbox, ledger, resellers, unit_price, log_folder, spare_folder, groups, open_inbox, seller, thresholds, limits, retention, severity"),
        ('[seller]\nphone = "1"', "seller.phone = 1 : clé inconnue (lnp-batch.toml); permis : name, address, gst_number, qst_number, terms"),
        ('lang = "de"', "lang = de (lnp-batch.toml) : il faut fr ou en"),
        ("[thresholds]\nbill_days = 0", "thresholds.bill_days = 0 (lnp-batch.toml) : il faut un nombre entier de 1 à 3650"),
        ("[thresholds]\nbill_days = true", "thresholds.bill_days = True (lnp-batch.toml) : il faut un nombre entier"),
        ("[thresholds]\nbill_days = 60.5", "thresholds.bill_days = 60.5 (lnp-batch.toml) : il faut un nombre entier"),
        ("thresholds = 3", "thresholds = 3 (lnp-batch.toml) : il faut une table de bill_days, bill_soon_days"),
        ("unit_price = 29.995", "unit_price.0.price = 29.995 (lnp-batch.toml) : il faut un prix (29.99), ou"),
        ("unit_price = []", "unit_price = [] (lnp-batch.toml) : il faut un prix"),
        ("unit_price = true", "unit_price = True (lnp-batch.toml) : il faut un prix"),
        ("[[unit_price]]\nsince = 2001-01-01\nprice = 1", "unit_price.0.since = 2001-01-01 (lnp-batch.toml) : il faut"),
        ("[[unit_price]]\nprice = 1", "unit_price.0.since = {'price': 1} (lnp-batch.toml) : il faut un prix"),
        ('[severity]\nACC008 = "fatal"', "severity.ACC008 = fatal (lnp-batch.toml) : il faut error, confirm, warning"),
        ('[seller]\ngst_number = "123456789"', "seller.gst_number = 123456789 (lnp-batch.toml) : il faut 9 chiffres"),
        ('[seller]\ngst_number = "123026635 RC0001"', "seller.gst_number = 123026635 RC0001 (lnp-batch.toml) : il faut"),
        ('[seller]\nqst_number = "123"', "seller.qst_number = 123 (lnp-batch.toml) : il faut 10 chiffres, TQ et"),
        ('[seller]\nqst_number = "1234567890TQ0001\\n"', "seller.qst_number = 1234567890TQ0001"),
        ("lang = ", "lnp-batch.toml: this is not TOML: Invalid value (at end of document)"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_reported(content: str, message: str) -> None:
    toml(content)
    assert fault().startswith(message)


def test_a_wrong_variable_or_option_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    toml("[thresholds]\nbill_days = 45")
    monkeypatch.setenv("LNP_THRESHOLDS__BILL_DAYS", "soixante")
    assert fault(lang="en") == (
        "thresholds.bill_days = soixante (LNP_THRESHOLDS__BILL_DAYS): it must be a whole number from 1 to 3650"
    )
    monkeypatch.setenv("LNP_THRESHOLDS__BILL_DAYS", "30")
    assert fault(lang="de") == "lang = de (--lang) : il faut fr ou en"
    monkeypatch.setenv("LNP_SEVERITY", "all")
    assert fault() == "severity = all (LNP_SEVERITY) : il faut error, confirm, warning ou info"


def test_an_unreadable_file_is_reported() -> None:
    Path("lnp-batch.toml").mkdir()
    assert fault().startswith("lnp-batch.toml: ")
    other = Path("latin.toml")
    other.write_bytes('lang = "fr" # été'.encode("latin-1"))
    assert "not TOML" in fault(other)


CODES = ["WBK001", "WBK002", "NUM003", "NUM002", "NUM001", "NUM004", "ACC008"]


def test_severities_are_checked_against_the_catalogue() -> None:
    settings = Settings(severity={"ACC008": "warning"})
    check_severities(settings, ["ACC008", "NUM001"], lambda code: code == "NUM001")
    with pytest.raises(EnvironmentFault, match=r"severity\.ACC999"):
        check_severities(Settings(severity={"ACC999": "error"}), ["ACC008"], lambda _code: False)
    with pytest.raises(EnvironmentFault, match=r"severity\.NUM001 = info.*NUM001 à NUM003, WBK\)"):
        check_severities(Settings(severity={"NUM001": "info"}), CODES, lambda code: code not in ("ACC008", "NUM004"))


def test_fixed_codes_are_named_by_subject_and_in_runs() -> None:
    fixed = {"LED001", "LED003", "NUM001", "NUM002", "NUM003", "WBK001", "WBK002"}
    codes = [*fixed, "LED002", "NUM004"]
    assert fixed_codes(codes, fixed.__contains__, "en") == "LED001, LED003, NUM001 to NUM003, WBK"


def test_a_day_before_the_first_price_is_reported() -> None:
    with pytest.raises(EnvironmentFault, match=r"unit_price: no price on 2019-12-31; the first .* 2020-01-01"):
        Settings().context(dt.date(2019, 12, 31), NOW, "en", "")


def test_settings_are_frozen_and_can_be_pickled() -> None:
    settings = load_settings()
    with pytest.raises(ValidationError):
        settings.lang = "en"
    assert pickle.loads(pickle.dumps(settings)) == settings


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_table_has_every_setting_once(lang: Lang) -> None:
    lines = settings_table(lang).splitlines()
    keys = [line.split("|")[1].strip(" `") for line in lines[2:]]
    assert len(keys) == len(set(keys)) == 50
    assert all(line.count("|") == 6 for line in lines)
    assert "| `thresholds.bill_days` | `LNP_THRESHOLDS__BILL_DAYS` | `60` |" in settings_table(lang)


def test_nothing_heavy_is_imported() -> None:
    heavy = (
        "import sys, lnp_batch.settings.model; print({'pandas', 'pandera', 'xlsxwriter', 'stdnum'} & set(sys.modules))"
    )
    here = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", heavy], cwd=here, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


@pytest.mark.parametrize("words", ["x = " + "[" * 100_000, "[" * 100_000 + "x", "x = " + "{a = " * 100_000])
def test_brackets_within_brackets_are_one_line(
    words: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], defect_log: Path
) -> None:
    """They were a defect once, with a log of 194 KB in the current folder."""
    Path("lnp-batch.toml").write_text(words)
    assert lnp("doctor", "--outbox", "out") == 8
    assert lnp("doctor", "--outbox", "out", "--lang", "en") == 8
    lines = capfd.readouterr().err.splitlines()
    assert len(lines) == 2
    assert all(line.startswith("lnp-batch.toml") for line in lines)
    assert [path.name for path in tmp_path.rglob("*")] == ["lnp-batch.toml"]


def test_brackets_within_brackets_in_a_variable_are_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LNP_UNIT_PRICE", "[" * 100_000)
    with pytest.raises(EnvironmentFault, match="unit_price"):
        load_settings()


CONTROLS = r"\u001b]0;title\u0007\u009b31m"


@pytest.mark.parametrize(
    "words", [f'lang = "{CONTROLS}"', f'"{CONTROLS}" = 1', f'severity."{CONTROLS}" = "error"', f'seller.name = "{CONTROLS}"',
              f'seller.terms = "{CONTROLS}"', f'seller.address = ["{CONTROLS}"]', f'log_folder = "/{CONTROLS}"']
)  # fmt: skip
def test_no_control_character_of_the_settings_reaches_the_terminal(
    words: str, capfd: pytest.CaptureFixture[str]
) -> None:
    Path("lnp-batch.toml").write_text(words)
    assert lnp("doctor", "--outbox", "out") == 8
    message = capfd.readouterr().err
    assert "�" in message
    assert [letter for letter in message if not letter.isprintable() and letter not in "\n\u00a0"] == []


def test_the_folder_of_the_log_is_a_full_path(tmp_path: Path) -> None:
    toml('log_folder = "logs"')
    assert "the full path of a folder" in fault(lang="en")
    toml(f'log_folder = "{tmp_path}"')
    assert load_settings().log_folder == str(tmp_path)
