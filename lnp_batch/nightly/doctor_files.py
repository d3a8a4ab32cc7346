"""Compare the files of the outbox with the hashes that were kept when they were delivered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lnp_batch.model.file_name import printable_utf8
from lnp_batch.model.text import Text
from lnp_batch.nightly.hashes import Delivered
from lnp_batch.nightly.masked import delivered_hash, is_damaged, removed_files, restored_files

GONE = Text(
    "Dossier {folder} : il a été livré, mais il n'est plus dans la boîte de sortie.",
    "Folder {folder}: it was delivered, but is no longer in the outbox.",
)
MISSING = Text("Dossier {folder} : {file} manque.", "Folder {folder}: {file} is missing.")
EMPTY = Text("Dossier {folder} : {file} est vide.", "Folder {folder}: {file} is empty.")
UNREADABLE = Text("Dossier {folder} : {file} ne se lit pas.", "Folder {folder}: {file} cannot be read.")
CHANGED = Text(
    "Dossier {folder} : {file} n'est plus tel qu'il a été livré.",
    "Folder {folder}: {file} is no longer as it was delivered.",
)

RESTORED = Text(
    "Dossier {folder} : {file} est redevenu ce qu'il était avant d'être masqué ou supprimé, sans doute par une"
    " sauvegarde restaurée : relancez purge --due, et person forget pour chaque personne supprimée depuis.",
    "Folder {folder}: {file} is back as it was before it was masked or removed, probably from a backup: run purge --due"
    " again, and person forget for everybody who was removed since.",
)


def restored_sentences(outbox: Path) -> Iterator[Text]:
    """Yield a sentence for each file that was masked or removed on purpose, and is back."""
    return (_say(RESTORED, folder, file) for folder, file in restored_files(outbox))


def file_differences(outbox: Path, delivered: Delivered, *, purged: bool) -> dict[str, Text]:
    """Return path in the folder → sentence, for each file that is not as it was delivered; {"": …} if all are gone.

    Of a `purged` batch, files may be gone. Where nobody knows which files were replaced on purpose, none is compared.
    """
    folder = outbox / delivered.place / delivered.name
    if not folder.is_dir():
        return {} if purged else {"": _say(GONE, delivered.path)}
    if is_damaged(folder):
        return {}
    found = dict(_differences(folder, delivered))
    return {name: sentence for name, sentence in found.items() if not (purged and not (folder / name).exists())}


def _differences(folder: Path, delivered: Delivered) -> Iterator[tuple[str, Text]]:
    removed = removed_files(folder)
    for name, sha256 in delivered.files.items():
        path = folder / name
        if name in removed and not path.exists():
            continue
        try:
            if not path.is_file():
                yield name, _say(MISSING, delivered.path, name)
            elif delivered_hash(path) != sha256:
                yield name, _say(CHANGED if path.stat().st_size else EMPTY, delivered.path, name)
        except OSError:
            yield name, _say(UNREADABLE, delivered.path, name)


def _say(text: Text, folder: str, file: str = "") -> Text:
    """Return the sentence with both names whole."""
    facts = {"folder": printable_utf8(folder), "file": printable_utf8(file)}
    return Text(text.fr.format(**facts), text.en.format(**facts))
