"""Fuzzing: mutants of sound workbooks, each of which must be refused or give the same cells as a second reader.

`python -m tests.fuzz 10000` tries that many. A mutant is determined by its number.
"""

from __future__ import annotations

import io
import random
import re
import sys
import zipfile
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

from lnp_batch.documents.report.json_report import report
from lnp_batch.model.context import Limits
from lnp_batch.process import evaluate
from lnp_batch.read.workbook import read_content
from lnp_batch.system.worker import Worker, WorkerDied
from tests.factory import context
from tests.hostile import parts_of, plain
from tests.second_reader import agree, by_calamine_alone, cells
from tests.shared_strings import with_shared_strings

SAMPLES = Path(__file__).parent.parent / "sample_data"
EVALUATE_EVERY = 20
"""Every mutant is read; one in this many also goes through the rest of the flow."""
SECONDS = 10

NUMBERS = ("0", "1", "-1", "2", "16385", "1048577", "4294967297", "99999999999999999999", "1e309", "NaN", "x", "")
TOKENS = (
    "<", ">", "&", '"', "</row>", "<row>", "<c>", "</c>", "<v>", "</sheetData>", "<!--", "-->", "<![CDATA[", "]]>",
    "&#0;", "&#xD800;", "&lt;", "&unknown;", "\x00", "\ufffe", "<?x?>", ' t="s"', ' t="b"', ' t="e"', ' t="d"', ' s="99999"',
)  # fmt: skip


@cache
def bases() -> tuple[bytes, ...]:
    """Return a minimal workbook, two samples, and one of these with shared texts."""
    first, second = (path.read_bytes() for path in sorted(SAMPLES.glob("[12]-*.xlsx")))
    return plain(), first, second, with_shared_strings(first)


def mutant(number: int) -> bytes:
    """Return the mutant of that number."""
    chance = random.Random(number)
    base = chance.choice(bases())
    return chance.choice((flip, flip, cut, splice, edit, edit, edit, edit, lose))(base, chance)


def flip(base: bytes, chance: random.Random) -> bytes:
    """Flip a few bits."""
    mutated = bytearray(base)
    for _ in range(chance.randint(1, 8)):
        mutated[chance.randrange(len(mutated))] ^= 1 << chance.randrange(8)
    return bytes(mutated)


def cut(base: bytes, chance: random.Random) -> bytes:
    """Remove the end, or a section in the middle."""
    start, stop = sorted((chance.randrange(len(base)), chance.randrange(len(base))))
    return base[:start] if chance.random() < 0.5 else base[:start] + base[stop:]


def splice(base: bytes, chance: random.Random) -> bytes:
    """Insert a copy of a section, or random bytes."""
    start, stop = sorted((chance.randrange(len(base)), chance.randrange(len(base))))
    extra = base[start:stop] if chance.random() < 0.5 else chance.randbytes(chance.randint(1, 300))
    return base[:stop] + extra + base[stop:]


def lose(base: bytes, chance: random.Random) -> bytes:
    """Remove or empty a part, or replace it by another."""
    parts = parts_of(base)
    name, other = chance.choice(list(parts)), chance.choice(list(parts))
    how = chance.randrange(3)
    if how == 0:
        del parts[name]
    else:
        parts[name] = b"" if how == 1 else parts[other]
    return packed(parts)


def edit(base: bytes, chance: random.Random) -> bytes:
    """Edit the XML of a part: a number, an element, an attribute, a token."""
    parts = parts_of(base)
    name = chance.choice(
        [name for name in parts if "sheet" in name.casefold()] if chance.random() < 0.8 else list(parts)
    )
    words = parts[name].decode("utf-8", "replace")
    for _ in range(chance.randint(1, 3)):
        words = chance.choice(EDITS)(words, chance)
    parts[name] = words.encode("utf-8", "surrogatepass")
    return packed(parts)


def _number(words: str, chance: random.Random) -> str:
    found = list(re.finditer(r"(?<=[\"A-Z>])[0-9]+(?=[\"<])", words))
    if not found:
        return words
    spot = chance.choice(found)
    return words[: spot.start()] + chance.choice(NUMBERS) + words[spot.end() :]


def _element(words: str, chance: random.Random) -> str:
    """Repeat or remove an element, or swap two."""
    found = list(re.finditer(r"<(row|c|v|t|is|si|sheet|xf|Relationship)\b[^>]*?(?:/>|>.*?</\1>)", words, re.DOTALL))
    if not found:
        return words
    spot = chance.choice(found)
    match chance.randrange(3):
        case 0:
            return words[: spot.end()] + spot[0] + words[spot.end() :]
        case 1:
            return words[: spot.start()] + words[spot.end() :]
        case _:
            other = chance.choice(found)
            return words.replace(spot[0], "\x01", 1).replace(other[0], spot[0], 1).replace("\x01", other[0], 1)


def _attribute(words: str, chance: random.Random) -> str:
    found = list(re.finditer(r" [\w:]+=\"[^\"]*\"", words))
    if not found:
        return words
    spot, other = chance.choice(found), chance.choice(found)
    return (
        words[: spot.start()]
        + chance.choice(("", spot[0] * 2, other[0], spot[0].replace('"', "'")))
        + words[spot.end() :]
    )


def _token(words: str, chance: random.Random) -> str:
    at = chance.randrange(len(words) + 1)
    return words[:at] + chance.choice(TOKENS) + words[at:]


EDITS: tuple[Callable[[str, random.Random], str], ...] = (_number, _number, _element, _attribute, _token)


def packed(parts: dict[str, bytes]) -> bytes:
    """Return a package of these parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, words in parts.items():
            archive.writestr(name, words)
    return stream.getvalue()


def examine(number: int) -> str:
    """Return what becomes of a mutant: the code and limit of its refusal, `same` cells, or `DIFFERENT`."""
    package = mutant(number)
    reading = read_content(package, "lot.xlsx")
    if number % EVALUATE_EVERY == 0:
        report(evaluate(reading, context()))
    if reading.refusal:
        return f"{reading.refusal.code} {reading.refusal.facts.get('limit', '')}".strip()
    alike = agree(reading, package) and cells(reading) == cells(by_calamine_alone(package))
    return "same" if alike else "DIFFERENT"


def fuzz(numbers: range) -> tuple[Counter[str], dict[int, str]]:
    """Return the counts of all results, and the bad results by number: raised, died, or read differently."""
    results: Counter[str] = Counter()
    bad: dict[int, str] = {}
    with Worker(examine, lambda: None) as worker:
        for number in numbers:
            try:
                answer = worker.run(number, SECONDS, Limits())
                result = f"DIED {dict(answer.refusal.facts)}" if isinstance(answer, WorkerDied) else answer
            except Exception as fault:
                result = f"RAISED {fault}"
            results[result.split()[0] if result.isupper() else result.splitlines()[0][:160]] += 1
            if result.startswith(("DIED", "RAISED", "DIFFERENT")):
                bad[number] = result
    return results, bad


if __name__ == "__main__":
    count = int(sys.argv[1])
    start = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    results, bad = fuzz(range(start, start + count))
    for result, occurrences in results.most_common():
        print(f"{occurrences:6} {result}")
    for number, result in bad.items():
        print(number, result)
    sys.exit(bool(bad))
