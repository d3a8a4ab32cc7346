"""The printed result: one table by language, then the lists to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tests.months.judge import ROUNDS, Result

MEDIAN, MOST = 1, 2
"""Sends after the first that we promise at most: in half of the months, and in 95 of 100."""


def percentile(sends: Sequence[int | None], part: float) -> int:
    """Return the smallest number of sends that is enough for `part` of the months; never counts as one over the most."""
    ordered = sorted(ROUNDS + 1 if each is None else each for each in sends)
    return ordered[min(len(ordered) - 1, max(0, -(-int(part * 100) * len(ordered) // 100) - 1))]


def broken(results: Sequence[Result]) -> list[str]:
    """Return the promises that these months break, in words."""
    sends = [result.sends for result in results]
    promises = {
        f"median {percentile(sends, 0.5)} sends after the first": percentile(sends, 0.5) <= MEDIAN,
        f"95th percentile {percentile(sends, 0.95)} sends after the first": percentile(sends, 0.95) <= MOST,
        "planted faults accepted": not any(result.accepted for result in results),
        "sound requests held": not any(result.false_holds for result in results),
        "the true batch of a month is held": not any(result.wrong_truth for result in results),
    }
    return [words for words, kept in promises.items() if not kept]


def table(results: Sequence[Result]) -> str:
    """Return one line for each language and for all."""
    head = f"{'':6}{'months':>8}{'median':>8}{'95th':>6}{'never':>7}{'faults':>8}{'accepted':>10}{'false holds':>13}"
    lines = [head + f"{'in months':>11}{'edits':>7}{'OKs':>6}"]
    for name in ("fr", "en", "all"):
        some = [result for result in results if name in (result.lang, "all")]
        if some:
            lines.append(_line(name, some))
    return "\n".join(lines)


def _line(name: str, some: Sequence[Result]) -> str:
    sends = [result.sends for result in some]
    edits = sorted(result.edits for result in some)
    return (
        f"{name:6}{len(some):8}{_sends(percentile(sends, 0.5)):>8}{_sends(percentile(sends, 0.95)):>6}"
        f"{sends.count(None):7}{sum(sum(result.planted.values()) for result in some):8}"
        f"{sum(len(result.accepted) for result in some):10}{sum(len(result.false_holds) for result in some):13}"
        f"{sum(bool(result.false_holds) for result in some):11}{edits[len(edits) // 2]:7}"
        f"{sorted(result.oks for result in some)[len(some) // 2]:6}"
    )


def _sends(count: int) -> str:
    return "never" if count > ROUNDS else str(count)


def lists(results: Sequence[Result]) -> str:
    """Return the false holds and the accepted faults by seed, and the codes that made resellers send again."""
    parts = [
        *_by_seed("Held although nothing was planted there", {each.seed: each.false_holds for each in results}),
        *_by_seed("Accepted although it must not be", {each.seed: each.accepted for each in results}),
        *_by_seed("Held in the true batch (mend the generator)", {each.seed: each.wrong_truth for each in results}),
        *_by_seed("Never done", {each.seed: [_counted(each.stuck)] for each in results if each.sends is None}),
        f"Codes that still held after a correction: {_counted(sum((each.again for each in results), Counter()))}",
    ]
    return "\n".join(parts)


def _by_seed(title: str, found: dict[int, list[str]]) -> list[str]:
    lines = [f"  {seed:5}  {what}" for seed, all_of_it in found.items() for what in all_of_it]
    return [f"{title}: {len(lines)}", *lines]


def _counted(codes: Counter[str]) -> str:
    return ", ".join(f"{code} {count}" for code, count in codes.most_common()) or "none"
