"""`make bench`: every promise of speed measured side by side, several runs in turn, and what became of each.

Writes the table and the picture of `docs/performance.md`; says which promise holds and which does not, and never fails.
`python -m benchmarks [--runs N] [--largest N]`
"""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.make_workbook import KINDS

ROOT = Path(__file__).parent.parent
PAGE, PICTURE = ROOT / "docs" / "performance.md", ROOT / "docs" / "pictures" / "growth.png"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
DAY = ("--reference-date", "2026-11-23")
PYTHON = sys.executable
GROWTH = (1_000, 10_000, 100_000, 200_000)
WORST = 100_000
"""Rows of the worst cases: `one-account` has all of them on one account, `many-accounts` half as many accounts."""
LIGHT = {"--help": ["--help"], "explain": ["explain", "NUM007"], "template": ["template", "{out}/t.xlsx"]}
INSTALLED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""An installed package is compiled once; a checkout too, unless the environment forbids it."""
UNCONTAINED = (
    "import lnp_batch.system.worker as worker; worker.HAS_FORK = False; from lnp_batch.cli.main import run; run()"
)


@dataclass(frozen=True)
class Ran:
    """What one run took: wall-clock seconds, processor seconds, MiB at its peak (of its largest process)."""

    wall: float
    cpu: float
    mib: float


@dataclass(frozen=True)
class Line:
    """One promise: what was promised, what was measured, whether that holds."""

    what: str
    promised: str
    measured: str
    holds: bool


def ran(words: Sequence[str]) -> Ran:
    """Runs a command whose exit code does not matter."""
    start = time.perf_counter()
    child = subprocess.Popen(words, cwd=ROOT, env=INSTALLED, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _pid, _status, used = os.wait4(child.pid, 0)
    child.returncode = 0
    return Ran(time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def together(words: Sequence[str]) -> float:
    """MiB that all processes of a command take at their peak, what they share counted once. It is looked at every 20 ms,
    which slows the command down: its time is not measured."""
    import psutil

    most = 0
    with psutil.Popen(words, cwd=ROOT, env=INSTALLED, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as command:
        while command.poll() is None:
            with contextlib.suppress(psutil.NoSuchProcess):
                processes = [command, *command.children(recursive=True)]
                most = max(most, sum(one.memory_full_info().pss for one in processes))
            time.sleep(0.02)
    return most / (1 << 20)


def in_turn(commands: dict[str, Sequence[str]], runs: int) -> dict[str, Ran]:
    """Every command `runs` times, one after the other in turn; the medians."""
    each: dict[str, list[Ran]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, words in commands.items():
            each[name].append(ran(words))
    return {
        name: Ran(*(statistics.median(getattr(one, fact) for one in all_) for fact in ("wall", "cpu", "mib")))
        for name, all_ in each.items()
    }


class Bench:
    """A folder of workbooks and the commands that are measured on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def workbook(self, count: int, kind: str = "plain") -> Path:
        """Made by a process of its own: what is measured would count this one's memory as its own."""
        path = self.folder / f"w-{kind}-{count}.xlsx"
        if not path.exists():
            words = [PYTHON, "-m", "benchmarks.make_workbook", str(count), str(path), "--kind", kind]
            subprocess.run(words, cwd=ROOT, check=True)
        return path

    def ours(self, count: int, kind: str = "plain") -> list[str]:
        out = str(self.folder / "ours")
        return [PYTHON, "-m", "lnp_batch", "process", "-q", str(self.workbook(count, kind)), "--out", out, *DAY]

    def night(self, workers: int, sent: Path) -> list[str]:
        """A run over a fresh inbox that holds what is in `sent`."""
        inbox, outbox = (Path(tempfile.mkdtemp(dir=self.folder)) for _ in range(2))
        shutil.copytree(sent, inbox, dirs_exist_ok=True)
        where = ["--inbox", str(inbox), "--outbox", str(outbox), "--log", os.devnull]
        how = ["--workers", str(workers), "--quiet-period", "0s", "-q"]
        return [PYTHON, "-m", "lnp_batch", "run", *where, *how, *DAY]

    def uncontained(self, count: int) -> list[str]:
        return [PYTHON, "-c", UNCONTAINED, *self.ours(count)[3:]]

    def script(self, name: str, count: int, *more: str) -> list[str]:
        return [PYTHON, "-m", f"benchmarks.{name}", str(self.workbook(count)), *more]

    def floor(self, count: int) -> float:
        """Processor seconds of what cannot be left out, for a workbook whose results are there."""
        ran(self.ours(count))
        words = self.script("floor", count, str(self.folder / "ours"))
        told = [subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout for _ in range(3)]
        return statistics.median(float(one.split()[0]) for one in told)


def against_the_plain_way(bench: Bench, largest: int, runs: int) -> list[Line]:
    plain = str(bench.folder / "plain")
    lines = []
    for count, least in ((largest, 8), (largest // 10, 8)):
        commands = {"ours": bench.ours(count), "plain": bench.script("plain_way", count, plain)}
        if count == largest:
            commands["frictionless"] = bench.script("frictionless_way", count)
        found = in_turn(commands, runs)
        ours, peer = found["ours"], found["plain"]
        what = f"W({count:,}) against the plain way"
        told = f"{ours.wall:.2f} s against {peer.wall:.2f} s: {peer.wall / ours.wall:.1f} ×"
        lines.append(Line(what, f"≥ {least} × faster", told, peer.wall / ours.wall >= least))
        if count == largest:
            told = f"{ours.mib:.0f} MiB against {peer.mib:.0f} MiB: {ours.mib / peer.mib:.2f}"
            lines.append(Line(f"{what}, memory of the largest process", "≤ 1/3", told, ours.mib * 3 <= peer.mib))
            all_, alone = (
                statistics.median(together(words) for _ in range(runs))
                for words in (commands["ours"], commands["plain"])
            )
            told = f"{all_:.0f} MiB against {alone:.0f} MiB: {all_ / alone:.2f}"
            lines.append(Line(f"{what}, memory of all processes together", "≤ 1/3", told, all_ * 3 <= alone))
            other = found["frictionless"]
            told = f"{ours.wall:.2f} s against {other.wall:.2f} s: {other.wall / ours.wall:.1f} ×"
            what = f"W({count:,}) against frictionless only validating"
            lines.append(Line(what, "≥ 3 × faster", told, other.wall / ours.wall >= 3))
            floor = bench.floor(count)
            told = f"{ours.wall:.2f} s against {floor:.2f} s: {ours.wall / floor:.1f} ×"
            lines.append(Line(f"W({count:,}) against the floor", "≤ 3.5 ×", told, ours.wall <= 3.5 * floor))
    return lines


def growth(bench: Bench, largest: int, runs: int) -> tuple[list[Line], dict[int, Ran]]:
    counts = [count for count in GROWTH if count <= 2 * largest]
    found = in_turn({str(count): bench.ours(count) for count in counts}, runs)
    by_count = {count: found[str(count)] for count in counts}
    lines = []
    if {10_000, 100_000} <= by_count.keys():
        small, large = by_count[10_000], by_count[100_000]
        for fact, unit in (("wall", "s"), ("mib", "MiB")):
            one, ten = getattr(small, fact), getattr(large, fact)
            told = f"{one:.2f} {unit} to {ten:.2f} {unit}: {ten / one:.1f} ×"
            what = f"growth from W(10,000) to W(100,000), {'time' if fact == 'wall' else 'memory'}"
            lines.append(Line(what, "≤ 11 ×", told, ten <= 11 * one))
    return lines, by_count


def start_up(bench: Bench, runs: int) -> list[Line]:
    commands = {"ours": bench.ours(100), "import": [PYTHON, "-c", "import pandera.pandas"]}
    found = in_turn(commands, 3 * runs)
    ours, alone = found["ours"], found["import"]
    told = f"{ours.wall:.2f} s against {alone.wall:.2f} s: {ours.wall / alone.wall:.2f} ×"
    lines = [Line("a 100-row workbook, whole command, against `import pandera.pandas`", "≤ 1.8 ×", told, ours.wall <= 1.8 * alone.wall)]  # fmt: skip
    for name, words in LIGHT.items():
        heavy = imported([word.format(out=bench.folder) for word in words])
        lines.append(Line(f"`lnp-batch {name}`", "no pandas, no pandera", ", ".join(heavy) or "neither", not heavy))
    found = in_turn({"contained": bench.ours(1_000), "uncontained": bench.uncontained(1_000)}, 3 * runs)
    inside, outside = found["contained"], found["uncontained"]
    told = f"{inside.wall:.2f} s against {outside.wall:.2f} s: {100 * (inside.wall / outside.wall - 1):+.0f} %"
    lines.append(Line("a 1,000-row workbook in a child process, against none", "≤ 15 % more", told, inside.wall <= 1.15 * outside.wall))  # fmt: skip
    return lines


def imported(words: list[str]) -> list[str]:
    """Which of the heavy libraries a command imports."""
    code = (
        "import sys; from lnp_batch.cli.main import main; main.main(sys.argv[1:], standalone_mode=False);"
        "print([name for name in ('pandas', 'pandera') if name in sys.modules], file=sys.stderr)"
    )
    ran_ = subprocess.run([PYTHON, "-c", code, *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return re.findall(r"'(\w+)'", ran_.stderr.splitlines()[-1]) if ran_.stderr else ["?"]


def worst_cases(bench: Bench, runs: int) -> list[Line]:
    found = in_turn({kind: bench.ours(WORST, kind) for kind in KINDS}, runs)
    plain = found["plain"]
    return [
        Line(
            f"{kind}, {WORST:,} rows, against W({WORST:,})",
            "≤ 3 ×",
            f"{one.wall:.2f} s against {plain.wall:.2f} s: {one.wall / plain.wall:.1f} ×",
            one.wall <= 3 * plain.wall,
        )
        for kind, one in found.items()
        if kind != "plain"
    ]


def two_workers(bench: Bench, workbooks: int, runs: int) -> list[Line]:
    sent = bench.folder / "sent"
    words = [PYTHON, "-m", "benchmarks.make_workbook", "500", str(sent), "--many", str(workbooks)]
    subprocess.run(words, cwd=ROOT, check=True)
    each: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(runs):
        for workers, all_ in each.items():
            all_.append(ran(bench.night(workers, sent)).wall)
    one, two = (statistics.median(all_) for all_ in each.values())
    told = f"{one:.1f} s against {two:.1f} s: {one / two:.2f} ×"
    what = f"{workbooks} workbooks of 500 rows, `run --workers 2` against `--workers 1`"
    return [Line(what, "≥ 1.7 ×", told, one >= 1.7 * two)]


def table(lines: Sequence[Line]) -> str:
    rows = [f"| {line.what} | {line.promised} | {line.measured} | {'holds' if line.holds else '**does not hold**'} |" for line in lines]  # fmt: skip
    return "\n".join(["| what | promised | measured | |", "|---|---|---|---|", *rows])


def growth_table(by_count: dict[int, Ran]) -> str:
    rows = [
        f"| {count:,} | {one.wall:.2f} | {one.cpu:.2f} | {one.mib:.0f} | {1e6 * one.wall / count:.0f} |"
        for count, one in by_count.items()
    ]
    return "\n".join(["| rows | seconds | processor seconds | MiB | µs a row |", "|---|---|---|---|---|", *rows])


def draw(by_count: dict[int, Ran]) -> None:
    """The growth, log-log, beside a straight proportion."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    counts = list(by_count)
    figure, axes = pyplot.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    for axis, fact, title in zip(axes, ("wall", "mib"), ("Seconds", "MiB"), strict=True):
        values = [getattr(by_count[count], fact) for count in counts]
        axis.loglog(counts, values, marker="o", color="#1F3A5F")
        axis.loglog(
            counts, [values[-1] * count / counts[-1] for count in counts], linestyle=":", color="#8A8A8A", linewidth=1
        )
        axis.set_title(title, loc="left", fontsize=11, color="#1F3A5F")
        axis.set_xlabel("number rows")
        axis.spines[["top", "right"]].set_visible(False)
        axis.margins(0.12)
        for count, value in zip(counts, values, strict=True):
            axis.annotate(
                f"{value:.3g}", (count, value), textcoords="offset points", xytext=(-3, 7), ha="right", fontsize=8
            )
    PICTURE.parent.mkdir(exist_ok=True)
    figure.savefig(PICTURE, dpi=110, metadata={"Software": None})


def main() -> None:
    asked = argparse.ArgumentParser(description="Measures the promises of speed.")
    asked.add_argument("--runs", type=int, default=3)
    asked.add_argument("--largest", type=int, default=100_000)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name))
        lines = against_the_plain_way(bench, given.largest, given.runs)
        grown, by_count = growth(bench, given.largest, given.runs)
        lines += [*grown, *start_up(bench, given.runs), *worst_cases(bench, given.runs)]
        lines += two_workers(bench, max(given.largest // 500, 2), given.runs)
    cores, where = os.cpu_count(), f"Python {platform.python_version()}, {platform.machine()}"
    about = f"Medians of {given.runs} runs in turn (start-up: {3 * given.runs}) on {cores} cores, {where}."
    told = "\n\n".join((about, table(lines), growth_table(by_count)))
    print(told)
    draw(by_count)
    page = PAGE.read_text("utf-8")
    start, end = page.index(BEGIN) + len(BEGIN), page.index(END)
    PAGE.write_text(f"{page[:start]}\n{told}\n{page[end:]}", "utf-8", newline="\n")


if __name__ == "__main__":
    main()
