"""The documentation says what the code does: tables are generated (`--regold` writes them), examples are run."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import click
import pytest

from lnp_batch import __version__
from lnp_batch.cli.main import main
from lnp_batch.columns import Required
from lnp_batch.columns.sheets import DATA_SHEETS
from lnp_batch.errors import ExitCode
from lnp_batch.model.context import Limits
from lnp_batch.rules import CATALOGUE, severity_is_fixed
from lnp_batch.settings.docs import settings_table
from lnp_batch.settings.load import load_settings
from lnp_batch.settings.messages import fixed_codes
from lnp_batch.settings.resellers import load_resellers

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
README = ROOT / "README.md"
DEMO_LINES = 7
"""Lines of findings that the README shows."""


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
    """Return what the README's first command prints on a terminal of 100 columns."""
    command_line = re.search(r"^\$ lnp-batch (.*)$", README.read_text("utf-8"), re.MULTILINE)
    assert command_line
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1", "LNP_LANG": "fr"}
    command = [sys.executable, "-m", "lnp_batch", *command_line[1].split()]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=False)
    assert ran.returncode == 3, ran.stderr
    findings, summary = ([line.rstrip() for line in text.splitlines()] for text in (ran.stdout, ran.stderr))
    return "\n".join(["```text", *findings[:DEMO_LINES], "…", "", *summary, "```"])


RULES = DOCS / "rules.md"
SUBJECTS = {
    "WBK": "The file, its sheets and headers",
    "CEL": "What any column demands of a cell",
    "NUM": "A number's row",
    "ACC": "An account's row",
    "REQ": "A port request",
    "BAT": "The batch sheet, against the table of resellers",
    "LED": "What was processed before",
    "NOT": "The notes",
}


def rules_page() -> str:
    """Return the page of all the rules: messages in both languages with example values, what to do, and why."""
    fixed = fixed_codes((rule.code for rule in CATALOGUE), severity_is_fixed, "en")
    lines = [
        "# The rules",
        "",
        "What each rule says, with example values, in both languages; what to do; and why. `lnp-batch explain CODE` says",
        "the same. Errors and questions to confirm hold the whole port request; warnings and infos hold nothing. The",
        f"settings may change the severity of every rule except {fixed}.",
    ]
    for subject, heading in SUBJECTS.items():
        lines += ["", f"## {subject}: {heading}"]
        for rule in sorted((rule for rule in CATALOGUE if rule.code[:3] == subject), key=lambda rule: rule.code):
            lines += [
                "",
                f"### {rule.code} {rule.slug} ({rule.severity.value} · {rule.severity.text.fr})",
                "",
            ]
            lines += ["| | français | English |", "|---|---|---|"]
            lines += [f"| message | {text.fr} | {text.en} |" for text in rule.messages()]
            lines += [f"| remedy | {text.fr} | {text.en} |" for text in rule.remedies()]
            lines.append(f"| why | {rule.why['fr']} | {rule.why['en']} |")
    return "\n".join(lines).replace("{value}", "…") + "\n"


def test_the_rules_page_is_what_the_code_says(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--regold"):
        RULES.write_text(rules_page(), "utf-8")
    assert RULES.read_text("utf-8") == rules_page()


PARTS: dict[str, tuple[Path, Callable[[], str]]] = {
    "columns": (DOCS / "columns.md", columns_table),
    "settings": (DOCS / "settings.md", lambda: settings_table("en")),
    "demo": (README, demo),
}
"""Generated part → the page that has it between `<!-- part -->` and `<!-- /part -->`, and what generates it."""


@pytest.mark.parametrize("part", PARTS)
def test_a_generated_part_is_what_the_code_says(part: str, request: pytest.FixtureRequest) -> None:
    page, generate = PARTS[part]
    text, generated = page.read_text("utf-8"), generate()
    found = re.search(rf"(<!-- {part} -->\n).*?(<!-- /{part} -->)", text, re.DOTALL)
    assert found, part
    wanted = f"<!-- {part} -->\n{generated}\n<!-- /{part} -->"
    if request.config.getoption("--regold"):
        page.write_text(text.replace(found[0], wanted), "utf-8")
    else:
        assert found[0] == wanted


def test_every_command_is_in_the_readme() -> None:
    text = README.read_text("utf-8")
    for name in main.commands:
        assert f"`lnp-batch {name} " in text or f"`lnp-batch {name}`" in text, name


def test_every_exit_code_is_in_the_readme() -> None:
    codes = {int(code) for code in re.findall(r"^\| (\d+) \|", README.read_text("utf-8"), re.MULTILINE)}
    assert codes == {int(code) for code in ExitCode}


def command_lines() -> Iterator[tuple[str, list[str]]]:
    """Yield every `lnp-batch …` line of the code blocks in README and docs, with the name of its page."""
    for page in (README, *sorted(DOCS.glob("*.md"))):
        for block in re.findall(r"^```\w+\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE):
            for line in block.replace("\\\n", " ").splitlines():
                command = re.search(r"(?:^|[/ ])lnp-batch (?=[a-z])(.*?)(?:;|#|$)", line)
                if command and "Description" not in line:
                    yield page.name, shlex.split(command[1])


COMMAND_LINES = tuple(command_lines())


@pytest.mark.parametrize(("page", "words"), COMMAND_LINES)
def test_command_lines_in_the_docs_name_existing_commands_and_options(page: str, words: list[str]) -> None:
    command = main.commands[words[0]]
    options = {name for param in command.params if isinstance(param, click.Option) for name in param.opts}
    assert {word for word in words if word.startswith("-")} <= options, page


def test_there_are_command_lines_in_the_docs() -> None:
    pages = [page for page, _words in COMMAND_LINES]
    assert {"README.md", "operations.md", "finance.md"} <= set(pages)
    assert len(pages) >= 10


def toml_block(page: str, folder: Path) -> Path:
    """Write the page's one block of TOML to a file in `folder` and return its path."""
    [block] = re.findall(r"^```toml\n(.*?)^```", (DOCS / page).read_text("utf-8"), re.DOTALL | re.MULTILINE)
    path = folder / "block.toml"
    path.write_text(block, "utf-8")
    return path


def test_the_settings_in_the_docs_are_loaded(tmp_path: Path) -> None:
    settings = load_settings(toml_block("settings.md", tmp_path))
    assert settings.severity
    assert settings.seller.name


def test_the_resellers_in_the_docs_are_loaded(tmp_path: Path) -> None:
    assert set(load_resellers(toml_block("operations.md", tmp_path), "en")) == {"hr-01"}


def test_operations_installs_the_wheel_of_this_version() -> None:
    names = re.findall(r"lnp_batch-[^ /]+\.whl", (DOCS / "operations.md").read_text("utf-8"))
    assert len(names) >= 3
    assert set(names) == {f"lnp_batch-{__version__}-py3-none-any.whl"}


def in_pages(pattern: str) -> list[tuple[Path, str]]:
    """Return what `pattern` finds in the pages, each with its page."""
    pages = (README, ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *DOCS.rglob("*.md"))
    return [(page, found) for page in pages for found in re.findall(pattern, page.read_text("utf-8"))]


def test_links_in_the_docs_lead_somewhere() -> None:
    targets = in_pages(r"\]\(([^)#]+?)(?:#[^)]*)?\)")
    assert len(targets) > 20
    for page, target in targets:
        assert target.startswith("https:") or (page.parent / target).exists(), f"{page.name}: {target}"


def test_modules_that_the_docs_name_exist() -> None:
    names = in_pages(r"`([\w/]+/\w+\.py)`")
    assert len(names) > 20
    for page, name in names:
        assert (ROOT / name).exists() or (ROOT / "lnp_batch" / name).exists(), f"{page.name}: {name}"


def test_the_limits_on_the_security_page_are_the_defaults() -> None:
    defaults = asdict(Limits())
    found = re.findall(r"`(\w+)` ([0-9,]+)", (ROOT / "SECURITY.md").read_text("utf-8"))
    limits = {name: int(value.rstrip(",").replace(",", "")) for name, value in found if name in defaults}
    assert limits == defaults


def test_the_library_example_of_the_readme_runs() -> None:
    code = re.search(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    assert code
    ran = subprocess.run([sys.executable, "-c", code[1]], capture_output=True, text=True, cwd=ROOT, check=True)
    assert ran.stdout.startswith("to_fix Counts(")
