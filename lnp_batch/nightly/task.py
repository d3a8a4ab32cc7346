"""The work on one claimed workbook, done in a child process or on another machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lnp_batch.intake.evaluation import Evaluation, evaluate_workbook
from lnp_batch.model.context import Context
from lnp_batch.model.reading import Refusal
from lnp_batch.system.worker import import_permanently


@dataclass(frozen=True)
class Task:
    """The workbook at `path`, which its sender called `name`, evaluated in `context`; its files go to `out`.

    With `refusal` it is refused, whatever it holds.
    """

    path: Path
    name: str
    context: Context
    out: Path
    refusal: Refusal | None = None


def import_flow() -> None:
    """Import what every workbook needs."""
    import_permanently("lnp_batch.process")


def run_task(task: Task) -> Evaluation:
    """Evaluate the workbook and write its files.

    Raises OSError if the workbook cannot be read or its files cannot be written.
    """
    return evaluate_workbook(task.path, task.name, task.context, task.out, task.refusal)
