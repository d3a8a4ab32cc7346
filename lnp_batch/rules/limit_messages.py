"""What WBK003 says of each limit of the guard: keyed by the limit's name, the sentence and what to do.

`{figure}` is what the file has of it, `{most}` what is allowed, `{where}` a place in the file.
"""

from __future__ import annotations

from dataclasses import dataclass

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
class Unsafe:
    """The sentence and the remedy of one limit."""

    says: Text
    remedy: Text


UNSAFE = {
    "file_mib": Unsafe(
        Text("Ce fichier pèse {figure} Mio; la limite est {most} Mio.", "This file weighs {figure} MiB; the limit is {most} MiB."),
        Text("Retirez-en les images et les feuilles inutiles.", "Take out pictures and sheets that are not needed."),
    ),
    "entries": Unsafe(
        Text("Ce classeur est fait de {figure} parties; la limite est {most}.", "This workbook is made of {figure} parts; the limit is {most}."),
        FROM_TEMPLATE,
    ),
    "name": Unsafe(
        Text("Une partie du classeur porte un nom interdit : « {where} ».", "A part of the workbook has a forbidden name: “{where}”."),
        FROM_TEMPLATE,
    ),
    "compression": Unsafe(
        Text("Ce classeur est comprimé ou chiffré d'une manière qu'Excel n'emploie pas.", "This workbook is compressed or encrypted in a way that Excel does not use."),
        SAVE_AGAIN,
    ),
    "twice": Unsafe(
        Text("Ce classeur contient deux fois la partie « {where} ».", "This workbook holds the part “{where}” twice."),
        SAVE_AGAIN,
    ),
    "overlap": Unsafe(
        Text("Les parties de ce classeur se chevauchent dans le fichier.", "The parts of this workbook overlap in the file."),
        SAVE_AGAIN,
    ),
    "part_mib": Unsafe(
        Text("« {where} » pèse {figure} Mio une fois décompressée; la limite est {most} Mio.", "“{where}” weighs {figure} MiB once decompressed; the limit is {most} MiB."),
        FROM_TEMPLATE,
    ),
    "total_mib": Unsafe(
        Text("Ce classeur pèse {figure} Mio une fois décompressé; la limite est {most} Mio.", "This workbook weighs {figure} MiB once decompressed; the limit is {most} MiB."),
        FROM_TEMPLATE,
    ),
    "token_kib": Unsafe(
        Text("Une valeur de ce classeur dépasse {most} Kio.", "A value in this workbook is longer than {most} KiB."),
        FROM_TEMPLATE,
    ),
    "doctype": Unsafe(
        Text("Ce classeur contient une définition (DOCTYPE) qu'aucun classeur n'emploie.", "This workbook holds a definition (DOCTYPE) that no workbook uses."),
        SAVE_AGAIN,
    ),
    "encoding": Unsafe(
        Text("Ce classeur est écrit en « {where} »; il doit l'être en UTF-8 ou UTF-16.", "This workbook is written in “{where}”; it must be in UTF-8 or UTF-16."),
        SAVE_AGAIN,
    ),
    "depth": Unsafe(
        Text("Des éléments de ce classeur sont imbriqués {figure} fois; la limite est {most}.", "Elements of this workbook are nested {figure} deep; the limit is {most}."),
        FROM_TEMPLATE,
    ),
    "tags": Unsafe(
        Text("« {where} » contient {figure} balises; la limite est {most}.", "“{where}” holds {figure} tags; the limit is {most}."),
        FROM_TEMPLATE,
    ),
    "texts_mib": Unsafe(
        Text("Les textes de ce classeur, répétés de cellule en cellule, pèsent {figure} Mio; la limite est {most} Mio.", "This workbook's texts, repeated from cell to cell, weigh {figure} MiB; the limit is {most} MiB."),
        IN_PARTS,
    ),
    "sheets": Unsafe(
        Text("Ce classeur a {figure} feuilles; la limite est {most}.", "This workbook has {figure} sheets; the limit is {most}."),
        Text("Gardez les feuilles Lot, Comptes et Numéros.", "Keep the sheets Batch, Accounts and Numbers."),
    ),
    "strings": Unsafe(
        Text("Ce classeur annonce {figure} textes; il y a place pour {most}.", "This workbook announces {figure} texts; there is room for {most}."),
        SAVE_AGAIN,
    ),
    "order": Unsafe(
        Text("Des lignes ou des cellules ne sont pas à leur place dans le fichier : {where}.", "Rows or cells are not in their place in the file: {where}."),
        SAVE_AGAIN,
    ),
    "columns": Unsafe(
        Text("La feuille {where} a {figure} colonnes remplies; la limite est {most}.", "The sheet {where} has {figure} filled columns; the limit is {most}."),
        Text("Supprimez les colonnes à droite de vos données.", "Delete the columns to the right of your data."),
    ),
    "cells": Unsafe(
        Text("Feuille {where} : vos données vont jusqu'à {figure}; cela fait plus de {most} cellules.", "Sheet {where}: your data reach down to {figure}; that makes more than {most} cells."),
        BELOW,
    ),
    "number_rows": Unsafe(
        Text("La feuille {where} a {figure} lignes; la limite est {most}.", "The sheet {where} has {figure} rows; the limit is {most}."),
        IN_PARTS,
    ),
    "numbers": Unsafe(
        Text("Avec ses plages, ce classeur compte {figure} numéros; la limite est {most}.", "With its ranges this workbook holds {figure} numbers; the limit is {most}."),
        IN_PARTS,
    ),
    "merges": Unsafe(
        Text("La feuille {where} a {figure} cellules fusionnées; la limite est {most}.", "The sheet {where} has {figure} merged cells; the limit is {most}."),
        Text("Sélectionnez toute la feuille et annulez la fusion.", "Select the whole sheet and unmerge."),
    ),
    "seconds": Unsafe(
        Text("Ce classeur demande plus de {most} secondes de travail.", "This workbook takes more than {most} seconds of work."),
        FROM_TEMPLATE,
    ),
    "memory_mib": Unsafe(
        Text("Ce classeur demande plus de {most} Mio de mémoire.", "This workbook takes more than {most} MiB of memory."),
        FROM_TEMPLATE,
    ),
    "output_mib": Unsafe(
        Text("Un résultat de ce classeur pèserait plus de {most} Mio.", "A result of this workbook would weigh more than {most} MiB."),
        IN_PARTS,
    ),
    "died": Unsafe(
        Text("Ce classeur a fait tomber le lecteur ({figure}).", "This workbook brought the reader down ({figure})."),
        FROM_TEMPLATE,
    ),
}  # fmt: skip
