"""Who may read what is kept: its owner only, and a group that the settings name."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from lnp_batch.errors import EnvironmentFault
from lnp_batch.model.text import Text
from lnp_batch.system.atomic_file import copy

OWNER_ONLY = 0o077
"""The umask of commands that keep personal data: files are 0600, folders 0700."""
FOLDER, FILE = 0o700, 0o600
READABLE_FOLDER, READABLE_FILE = 0o750, 0o640
"""Access rights with a group that may read."""

UNKNOWN_GROUP = Text("{key} : ce système n'a pas de groupe « {name} ».", "{key}: this system has no group “{name}”.")
NOT_A_MEMBER = Text(
    "{key} : l'utilisateur qui lance lnp-batch n'est pas du groupe « {name} ».",
    "{key}: the user who runs lnp-batch is not in the group “{name}”.",
)


def write_for_owner_only() -> None:
    """Give the files and folders that this process and its children create from now on to their owner only."""
    os.umask(OWNER_ONLY)


def group_of(name: str, key: str) -> int | None:
    """Return the id of the group `name`, None for "". `key` is the setting.

    Raises EnvironmentFault if the system has no such group, or if this user may not give files to it.
    """
    if not name:
        return None
    try:
        import grp

        found = grp.getgrnam(name).gr_gid
    except (ImportError, KeyError):
        raise EnvironmentFault(UNKNOWN_GROUP.put(key=key, name=name)) from None
    if os.geteuid() and found not in (os.getegid(), *os.getgroups()):
        raise EnvironmentFault(NOT_A_MEMBER.put(key=key, name=name))
    return found


def restrict_tree(path: Path, readers: int | None) -> None:
    """Restrict a file, or a folder and all that it contains; links are left alone."""
    for each in (path, *path.rglob("*")):
        restrict(each, readers)


def restrict(path: Path, readers: int | None = None) -> None:
    """Let only its owner and the group `readers` read a file or folder.

    A file of another user is replaced by a copy of our own. A folder of another user stays as it is: the folder around
    it is ours.
    """
    if path.is_symlink():
        return
    if path.is_dir():
        with suppress(PermissionError):
            _set_rights(path, FOLDER if readers is None else READABLE_FOLDER, readers)
        return
    mode = FILE if readers is None else READABLE_FILE
    try:
        _set_rights(path, mode, readers)
    except PermissionError:
        copy(path, path)
        _set_rights(path, mode, readers)


def _set_rights(path: Path, mode: int, readers: int | None) -> None:
    """Set the mode only after the group: the file's former group never may read what it could not before."""
    if readers is not None:
        os.chown(path, -1, readers)
    path.chmod(mode)
