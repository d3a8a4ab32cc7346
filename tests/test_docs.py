"""What the README says is what the code says: its tables are generated, and `--regold` writes them anew."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from lnp_batch.cli.main import main
from lnp_batch.columns import Required
from lnp_batch.columns.sheets import DATA_SHEETS
from lnp_batch.errors import ExitCode
from lnp_batch.rules import CATALOGUE
from lnp_batch.settings.docs import settings_table

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"


def columns_table() -> str:
    lines = ["| sheet | key | French header | English header | type | required |", "|---|---|---|---|---|---|"]
    for sheet in DATA_SHEETS:
        for column in sheet.columns:
            required = "" if column.required is Required.NO else column.required.value
            limit = f" ≤ {column.max_length}" if column.max_length else ""
            cells = (
                sheet.key,
                f"`{column.key}`",
                column.header.fr,
                column.header.en,
                column.kind.value + limit,
                required,
            )
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def demo() -> str:
    """What the command of the README prints, on a terminal of 100 columns."""
    said = re.search(r"^\$ lnp-batch (.*)$", README.read_text("utf-8"), re.MULTILINE)
    assert said
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1", "LNP_LANG": "fr"}
    command = [sys.executable, "-m", "lnp_batch", *said[1].split()]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=False)
    assert ran.returncode == 3, ran.stderr
    lines, summary = ([line.rstrip() for line in text.splitlines()] for text in (ran.stdout, ran.stderr))
    shown = [*lines[:14], "…", "", *summary]
    return "```text\n" + "\n".join(shown) + "\n```"


RULES = ROOT / "docs" / "rules.md"
SUBJECTS = {
    "WBK": "The file, its sheets and headers",
    "CEL": "What any column demands of a cell",
    "NUM": "A number's row",
    "ACC": "An account's row",
    "REQ": "A port request",
    "BAT": "The batch sheet, against the table of resellers",
    "LED": "What was processed before",
}
SEVERITIES = {"error": "erreur", "confirm": "à confirmer", "warning": "avertissement", "info": "info"}


def rules_page() -> str:
    """Every rule: what it says in both languages with example values, what to do, and why."""
    lines = [
        "# The rules",
        "",
        "What each rule says, with example values, in both languages; what to do; and why. `lnp-batch explain CODE` says",
        "the same. Errors and questions to confirm hold the whole port request; warnings and infos hold nothing.",
    ]
    for subject, heading in SUBJECTS.items():
        lines += ["", f"## {subject}: {heading}"]
        for rule in sorted((one for one in CATALOGUE if one.subject == subject), key=lambda one: one.code):
            lines += [
                "",
                f"### {rule.code} {rule.slug} ({rule.severity.value} · {SEVERITIES[rule.severity.value]})",
                "",
            ]
            lines += ["| | français | English |", "|---|---|---|"]
            for name, sentences in (("message", rule.says), ("remedy", rule.remedy)):
                for text in sentences.values():
                    lines.append(f"| {name} | {text.say('fr', rule.example)} | {text.say('en', rule.example)} |")
            lines.append(f"| why | {rule.why['fr']} | {rule.why['en']} |")
    return "\n".join(lines).replace("{value}", "…") + "\n"


def test_the_rules_page_is_what_the_code_says(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--regold"):
        RULES.write_text(rules_page(), "utf-8")
    assert RULES.read_text("utf-8") == rules_page()


PARTS = {"columns": columns_table, "settings": lambda: settings_table("en"), "demo": demo}


@pytest.mark.parametrize("part", PARTS)
def test_the_readme_is_what_the_code_says(part: str, request: pytest.FixtureRequest) -> None:
    text, made = README.read_text("utf-8"), PARTS[part]()
    pattern = re.compile(rf"(<!-- {part} -->\n).*?(<!-- /{part} -->)", re.DOTALL)
    found = pattern.search(text)
    assert found, part
    wanted = f"<!-- {part} -->\n{made}\n<!-- /{part} -->"
    if request.config.getoption("--regold"):
        README.write_text(text.replace(found[0], wanted), "utf-8")
    else:
        assert found[0] == wanted


def test_every_command_is_in_the_readme() -> None:
    text = README.read_text("utf-8")
    for name in main.commands:
        assert f"`lnp-batch {name} " in text or f"`lnp-batch {name}`" in text, name


def test_every_exit_code_of_this_version_is_in_the_readme() -> None:
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", README.read_text("utf-8"), re.MULTILINE)}
    assert told == {int(code) for code in ExitCode}


def test_the_library_example_of_the_readme_runs() -> None:
    code = re.search(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    assert code
    ran = subprocess.run([sys.executable, "-c", code[1]], capture_output=True, text=True, cwd=ROOT, check=True)
    assert ran.stdout.startswith("to_fix Counts(")
