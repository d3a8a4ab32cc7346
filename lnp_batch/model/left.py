"""What a run leaves in the inbox, and why: an entry of the run's report and a row of the office's list."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lnp_batch.model.text import Lang, Text


class LeftReason(StrEnum):
    """Why something is left in the inbox. The values are written to the log and to the run's report."""

    YOUNG = "young"
    TEMPORARY = "temporary"
    LINK = "link"
    NOT_A_FILE = "not_a_file"
    FORBIDDEN = "forbidden"
    CLOSED_TOP = "closed_top"
    LOOSE_DOCUMENT = "loose_document"
    NO_WORKBOOK = "no_workbook"
    OWNER_UNCLEAR = "owner_unclear"
    TOO_DEEP = "too_deep"

    @property
    def why(self) -> Text:
        """The reason in a sentence."""
        return _SENTENCES[self][0]

    @property
    def remedy(self) -> Text:
        """What to do, in a sentence; `{folders}` are the folders to choose from."""
        return _SENTENCES[self][1]


PASSING = frozenset({LeftReason.YOUNG, LeftReason.TEMPORARY})
"""Reasons that normally pass by themselves: the office is informed if they last until the next run."""

_SENTENCES = {
    LeftReason.YOUNG: (
        Text("Il changeait encore, à ce passage et au précédent.", "It was still changing, at this run and the last."),
        Text(
            "Rien, si l'envoi se poursuit; sinon, demandez à l'expéditeur de l'envoyer de nouveau.",
            "Nothing if the upload goes on; otherwise ask the sender to upload it again.",
        ),
    ),
    LeftReason.TEMPORARY: (
        Text(
            "Son nom est celui d'un envoi inachevé ou d'un fichier temporaire.",
            "Its name is that of an unfinished upload or of a temporary file.",
        ),
        Text(
            "Demandez à l'expéditeur si l'envoi est complet; puis supprimez ce fichier.",
            "Ask the sender whether the upload is complete; then delete this file.",
        ),
    ),
    LeftReason.LINK: (
        Text("C'est un lien, et un lien n'est jamais suivi.", "It is a link, and links are never followed."),
        Text(
            "Mettez le fichier lui-même à sa place, puis supprimez le lien.",
            "Put the file itself in its place, then delete the link.",
        ),
    ),
    LeftReason.NOT_A_FILE: (
        Text("Ce n'est ni un fichier ni un dossier.", "It is neither a file nor a folder."),
        Text("Supprimez-le; il n'est jamais ouvert.", "Delete it; it is never opened."),
    ),
    LeftReason.FORBIDDEN: (
        Text(
            "Le programme n'a pas le droit de le lire, d'y prendre des fichiers ou de lire ses documents.",
            "The program may not read it, take files out of it, or read its documents.",
        ),
        Text(
            "Donnez le droit de lire et d'écrire au compte qui lance le passage.",
            "Give the account that starts the run the right to read and write.",
        ),
    ),
    LeftReason.CLOSED_TOP: (
        Text(
            "Il n'est dans le dossier d'aucun revendeur : avec une table des revendeurs, rien n'est pris ailleurs.",
            "It is in no reseller's folder: with a table of resellers, nothing is taken from anywhere else.",
        ),
        Text(
            "Mettez-le dans le dossier du revendeur qui l'a envoyé : {folders}.",
            "Put it in the folder of the reseller that sent it: {folders}.",
        ),
    ),
    LeftReason.LOOSE_DOCUMENT: (
        Text(
            "C'est un document seul : rien ne dit à quel lot il appartient.",
            "It is a document by itself: nothing says which batch it belongs to.",
        ),
        Text(
            "Dans le dossier du revendeur, mettez-le dans un dossier nommé comme le classeur du lot.",
            "In the reseller's folder, put it in a folder named like the batch's workbook.",
        ),
    ),
    LeftReason.NO_WORKBOOK: (
        Text(
            "Ce dossier n'a pas de classeur, et aucun lot de ce revendeur n'a ce nom.",
            "This folder has no workbook, and no batch of this reseller has that name.",
        ),
        Text(
            "Donnez-lui le nom du classeur ou la référence du lot, ou ajoutez-y le classeur.",
            "Give it the name of the workbook or the batch's reference, or add the workbook to it.",
        ),
    ),
    LeftReason.OWNER_UNCLEAR: (
        Text(
            "Ce dossier a des documents à côté de plusieurs classeurs, ou d'un seul, mais qui a déjà le sien.",
            "This folder has documents beside several workbooks, or beside one that has a folder for its own.",
        ),
        Text(
            "Mettez les documents de chaque classeur dans un dossier de même nom que lui, à côté de lui.",
            "Put the documents of each workbook in a folder of the same name, beside it.",
        ),
    ),
    LeftReason.TOO_DEEP: (
        Text(
            "Il est trop bas : un classeur est pris jusqu'à deux dossiers sous celui du revendeur.",
            "It is too deep: a workbook is taken from at most two folders below the reseller's.",
        ),
        Text("Remontez ce dossier d'un niveau ou plus.", "Move this folder up by a level or more."),
    ),
}


@dataclass(frozen=True, slots=True)
class Left:
    """A file or folder that is left in the inbox.

    `path`: relative to the inbox; `since`: when a run first left it (UTC, ISO); `lasting`: whether that was an earlier
    run; `folders`: those to choose from, if it is in the wrong one.
    """

    path: str
    since: str
    reason: LeftReason
    lasting: bool
    folders: tuple[str, ...] = ()

    @property
    def for_office(self) -> bool:
        """Whether the office is informed."""
        return self.lasting or self.reason not in PASSING

    def remedy(self, lang: Lang) -> str:
        """Return what to do."""
        return self.reason.remedy[lang].format(folders=", ".join(self.folders))

    def to_json(self) -> dict[str, Any]:
        """Return the entry of the run's report."""
        return {
            "path": self.path,
            "since": self.since,
            "reason": self.reason.value,
            "lasting": self.lasting,
            "folders": list(self.folders),
        }

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> Left:
        """Return the value that :meth:`to_json` gave."""
        values = {"reason": LeftReason(fields["reason"]), "folders": tuple(fields["folders"])}
        return cls(**{**fields, **values})
