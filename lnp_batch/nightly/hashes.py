"""The hashes of delivered files: `OUTBOX/.lnp/hashes/<place>/<folder>.json`, written just before the folder appears."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lnp_batch.model.file_name import HIDDEN_FOLDER
from lnp_batch.nightly.own_file import read_own
from lnp_batch.system.atomic_file import make_folder, remove, write_json


@dataclass(frozen=True, slots=True)
class Delivered:
    """A folder as it was delivered: `place`/`name` in the outbox, and the SHA-256 of each file by its path in it."""

    place: str
    name: str
    files: Mapping[str, str]

    @property
    def path(self) -> str:
        """The folder as a path in the outbox."""
        return f"{self.place}/{self.name}"


def keep_hashes(outbox: Path, place: str, name: str, folder: Path) -> None:
    """Keep the hashes of all files in `folder`, which will be `place`/`name`; without links and half-written files."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())
    hashes = {path.relative_to(folder).as_posix(): hash_of(path) for path in files if not path.match(".*.tmp")}
    path = _path(outbox, place, name)
    make_folder(path.parent)
    write_json(path, {"files": hashes})


def all_delivered_hashes(outbox: Path) -> Iterator[Delivered]:
    """Yield the folders of which hashes were kept, sorted; without those whose record is damaged."""
    for path in all_hash_records(outbox):
        if values := read_own(path, "files"):
            yield Delivered(path.parent.name, path.name.removesuffix(".json"), values["files"])


def all_hash_records(outbox: Path) -> list[Path]:
    """Return the files in which hashes are kept, sorted: `<place>/<folder>.json`."""
    return sorted(_all(outbox).glob("*/[!.]*.json"))


def forget_hashes(outbox: Path, place: str, name: str, stays: Callable[[str], bool]) -> None:
    """Remove the hashes of a folder, except of the files that stay; nothing if none were kept."""
    path = _path(outbox, place, name)
    if not path.exists():
        return
    before = (read_own(path, "files") or {"files": {}})["files"]
    left = {file: sha256 for file, sha256 in before.items() if stays(file)}
    if not left:
        remove(path)
    elif left != before:
        write_json(path, {"files": left})


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes. Raises OSError if it cannot be read."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _all(outbox: Path) -> Path:
    return outbox / HIDDEN_FOLDER / "hashes"


def _path(outbox: Path, place: str, name: str) -> Path:
    return _all(outbox) / place / f"{name}.json"
