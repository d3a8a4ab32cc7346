"""The variants of WBK003: the sentence and the remedy for each limit of the guard, by the limit's name.

`{figure}` is the file's figure, `{most}` the limit, `{where}` a place in the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lnp_batch.model.context import DEFAULT_LIMITS
from lnp_batch.model.text import Text

SAVE_AGAIN = Text(
    "Ouvrez-le dans Excel ou LibreOffice, puis Enregistrer sous : classeur Excel (.xlsx).",
    "Open it in Excel or LibreOffice, then Save as: Excel workbook (.xlsx).",
)
FROM_TEMPLATE = Text(
    "Recopiez vos lignes dans un modèle neuf et envoyez-le.", "Copy your rows into a new template and send that one."
)
IN_PARTS = Text("Partagez les lignes entre plusieurs classeurs.", "Spread the rows over several workbooks.")
BELOW = Text(
    "Supprimez les lignes sous vos données et les colonnes à leur droite, puis enregistrez.",
    "Delete the rows below your data and the columns to their right, then save.",
)


@dataclass(frozen=True, slots=True)
class LimitMessage:
    """The sentence and the remedy for one limit; example facts, apart from `most` if the limit has that name."""

    says: Text
    remedy: Text
    example: Mapping[str, object] = field(default_factory=dict)


LIMIT_MESSAGES = {
    "file_mib": LimitMessage(
        Text(
            "Ce fichier pèse {figure} Mio; la limite est {most} Mio.",
            "This file weighs {figure} MiB; the limit is {most} MiB.",
        ),
        Text("Retirez-en les images et les feuilles inutiles.", "Remove pictures and sheets that are not needed."),
        {"figure": 31},
    ),
    "entries": LimitMessage(
        Text(
            "Ce classeur a {figure} parties; la limite est {most}.",
            "This workbook has {figure} parts; the limit is {most}.",
        ),
        FROM_TEMPLATE,
        {"figure": 1_250},
    ),
    "name": LimitMessage(
        Text(
            "Une partie du classeur porte un nom interdit : « {where} ».",
            "A part of the workbook has a forbidden name: “{where}”.",
        ),
        FROM_TEMPLATE,
        {"where": "../../evil.xml"},
    ),
    "compression": LimitMessage(
        Text(
            "Ce classeur est comprimé ou chiffré d'une manière qu'Excel n'emploie pas.",
            "This workbook is compressed or encrypted in a way that Excel does not use.",
        ),
        SAVE_AGAIN,
    ),
    "twice": LimitMessage(
        Text("Ce classeur contient deux fois la partie « {where} ».", "This workbook holds the part “{where}” twice."),
        SAVE_AGAIN,
        {"where": "xl/workbook.xml"},
    ),
    "overlap": LimitMessage(
        Text(
            "Les parties de ce classeur se chevauchent dans le fichier.",
            "The parts of this workbook overlap in the file.",
        ),
        SAVE_AGAIN,
    ),
    "part_mib": LimitMessage(
        Text(
            "« {where} » pèse {figure} Mio une fois décompressée; la limite est {most} Mio.",
            "“{where}” weighs {figure} MiB once decompressed; the limit is {most} MiB.",
        ),
        FROM_TEMPLATE,
        {"where": "xl/styles.xml", "figure": 31},
    ),
    "total_mib": LimitMessage(
        Text(
            "Ce classeur pèse {figure} Mio une fois décompressé; la limite est {most} Mio.",
            "This workbook weighs {figure} MiB once decompressed; the limit is {most} MiB.",
        ),
        FROM_TEMPLATE,
        {"figure": 1_024},
    ),
    "token_kib": LimitMessage(
        Text("Une valeur de ce classeur dépasse {most} Kio.", "A value in this workbook is longer than {most} KiB."),
        FROM_TEMPLATE,
    ),
    "doctype": LimitMessage(
        Text(
            "Ce classeur contient une définition (DOCTYPE) qu'aucun classeur n'emploie.",
            "This workbook holds a definition (DOCTYPE) that no workbook uses.",
        ),
        SAVE_AGAIN,
    ),
    "encoding": LimitMessage(
        Text(
            "Ce classeur est écrit en « {where} »; il doit l'être en UTF-8 ou UTF-16.",
            "This workbook is written in “{where}”; it must be in UTF-8 or UTF-16.",
        ),
        SAVE_AGAIN,
        {"where": "windows-1252"},
    ),
    "depth": LimitMessage(
        Text(
            "Des éléments de ce classeur sont imbriqués sur {figure} niveaux; la limite est {most}.",
            "Elements of this workbook are nested {figure} levels deep; the limit is {most}.",
        ),
        FROM_TEMPLATE,
        {"figure": 400},
    ),
    "tags": LimitMessage(
        Text(
            "« {where} » contient {figure} balises; la limite est {most}.",
            "“{where}” holds {figure} tags; the limit is {most}.",
        ),
        FROM_TEMPLATE,
        {"where": "xl/worksheets/sheet3.xml", "figure": 30_000_000},
    ),
    "texts_mib": LimitMessage(
        Text(
            "Les textes de ce classeur, répétés de cellule en cellule, pèsent {figure} Mio; la limite est {most} Mio.",
            "This workbook's texts, repeated from cell to cell, weigh {figure} MiB; the limit is {most} MiB.",
        ),
        IN_PARTS,
        {"figure": 300, "most": DEFAULT_LIMITS.sheet_mib},
    ),
    "sheets": LimitMessage(
        Text(
            "Ce classeur a {figure} feuilles; la limite est {most}.",
            "This workbook has {figure} sheets; the limit is {most}.",
        ),
        Text("Gardez les feuilles Lot, Comptes et Numéros.", "Keep the Batch, Accounts and Numbers sheets."),
        {"figure": 80},
    ),
    "strings": LimitMessage(
        Text(
            "Ce classeur annonce {figure} textes; il y a place pour {most}.",
            "This workbook declares {figure} texts; there is room for {most}.",
        ),
        SAVE_AGAIN,
        {"figure": 4_000_000, "most": 25_000},
    ),
    "order": LimitMessage(
        Text(
            "Des lignes ou des cellules ne sont pas à leur place dans le fichier : {where}.",
            "Rows or cells are out of order in the file: {where}.",
        ),
        SAVE_AGAIN,
        {"where": Text("Numéros, D9", "Numbers, D9")},
    ),
    "columns": LimitMessage(
        Text(
            "La feuille {where} a {figure} colonnes remplies; la limite est {most}.",
            "The {where} sheet has {figure} filled columns; the limit is {most}.",
        ),
        Text("Supprimez les colonnes à droite de vos données.", "Delete the columns to the right of your data."),
        {"where": Text("Numéros", "Numbers"), "figure": 300},
    ),
    "cells": LimitMessage(
        Text(
            "Feuille {where} : vos données vont jusqu'à {figure}; cela fait plus de {most} cellules.",
            "The {where} sheet: your data reach as far as {figure}, which makes more than {most} cells.",
        ),
        BELOW,
        {"where": Text("Numéros", "Numbers"), "figure": "XFD1048576"},
    ),
    "number_rows": LimitMessage(
        Text(
            "La feuille {where} a {figure} lignes; la limite est {most}.",
            "The {where} sheet has {figure} rows; the limit is {most}.",
        ),
        IN_PARTS,
        {"where": Text("Numéros", "Numbers"), "figure": 250_000},
    ),
    "numbers": LimitMessage(
        Text(
            "Avec ses plages, ce classeur compte {figure} numéros; la limite est {most}.",
            "With its ranges this workbook holds {figure} numbers; the limit is {most}.",
        ),
        IN_PARTS,
        {"figure": 250_000},
    ),
    "merges": LimitMessage(
        Text(
            "La feuille {where} a {figure} cellules fusionnées; la limite est {most}.",
            "The {where} sheet has {figure} merged cells; the limit is {most}.",
        ),
        Text("Sélectionnez toute la feuille et annulez la fusion.", "Select the whole sheet and unmerge the cells."),
        {"where": Text("Numéros", "Numbers"), "figure": 30_000},
    ),
    "seconds": LimitMessage(
        Text(
            "Ce classeur demande plus de {most} secondes de travail.",
            "This workbook takes more than {most} seconds of work.",
        ),
        FROM_TEMPLATE,
    ),
    "memory_mib": LimitMessage(
        Text(
            "Ce classeur demande plus de {most} Mio de mémoire.", "This workbook takes more than {most} MiB of memory."
        ),
        FROM_TEMPLATE,
    ),
    "output_mib": LimitMessage(
        Text(
            "Un résultat de ce classeur pèserait plus de {most} Mio.",
            "A result of this workbook would weigh more than {most} MiB.",
        ),
        IN_PARTS,
    ),
    "died": LimitMessage(
        Text("Ce classeur a fait planter notre lecteur.", "This workbook made our reader crash."),
        FROM_TEMPLATE,
    ),
}
