"""The records that runs keep: damaged ones, hashes that are gone, answers that the ledger lacks."""

from __future__ import annotations

from pathlib import Path

import pytest

from lnp_batch.errors import EnvironmentFault
from lnp_batch.ledger.store import default_url, open_ledger
from lnp_batch.nightly.doctor import examine, without_hashes
from tests.factory import changed
from tests.nightly.runs import OTHER, InProcessPool, numbered, plan, run_once, workbook_of
from tests.nightly.stale import LATER, cancel
from tests.nightly.story import Story, differences
from tests.nightly.test_doctor import batch_folder, outbox, sentences, template
from tests.nightly.test_rebook import copy_of

__all__ = ["outbox", "template"]


def record_of(outbox: Path, folder: Path) -> Path:
    return outbox / ".lnp" / "hashes" / folder.parent.name / f"{folder.name}.json"


def is_damaged(path: Path) -> str:
    return f"{path} can no longer be read: restore it from a backup."


# ------------------------------------------------------------------------------------------------ hashes


def test_only_a_batch_from_before_the_first_record_may_lack_one(outbox: Path) -> None:
    """Workbooks at the top of the inbox are taken first."""
    first, last = batch_folder(outbox, "b"), batch_folder(outbox, "a")
    engine = open_ledger(default_url(outbox))
    record_of(outbox, first).unlink()
    assert (without_hashes(outbox, engine), sentences(outbox)) == (1, [])
    record_of(outbox, last).unlink()
    assert (without_hashes(outbox, engine), sentences(outbox)) == (2, []), "no record of a booked batch is left"


def test_hashes_that_are_gone_are_found(outbox: Path) -> None:
    folder = batch_folder(outbox, "a")
    record_of(outbox, folder).unlink()
    assert sentences(outbox) == [
        f"Folder HR-01/{folder.name}: the hashes kept at its delivery are no longer in .lnp/hashes; restore them from a"
        " backup."
    ]
    assert without_hashes(outbox, open_ledger(default_url(outbox))) == 0


# ------------------------------------------------------------------------------------------------ damaged records


DAMAGES = ("", "{", "[]", "{}", "null")


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_records_are_named(outbox: Path, damage: str) -> None:
    staged = outbox / ".lnp" / "staging" / "run-1" / "manifest.json"
    staged.parent.mkdir(parents=True)
    paths = [next(outbox.glob(".lnp/delivered/*/*.json")), staged, record_of(outbox, batch_folder(outbox, "a"))]
    for path in paths:
        path.write_text(damage, "utf-8")
    assert sentences(outbox, inbox=outbox) == [
        *map(is_damaged, paths),
        "A run was interrupted. Workbooks waiting for the next one: 1.",
    ]


def test_a_run_goes_on_without_a_damaged_manifest(outbox: Path, tmp_path: Path) -> None:
    """Nor does a folder of the system among those of the days stop it. The office's summary lacks that workbook only."""
    (outbox / ".lnp" / "delivered" / "lost+found").mkdir()
    damaged = sorted(outbox.glob(".lnp/delivered/2026-11-23/*.json"))[0]
    damaged.write_text("{", "utf-8")
    (tmp_path / "in").mkdir()
    assert run_once(plan(tmp_path / "in", outbox), InProcessPool()).exit_code == 0
    assert sentences(outbox) == [is_damaged(damaged)]


def test_a_run_ends_if_what_it_has_to_deliver_is_damaged(tmp_path: Path) -> None:
    """It cannot know what was booked: the file is named, nothing is changed."""
    story = Story(tmp_path, f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    story.outbox.mkdir()
    (story.outbox / "HR-01").write_text("x", "utf-8")
    story.send({"HR-01/lot.xlsx": workbook_of(numbered(10))})
    [claim] = (tmp_path / "in" / ".lnp" / "working").glob("*/*.json")
    manifest = story.outbox / ".lnp" / "staging" / claim.stem / "manifest.json"
    manifest.parent.mkdir(parents=True)
    manifest.write_text("{", "utf-8")
    with pytest.raises(EnvironmentFault, match=r"manifest\.json can no longer be read"):
        story.send({})
    assert (claim.exists(), manifest.exists()) == (True, True)


# ------------------------------------------------------------------------------------------------ answers


@pytest.mark.parametrize("bills", [True, False])
def test_an_answer_that_the_ledger_lacks_is_found(story: Story, bills: bool, request: pytest.FixtureRequest) -> None:
    """A backup of the ledger from before the answer is restored. Whether the answer bills something or not."""
    story.send({"x.xlsx": workbook_of(changed(OTHER, numbered(10)))})
    first = story.folder_of(story.send({"HR-01/lot.xlsx": workbook_of(numbered(10))}))
    if bills:
        cancel(story.engine, "xx-02")
    server = "" if story.url.startswith("sqlite") else request.getfixturevalue("postgresql")
    backup = copy_of(story.url, server)
    entry = story.rejudge(first.name, LATER)
    assert (entry["batch"], bool(entry["billed"])) == (f"{first.name}-2", bills)
    assert differences(story) == []
    found = [sentence.en for sentence in examine(story.outbox, open_ledger(backup))]
    assert found == [
        f"Folder HR-01/{first.name}-2: billed, but not in the ledger."
        if bills
        else f"Batch {first.name}-2: it was booked, but the ledger no longer has it."
    ]
