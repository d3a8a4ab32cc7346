"""The language of the terminal, decided before anything is parsed, and click's own words in it."""

from __future__ import annotations

import gettext
import os
import sys
from itertools import pairwise
from pathlib import Path

from lnp_batch.errors import EnvironmentFault
from lnp_batch.model.text import Lang, Text, as_lang


def early_lang() -> Lang:
    """The language of help and usage: --lang, then LNP_LANG, then French."""
    words = sys.argv[1:]
    for word, after in pairwise([*words, ""]):
        if word == "--lang":
            return as_lang(after)
        if word.startswith("--lang="):
            return as_lang(word.removeprefix("--lang="))
    return as_lang(os.environ.get("LNP_LANG"))


HELP_LANG = early_lang()


def told(fr: str, en: str) -> str:
    """A help text in the language asked for."""
    return Text(fr, en)[HELP_LANG]


def in_words(fault: EnvironmentFault) -> str:
    """What a fault of the machine says, in the language asked for."""
    words = fault.args[0]
    return words[HELP_LANG] if isinstance(words, Text) else str(words)


WORKBOOK = told("CLASSEUR", "WORKBOOK")

# click asks gettext for its own words, some of them as soon as a command is declared: ours stand in `locale/`.
os.environ["LANGUAGE"] = HELP_LANG
gettext.bindtextdomain("messages", Path(__file__).parent / "locale")


def harmless(words: str) -> str:
    """`words` without control characters: a cell must not steer a terminal."""
    return "".join(letter if letter.isprintable() or letter == "\u00a0" else "�" for letter in words)


def examples(*commands: str) -> str:
    """The end of a help text: commands as one would type them, each on its line (click's mark for that is \\b)."""
    lines = "\n".join(f"  lnp-batch {command}" for command in commands)
    return "\b\n" + told("Exemples :", "Examples:") + "\n" + lines
