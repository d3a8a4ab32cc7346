"""The commands as a user sees them: exit codes, files, stdout and stderr, and never a traceback."""

from __future__ import annotations

import gettext
import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import jsonschema
import pytest

from lnp_batch.cli import main as cli
from lnp_batch.documents.report.schema import REPORT_SCHEMA
from tests.factory import changed, openpyxl_workbook, save, sound

DAY = ["--reference-date", "2026-11-23"]


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run each test in an empty folder, without settings from the environment."""
    for name in ("LNP_LANG", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def lnp(*arguments: object) -> int:
    """Run the command in this process and return its exit code."""
    with pytest.MonkeyPatch.context() as patch, pytest.raises(SystemExit) as ended:
        patch.setattr(sys, "argv", ["lnp-batch", *map(str, arguments)])
        cli.run()
    code = ended.value.code
    assert isinstance(code, int)
    return code


def test_a_correct_workbook_gives_three_files_and_0(tmp_path: Path) -> None:
    upload = save(tmp_path / "lot.xlsx", sound())
    assert lnp("process", upload, "--out", "out", *DAY) == 0
    assert sorted(path.name for path in Path("out").iterdir()) == [
        "lot.annotated.xlsx",
        "lot.invoice.xlsx",
        "lot.report.json",
    ]
    report = json.loads(Path("out/lot.report.json").read_text("utf-8"))
    jsonschema.validate(report, REPORT_SCHEMA)
    assert report["outcome"] == "accepted"
    assert report["invoice"]["total"] == "172.41"


def test_something_to_fix_is_3_and_the_rest_is_accepted(tmp_path: Path) -> None:
    upload = save(tmp_path / "lot.xlsx", changed({"numbers": {2: {"number": "514 555 010"}}}))
    assert lnp("process", upload, "--out", "out", *DAY) == 3
    report = json.loads(Path("out/lot.report.json").read_text("utf-8"))
    assert report["counts"] | {"infos": 0} == {
        "account_rows": 2, "number_rows": 6, "numbers": 6, "accepted": 2, "to_confirm": 0, "to_fix": 1, "waiting": 2,
        "not_ported": 1, "errors": 1, "confirms": 0, "warnings": 0, "infos": 0,
    }  # fmt: skip
    assert [request["state"] for request in report["requests"]] == ["held", "ready"]


def test_a_refused_workbook_is_4_and_the_others_are_processed(tmp_path: Path) -> None:
    good = save(tmp_path / "bon.xlsx", sound())
    bad = tmp_path / "mauvais.xlsx"
    bad.write_bytes(b"a;b;c\n1;2;3\n")
    assert lnp("process", bad, good, "--out", "out", *DAY) == 4
    assert sorted(path.name for path in Path("out").iterdir()) == [
        "bon.annotated.xlsx", "bon.invoice.xlsx", "bon.report.json", "mauvais.refused.txt", "mauvais.report.json",
    ]  # fmt: skip
    report = json.loads(Path("out/mauvais.report.json").read_text("utf-8"))
    jsonschema.validate(report, REPORT_SCHEMA)
    assert [found["code"] for found in report["findings"]] == ["WBK001"]
    assert "CSV" in Path("out/mauvais.refused.txt").read_text("utf-8")


def test_without_accepted_numbers_there_is_no_invoice_and_the_old_one_is_removed(tmp_path: Path) -> None:
    upload = save(tmp_path / "lot.xlsx", sound())
    assert lnp("process", upload, "--out", "out", *DAY) == 0
    save(upload, changed({"batch": {"contact_email": "julie"}}))
    assert lnp("process", upload, "--out", "out", *DAY) == 3
    assert not Path("out/lot.invoice.xlsx").exists()


def test_a_processed_annotated_copy_keeps_its_name(tmp_path: Path) -> None:
    upload = save(tmp_path / "lot.xlsx", sound())
    lnp("process", upload, "--out", "one", *DAY)
    assert lnp("process", "one/lot.annotated.xlsx", "--out", "two", *DAY) == 0
    assert sorted(path.name for path in Path("two").iterdir()) == [
        "lot.annotated.xlsx",
        "lot.invoice.xlsx",
        "lot.report.json",
    ]


@pytest.mark.parametrize("other", ["lot.xlsx", "lot.annotated.xlsx", "LOT.xlsx"])
def test_two_inputs_with_the_same_stem_are_2(tmp_path: Path, other: str) -> None:
    first = save(tmp_path / "lot.xlsx", sound())
    (tmp_path / "b").mkdir()
    second = save(tmp_path / "b" / other, sound())
    assert lnp("process", first, second, "--out", "out") == 2
    assert not Path("out").exists()


def test_an_output_folder_that_contains_an_input_is_2(tmp_path: Path) -> None:
    upload = save(tmp_path / "lot.xlsx", sound())
    assert lnp("process", upload, "--out", tmp_path) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["lot.xlsx"]


@pytest.mark.parametrize(
    "words",
    [
        ["process"],
        ["nothing"],
        ["check", "none.xlsx"],
        ["explain", "XYZ999"],
        ["template", "a.txt"],
        ["check", "--reference-date", "23/11/2026", "lot.xlsx"],
    ],
)
def test_a_wrong_command_line_is_2_and_one_sentence(
    words: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    save(tmp_path / "lot.xlsx", sound())
    assert lnp(*words) == 2
    captured = capfd.readouterr()
    assert captured.out == ""
    assert "Traceback" not in captured.err


def test_an_output_folder_that_cannot_be_made_is_8(tmp_path: Path) -> None:
    upload = save(tmp_path / "lot.xlsx", sound())
    (tmp_path / "file").write_text("x")
    assert lnp("process", upload, "--out", tmp_path / "file" / "out") == 8


def test_wrong_settings_are_8_and_name_the_key(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    upload = save(tmp_path / "lot.xlsx", sound())
    Path("lnp-batch.toml").write_text('[severity]\nNUM001 = "info"\n')
    assert lnp("check", upload) == 8
    assert "NUM001" in capfd.readouterr().err
    Path("lnp-batch.toml").write_text("[thresholds]\nbill_days = 0\n")
    assert lnp("check", upload) == 8
    assert "bill_days" in capfd.readouterr().err


def test_a_defect_is_1_with_one_line_and_a_log_without_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], defect_log: Path
) -> None:
    good, bad = save(tmp_path / "bon.xlsx", sound()), save(tmp_path / "mauvais.xlsx", sound())
    secret = "".join(map(str, range(10)))

    def broken(path: Path, *_rest: object, **_more: object) -> None:
        if path == bad:
            raise KeyError(secret)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(import_module("lnp_batch.process"), "process", broken)
    assert lnp("process", bad, "--out", "out") == 1
    captured = capfd.readouterr()
    assert len(captured.err.strip().splitlines()) == 1
    log = defect_log.read_text("utf-8")
    assert "KeyError" in log
    assert secret not in log + captured.err
    assert lnp("process", bad, good, "--out", "out") == 8


def test_check_prints_the_findings_and_writes_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    upload = save(tmp_path / "lot.xlsx", changed({"numbers": {2: {"number": "514 555 010"}}}))
    assert lnp("check", upload, *DAY) == 3
    captured = capfd.readouterr()
    assert "D2" in captured.out
    assert "NUM001" in captured.out
    assert "Numéros" in captured.out
    assert "6 numéros" in captured.err
    assert "Accept" not in captured.out
    assert [path.name for path in tmp_path.iterdir()] == ["lot.xlsx"]


def test_check_json_prints_only_the_report(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    upload = save(tmp_path / "lot.xlsx", sound())
    assert lnp("check", "--json", upload, *DAY, "--lang", "en") == 0
    report = json.loads(capfd.readouterr().out)
    jsonschema.validate(report, REPORT_SCHEMA)
    assert report["language"] == "en"


def test_rules_and_explain_print_code_slug_and_reason(capfd: pytest.CaptureFixture[str]) -> None:
    assert lnp("rules", "--json") == 0
    rules = {rule["code"]: rule for rule in json.loads(capfd.readouterr().out)}
    assert rules["NUM007"]["slug"] == "toll-free"
    assert lnp("explain", "num007", "--lang", "en") == 0
    printed = capfd.readouterr().out
    assert "NUM007 toll-free" in printed
    assert "RespOrg" in printed
    assert lnp("--lang", "en", "rules") == 0
    assert "toll-free number" in capfd.readouterr().out


def test_schema_prints_the_data_package_or_the_reports_schema(capfd: pytest.CaptureFixture[str]) -> None:
    assert lnp("schema", "--json") == 0
    package = json.loads(capfd.readouterr().out)
    assert [resource["name"] for resource in package["resources"]] == ["batch", "accounts", "numbers"]
    assert lnp("schema", "--report") == 0
    assert json.loads(capfd.readouterr().out) == REPORT_SCHEMA


def test_template_writes_the_file_in_either_language(tmp_path: Path) -> None:
    assert lnp("template", "modele.xlsx") == 0
    assert lnp("template", "template.xlsx", "--lang", "en", "--rows", "10") == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["modele.xlsx", "template.xlsx"]


HEAVY = "import sys; sys.argv[1:] = {words!r}\nfrom lnp_batch.cli.main import run\ntry:\n run()\nexcept SystemExit:\n print(sorted({{'pandas', 'pandera', 'openpyxl'}} & set(sys.modules)), file=sys.stderr)"


@pytest.mark.parametrize(
    "words", [["--help"], ["check", "--help"], ["explain", "NUM001"], ["rules"], ["template", "t.xlsx"], ["schema"]]
)
def test_light_commands_import_nothing_heavy(words: list[str]) -> None:
    ran = subprocess.run([sys.executable, "-c", HEAVY.format(words=words)], capture_output=True, text=True, check=True)
    assert ran.stderr.strip().endswith("[]"), ran.stderr
    assert ran.stdout or words[0] == "template"


def test_a_closed_pipe_shows_no_traceback() -> None:
    command = f"{sys.executable} -m lnp_batch rules --json | head -n 1"
    ran = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert "Traceback" not in ran.stderr


def script(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, with the variables of `environment`."""
    command = [sys.executable, "-m", "lnp_batch", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **environment})


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("proces", "lnp-batch process"),
        ("lot de mai.XLSX", 'lnp-batch check "lot de mai.XLSX"'),
        ("verify", "lnp-batch check"),
        ("aide", "lnp-batch --help"),
        ("zzz", "lnp-batch --help"),
    ],
)
def test_a_mistyped_command_suggests_the_right_one(typed: str, wanted: str) -> None:
    french, english = script(typed, LNP_LANG="fr"), script(typed, "--lang", "en")
    assert french.returncode == english.returncode == 2
    lines = french.stderr.replace("\u00a0", " ").splitlines()
    assert lines[:2] == [f"« {typed} » n'est pas une commande. Essayez :", f"  {wanted}"]
    assert english.stderr.splitlines()[:2] == [f"“{typed}” is not a command. Try:", f"  {wanted}"]


def test_a_mistyped_option_suggests_the_right_one() -> None:
    assert "Vouliez-vous dire '--json'?" in script("check", "--jsn", "lot.xlsx", LNP_LANG="fr").stderr


def test_the_shell_completes_rule_codes() -> None:
    completion = {"_LNP_BATCH_COMPLETE": "bash_complete", "COMP_WORDS": "lnp-batch explain num00", "COMP_CWORD": "2"}
    assert (
        "plain,NUM007"
        in subprocess.run(
            [str(Path(sys.executable).with_name("lnp-batch"))],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **completion},
        ).stdout.splitlines()
    )


def test_help_is_in_the_requested_language_and_gives_examples() -> None:
    assert "Exemples :" in script("check", "--help", LNP_LANG="fr").stdout.replace("\u00a0", " ")
    assert "Usage :" in script("--help").stdout.replace("\u00a0", " ")
    printed = script("check", "--help", "--lang=en").stdout
    assert "Examples:" in printed
    assert "lnp-batch check batch.xlsx" in printed


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_the_script_of_the_shell(shell: str) -> None:
    assert "_LNP_BATCH_COMPLETE" in script("completion", shell).stdout


def test_the_shell_completes_commands() -> None:
    completion = {"_LNP_BATCH_COMPLETE": "bash_complete", "COMP_WORDS": "lnp-batch pro", "COMP_CWORD": "1"}
    ran = subprocess.run(
        [str(Path(sys.executable).with_name("lnp-batch"))],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **completion},
    )
    assert ran.stdout.split() == ["plain,process"]


def test_explain_headers_gives_the_exact_text_to_write(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    workbook = openpyxl_workbook(sound())
    numbers = workbook["Numéros"]
    numbers["D1"], numbers["H1"], numbers["K1"], numbers["Q1"] = (
        *("Numéro de téléfone", "Ligne ouverte?", "Service particulier du client", "Étage"),
    )
    workbook.save(tmp_path / "lot.xlsx")
    assert lnp("check", "--explain-headers", "lot.xlsx") == 3
    printed = " ".join(capfd.readouterr().out.split()).replace("\u00a0", " ")
    assert "Numéro de téléfone Numéro de téléphone (à confirmer : le titre ressemble seulement au nôtre)" in printed
    assert "Il manque : Actif?" in printed
    assert "Q1 Étage pas une des nôtres" in printed
    save(tmp_path / "lot.xlsx", sound())
    assert lnp("check", "--explain-headers", "lot.xlsx") == 0
    assert "Il manque" not in capfd.readouterr().out


@pytest.mark.parametrize("columns", [20, 40, 80, 200])
def test_no_line_is_wider_than_the_terminal_and_nothing_is_cut(tmp_path: Path, columns: int) -> None:
    save(tmp_path / "lot.xlsx", changed({"numbers": {2: {"number": "514 555 010"}}}))
    printed = script("check", "lot.xlsx", *DAY, COLUMNS=str(columns)).stdout
    assert max(map(len, printed.splitlines())) <= columns
    assert "Recopiez les dix chiffres de la facture, dans la forme 514-555-0100." in " ".join(printed.split()).replace(
        "\u00a0", " "
    ).replace("514- 555", "514-555").replace("555- 01", "555-01")


def test_colour_respects_no_color_and_force_color(tmp_path: Path) -> None:
    save(tmp_path / "lot.xlsx", changed({"numbers": {2: {"number": "514 555 010"}}}))
    plain = dict.fromkeys(("NO_COLOR", "FORCE_COLOR"), "")
    assert "\x1b[" not in script("check", "lot.xlsx", *DAY, **plain).stdout
    assert "\x1b[1;31m" in script("check", "lot.xlsx", *DAY, FORCE_COLOR="1", TERM="xterm-256color").stdout
    for colours in ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, {"FORCE_COLOR": "1"}):
        option = () if "NO_COLOR" in colours else ("--no-color",)
        assert "\x1b[1;31m" not in script("check", "lot.xlsx", *DAY, *option, TERM="xterm-256color", **colours).stdout


def test_a_cell_cannot_control_the_terminal(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    save(tmp_path / "lot.xlsx", changed({"accounts": {2: {"signer": "\u202e[bold]x\u200f"}}}))
    assert lnp("check", "lot.xlsx", *DAY) == 3
    printed = capfd.readouterr().out
    assert "\u202e" not in printed


def test_the_french_messages_of_click_are_compiled() -> None:
    from babel.messages.pofile import read_po

    folder = Path(cli.__file__).parent / "locale" / "fr" / "LC_MESSAGES"
    with (folder / "messages.po").open("rb") as source, (folder / "messages.mo").open("rb") as compiled:
        catalog, translations = read_po(source, "fr"), gettext.GNUTranslations(compiled)
    for message in catalog:
        match message.id:
            case (singular, plural):
                assert (
                    translations.ngettext(singular, plural, 1),
                    translations.ngettext(singular, plural, 2),
                ) == message.string
            case text if text:
                assert translations.gettext(text) == message.string
