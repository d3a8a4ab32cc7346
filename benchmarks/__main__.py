"""`make bench`: measure every performance target and write the table and picture of `docs/performance.md`.

A target that is missed is reported and is no failure; a command that fails, or writes nothing, ends the benchmark before
anything is written. Usage: `python -m benchmarks [--runs N] [--largest N]`
"""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import re
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.make_workbook import KINDS
from lnp_batch.errors import ExitCode

ROOT = Path(__file__).parent.parent
PAGE, PICTURE = ROOT / "docs" / "performance.md", ROOT / "docs" / "pictures" / "growth.png"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
DAY = ("--reference-date", "2026-11-23")
PYTHON = sys.executable
GROWTH = (1_000, 10_000, 100_000, 200_000)
WORST = 100_000
"""Rows of the worst cases: `one-account` has all of them on one account, `many-accounts` half as many accounts."""
LIGHT = {"--help": ["--help"], "explain": ["explain", "NUM007"], "template": ["template", "{out}/t.xlsx"]}
"""Commands that must not import pandas or pandera."""
COMPILED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Environment of the measured commands: compiled files are kept, as those of an installed package are."""
UNCONTAINED = (
    "import lnp_batch.system.worker as worker; assert worker.HAS_FORK; worker.HAS_FORK = False;"
    "from lnp_batch.cli.main import run; run()"
)
"""Runs the command as on a system without fork: the workbook is read in the command's own process."""
SUCCESS = (ExitCode.OK, ExitCode.TO_FIX)
"""Exit codes of a command that did its work: most of the workbooks have faulty rows."""


@dataclass(frozen=True)
class Command:
    """A command and the folder that it writes to, which is emptied before each run and must hold files after it."""

    words: Sequence[str]
    out: Path | None = None

    def start(self) -> subprocess.Popen[bytes]:
        """Empty the output folder and start the command."""
        if self.out:
            shutil.rmtree(self.out, ignore_errors=True)
        return subprocess.Popen(
            self.words, cwd=ROOT, env=COMPILED, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def check(self, code: int) -> None:
        """End the benchmark if the command failed: its time would mean nothing."""
        if code not in SUCCESS:
            sys.exit(f"Exit code {code}: {shlex.join(self.words)}")
        if self.out and not any(path.is_file() for path in self.out.rglob("*")):
            sys.exit(f"Nothing written: {shlex.join(self.words)}")


@dataclass(frozen=True)
class Usage:
    """Resources of one run: wall-clock seconds, processor seconds, peak MiB of its largest process."""

    wall: float
    cpu: float
    mib: float


@dataclass(frozen=True)
class Line:
    """One target: its subject, the target, the measured value, whether it is met."""

    subject: str
    target: str
    measured: str
    met: bool


def measure(command: Command) -> Usage:
    """Run a command and return its resources."""
    start = time.perf_counter()
    child = command.start()
    _pid, status, used = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    command.check(child.returncode)
    return Usage(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def memory_of_all_processes(command: Command) -> float:
    """Return the peak MiB of all processes of a command together, shared pages counted once. Sampling every 20 ms slows the
    command down, so its time is not measured here."""
    import psutil

    peak = 0
    child = command.start()
    process = psutil.Process(child.pid)
    while child.poll() is None:
        with contextlib.suppress(psutil.NoSuchProcess):
            processes = [process, *process.children(recursive=True)]
            peak = max(peak, sum(each.memory_full_info().pss for each in processes))
        time.sleep(0.02)
    command.check(child.returncode)
    return peak / (1 << 20)


def medians(commands: Mapping[str, Command], runs: int) -> dict[str, Usage]:
    """Run all commands in turn, `runs` times; return the medians of each."""
    usages: dict[str, list[Usage]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            usages[name].append(measure(command))
    return {
        name: Usage(*(statistics.median(getattr(usage, field) for usage in each) for field in ("wall", "cpu", "mib")))
        for name, each in usages.items()
    }


class Bench:
    """A folder of workbooks and the commands that are measured on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def workbook(self, count: int, kind: str = "plain") -> Path:
        """Return the workbook, written at first use by another process: a child would count this one's memory as its own."""
        path = self.folder / f"w-{kind}-{count}.xlsx"
        if not path.exists():
            words = [PYTHON, "-m", "benchmarks.make_workbook", str(count), str(path), "--kind", kind]
            subprocess.run(words, cwd=ROOT, check=True)
        return path

    def ours(self, count: int, kind: str = "plain") -> Command:
        """`lnp-batch process` of one workbook."""
        out = self.folder / "ours"
        workbook = str(self.workbook(count, kind))
        return Command([PYTHON, "-m", "lnp_batch", "process", "-q", workbook, "--out", str(out), *DAY], out)

    def nightly_run(self, workers: int, sent: Path) -> Command:
        """A nightly run over a new inbox that holds the workbooks of `sent`."""
        inbox, outbox = (Path(tempfile.mkdtemp(dir=self.folder)) for _ in range(2))
        shutil.copytree(sent, inbox, dirs_exist_ok=True)
        places = ["--inbox", str(inbox), "--outbox", str(outbox), "--log", os.devnull]
        options = ["--workers", str(workers), "--quiet-period", "0s", "-q"]
        return Command([PYTHON, "-m", "lnp_batch", "run", *places, *options, *DAY], outbox)

    def uncontained(self, count: int) -> Command:
        """The same as `ours`, in the command's own process."""
        ours = self.ours(count)
        return Command([PYTHON, "-c", UNCONTAINED, *ours.words[3:]], ours.out)

    def script(self, name: str, count: int, out: Path | None = None) -> Command:
        """A module of this package, run on one workbook."""
        return Command(
            [PYTHON, "-m", f"benchmarks.{name}", str(self.workbook(count)), *([str(out)] if out else [])], out
        )

    def floor(self, count: int) -> float:
        """Return the processor seconds of the floor, for the files that `ours` writes."""
        ours = self.ours(count)
        measure(ours)
        words = self.script("floor", count, ours.out).words
        outputs = [subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout for _ in range(3)]
        return statistics.median(float(output.split()[0]) for output in outputs)


def against_the_plain_way(bench: Bench, largest: int, runs: int) -> list[Line]:
    plain = bench.folder / "plain"
    lines = []
    for count, factor in ((largest, 8), (largest // 10, 8)):
        commands = {"ours": bench.ours(count), "plain": bench.script("plain_way", count, plain)}
        if count == largest:
            commands["frictionless"] = bench.script("frictionless_way", count)
        usages = medians(commands, runs)
        ours, peer = usages["ours"], usages["plain"]
        subject = f"W({count:,}) against the plain way"
        measured = f"{ours.wall:.2f} s against {peer.wall:.2f} s: {peer.wall / ours.wall:.1f} ×"
        lines.append(Line(subject, f"≥ {factor} × faster", measured, peer.wall / ours.wall >= factor))
        if count == largest:
            measured = f"{ours.mib:.0f} MiB against {peer.mib:.0f} MiB: {ours.mib / peer.mib:.2f}"
            lines.append(Line(f"{subject}, memory of the largest process", "≤ 1/3", measured, ours.mib * 3 <= peer.mib))
            our_mib, their_mib = (
                statistics.median(memory_of_all_processes(commands[name]) for _ in range(runs))
                for name in ("ours", "plain")
            )
            measured = f"{our_mib:.0f} MiB against {their_mib:.0f} MiB: {our_mib / their_mib:.2f}"
            lines.append(
                Line(f"{subject}, memory of all processes together", "≤ 1/3", measured, our_mib * 3 <= their_mib)
            )
            frictionless = usages["frictionless"]
            measured = f"{ours.wall:.2f} s against {frictionless.wall:.2f} s: {frictionless.wall / ours.wall:.1f} ×"
            subject = f"W({count:,}) against frictionless only validating"
            lines.append(Line(subject, "≥ 3 × faster", measured, frictionless.wall / ours.wall >= 3))
            floor = bench.floor(count)
            measured = f"{ours.wall:.2f} s against {floor:.2f} s: {ours.wall / floor:.1f} ×"
            lines.append(Line(f"W({count:,}) against the floor", "≤ 3.5 ×", measured, ours.wall <= 3.5 * floor))
    return lines


def growth(bench: Bench, largest: int, runs: int) -> tuple[list[Line], dict[int, Usage]]:
    counts = [count for count in GROWTH if count <= 2 * largest]
    usages = medians({str(count): bench.ours(count) for count in counts}, runs)
    by_count = {count: usages[str(count)] for count in counts}
    lines = []
    if {10_000, 100_000} <= by_count.keys():
        small, large = by_count[10_000], by_count[100_000]
        for field, unit in (("wall", "s"), ("mib", "MiB")):
            before, after = getattr(small, field), getattr(large, field)
            measured = f"{before:.2f} {unit} to {after:.2f} {unit}: {after / before:.1f} ×"
            subject = f"growth from W(10,000) to W(100,000), {'time' if field == 'wall' else 'memory'}"
            lines.append(Line(subject, "≤ 11 ×", measured, after <= 11 * before))
    return lines, by_count


def start_up(bench: Bench, runs: int) -> list[Line]:
    commands = {"ours": bench.ours(100), "import": Command([PYTHON, "-c", "import pandera.pandas"])}
    usages = medians(commands, 3 * runs)
    ours, alone = usages["ours"], usages["import"]
    measured = f"{ours.wall:.2f} s against {alone.wall:.2f} s: {ours.wall / alone.wall:.2f} ×"
    lines = [Line("a 100-row workbook, whole command, against `import pandera.pandas`", "≤ 1.8 ×", measured, ours.wall <= 1.8 * alone.wall)]  # fmt: skip
    for name, words in LIGHT.items():
        heavy = imported([word.format(out=bench.folder) for word in words])
        lines.append(Line(f"`lnp-batch {name}`", "no pandas, no pandera", ", ".join(heavy) or "neither", not heavy))
    usages = medians({"contained": bench.ours(1_000), "uncontained": bench.uncontained(1_000)}, 3 * runs)
    inside, outside = usages["contained"], usages["uncontained"]
    measured = f"{inside.wall:.2f} s against {outside.wall:.2f} s: {100 * (inside.wall / outside.wall - 1):+.0f} %"
    lines.append(Line("a 1,000-row workbook in a child process, against none", "≤ 15 % more", measured, inside.wall <= 1.15 * outside.wall))  # fmt: skip
    return lines


def imported(words: list[str]) -> list[str]:
    """Return which of pandas and pandera a command imports."""
    code = (
        "import sys; from lnp_batch.cli.main import main; main.main(sys.argv[1:], standalone_mode=False);"
        "print([name for name in ('pandas', 'pandera') if name in sys.modules], file=sys.stderr)"
    )
    result = subprocess.run([PYTHON, "-c", code, *words], cwd=ROOT, capture_output=True, text=True, check=True)
    return re.findall(r"'(\w+)'", result.stderr.splitlines()[-1])


def worst_cases(bench: Bench, runs: int) -> list[Line]:
    usages = medians({kind: bench.ours(WORST, kind) for kind in KINDS}, runs)
    plain = usages["plain"]
    return [
        Line(
            f"{kind}, {WORST:,} rows, against W({WORST:,})",
            "≤ 3 ×",
            f"{usage.wall:.2f} s against {plain.wall:.2f} s: {usage.wall / plain.wall:.1f} ×",
            usage.wall <= 3 * plain.wall,
        )
        for kind, usage in usages.items()
        if kind != "plain"
    ]


def two_workers(bench: Bench, workbooks: int, runs: int) -> list[Line]:
    sent = bench.folder / "sent"
    words = [PYTHON, "-m", "benchmarks.make_workbook", "500", str(sent), "--many", str(workbooks)]
    subprocess.run(words, cwd=ROOT, check=True)
    seconds: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(runs):
        for workers, each in seconds.items():
            each.append(measure(bench.nightly_run(workers, sent)).wall)
    one, two = (statistics.median(each) for each in seconds.values())
    measured = f"{one:.1f} s against {two:.1f} s: {one / two:.2f} ×"
    subject = f"{workbooks} workbooks of 500 rows, `run --workers 2` against `--workers 1`"
    return [Line(subject, "≥ 1.7 ×", measured, one >= 1.7 * two)]


def table(lines: Sequence[Line]) -> str:
    rows = [f"| {line.subject} | {line.target} | {line.measured} | {'met' if line.met else '**missed**'} |" for line in lines]  # fmt: skip
    return "\n".join(["| what | target | measured | |", "|---|---|---|---|", *rows])


def growth_table(by_count: dict[int, Usage]) -> str:
    rows = [
        f"| {count:,} | {usage.wall:.2f} | {usage.cpu:.2f} | {usage.mib:.0f} | {1e6 * usage.wall / count:.0f} |"
        for count, usage in by_count.items()
    ]
    return "\n".join(["| rows | seconds | processor seconds | MiB | µs per row |", "|---|---|---|---|---|", *rows])


def draw(by_count: dict[int, Usage]) -> None:
    """Draw time and memory against rows, log-log, each beside a straight proportion."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    counts = list(by_count)
    figure, axes = pyplot.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    for axis, field, title in zip(axes, ("wall", "mib"), ("Seconds", "MiB"), strict=True):
        values = [getattr(by_count[count], field) for count in counts]
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
    parser = argparse.ArgumentParser(description="Measure the performance targets.")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--largest", type=int, default=100_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name))
        lines = against_the_plain_way(bench, options.largest, options.runs)
        grown, by_count = growth(bench, options.largest, options.runs)
        lines += [*grown, *start_up(bench, options.runs), *worst_cases(bench, options.runs)]
        lines += two_workers(bench, max(options.largest // 500, 2), options.runs)
    cores, python = os.cpu_count(), f"Python {platform.python_version()}, {platform.machine()}"
    about = f"Medians of {options.runs} runs in turn (start-up: {3 * options.runs}) on {cores} cores, {python}."
    text = "\n\n".join((about, table(lines), growth_table(by_count)))
    print(text)
    draw(by_count)
    page = PAGE.read_text("utf-8")
    start, end = page.index(BEGIN) + len(BEGIN), page.index(END)
    PAGE.write_text(f"{page[:start]}\n{text}\n{page[end:]}", "utf-8", newline="\n")


if __name__ == "__main__":
    main()
