"""A reseller's folder in the outbox that cannot be written keeps back that reseller's workbooks, and no others.

They stay claimed and are not booked: the next run evaluates and answers them, in their order. If the folder fails only
once a workbook is booked, its files are ready, and the next run delivers them.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path

from lnp_batch.nightly.claims import Claim, path_in_inbox
from lnp_batch.nightly.outbox import Manifest, discard_staged
from lnp_batch.nightly.state import KeptBack, RunState
from lnp_batch.system.atomic_file import make_folder
from lnp_batch.system.disks import sentence

FULL = (errno.ENOSPC, errno.EDQUOT)
"""Faults of a whole disk, whichever folder they appear in."""
NEEDED_ACCESS = os.W_OK | os.X_OK


def must_wait(state: RunState, claim: Claim, place: str) -> bool:
    """Return whether a workbook whose batch would be in the folder `place` is kept back, before anything is booked.

    Once a workbook is kept back, so are the later ones of the same folder: they are booked in their order.
    """
    earlier = next((kept for kept in state.kept_back if kept.place == place), None)
    fault = None if earlier else _fault_of(state.plan.outbox / place)
    if earlier:
        _add(state, KeptBack(claim.id, path_in_inbox(claim), place, claim.at, earlier.fault))
    elif fault:
        keep_back(state, claim, place, fault)
    else:
        return False
    discard_staged(state.plan.outbox, claim)
    return True


def keep_back(state: RunState, claim: Claim, place: str, fault: OSError) -> None:
    """Keep a workbook back because of the `fault` of the folder `place`. The sentence names what is in that folder."""
    folder = state.plan.outbox / place
    there = OSError(fault.errno, fault.strerror, str(_named_in(folder, fault) or folder))
    _add(state, KeptBack(claim.id, path_in_inbox(claim), place, claim.at, sentence(there, folder)))


def is_of_folder(fault: OSError, outbox: Path, manifest: Manifest) -> bool:
    """Return whether `fault` is one of the manifest's folder in the outbox alone."""
    return fault.errno not in FULL and _named_in(outbox / manifest.place, fault) is not None


def _named_in(folder: Path, fault: OSError) -> Path | None:
    """Return the path in `folder`, or that of it, that `fault` names; None if it names none. A rename names two."""
    named = [Path(os.fsdecode(name)) for name in (fault.filename, fault.filename2) if isinstance(name, str | bytes)]
    return next((path for path in named if folder in (path, *path.parents)), None)


def _fault_of(folder: Path) -> OSError | None:
    """Return why no batch can appear in `folder`, which is created if it is missing; None if one can.

    Raises OSError if the disk is full.
    """
    if os.path.lexists(folder) and not folder.is_dir():
        return NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
    try:
        make_folder(folder)
    except OSError as fault:
        if fault.errno in FULL or fault.filename != str(folder):
            raise
        return fault
    if os.access(folder, NEEDED_ACCESS):
        return None
    return PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))


def _add(state: RunState, kept: KeptBack) -> None:
    state.kept_back.append(kept)
    state.log.error("kept_back", claim=kept.claim, file=kept.file, place=kept.place, why=kept.fault.en)
