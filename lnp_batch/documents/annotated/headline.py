"""The Summary's first sentences: how many numbers are accepted, what the others wait for, and what to do next."""

from __future__ import annotations

from lnp_batch.documents.annotated.finding_groups import ToSettle
from lnp_batch.model.amounts import count_of
from lnp_batch.model.outcome import Counts
from lnp_batch.model.text import NBSP, Lang, Text

NO_NUMBER = Text("Aucun numéro n'est accepté.", "No number is accepted.")

IT_WAITS = Text("Il attend {cells}.", "It waits for {cells}.")
WAIT = (
    Text("1 attend {cells}.", "1 waits for {cells}."),
    Text("{count} attendent {cells}.", "{count} wait for {cells}."),
)
NOT_PORTED = (
    Text("1 n'est pas porté.", "1 is not ported."),
    Text("{count} ne sont pas portés.", "{count} are not ported."),
)
LEFT = (
    Text("{cells} reste à corriger ou à confirmer.", "{cells} is left to fix or to confirm."),
    Text("{cells} restent à corriger ou à confirmer.", "{cells} are left to fix or to confirm."),
)
CELLS = (Text("1 cellule", "1 cell"), Text("{count} cellules", "{count} cells"))
OF_ACCOUNTS = (
    Text("{cells} d'un compte", "{cells} of 1 account"),
    Text("{cells} de {count} comptes", "{cells} of {count} accounts"),
)
AND_ELSEWHERE = Text("{cells} ({inside}, {count} ailleurs)", "{cells} ({inside}, {count} elsewhere)")
SOMETHING = Text("une correction", "a correction")

FIX_AND_SEND = (
    Text(
        f"1{NBSP}cellule à corriger ou à confirmer : cliquez dessus dans la liste (Ctrl + clic dans LibreOffice), "
        "corrigez, puis renvoyez ce fichier.",
        f"1{NBSP}cell to fix or to confirm: click on it in the list (Ctrl + click in LibreOffice), correct it, then "
        "send this file back.",
    ),
    Text(
        f"{{count}}{NBSP}cellules à corriger ou à confirmer : cliquez dessus dans la liste (Ctrl + clic dans "
        "LibreOffice), corrigez, puis renvoyez ce fichier.",
        f"{{count}}{NBSP}cells to fix or to confirm: click on them in the list (Ctrl + click in LibreOffice), correct "
        "them, then send this file back.",
    ),
)
NOTHING_TO_FIX = Text(
    "Rien à corriger : nous nous occupons de la suite. N'annulez rien chez l'ancien fournisseur avant la fin du port.",
    "Nothing to fix: we take it from here. Cancel nothing at the losing carrier before the port is done.",
)


def headline(counts: Counts | None, to_settle: ToSettle, lang: Lang) -> str:
    """Return how many numbers are accepted, how many wait for what, and how many are not ported: together, all numbers.

    Cells that hold no number are counted too: the headline never says that nothing is left where something is.
    """
    cells = cells_of(to_settle, lang)
    left = LEFT[to_settle.cells != 1][lang].format(cells=cells) if cells else ""
    if counts is None or not counts.numbers:
        return f"{NO_NUMBER[lang]} {left}".strip()
    waiting = counts.to_confirm + counts.to_fix + counts.waiting
    sentences = [
        _accepted(counts.accepted, counts.numbers)[lang].format(
            accepted=count_of(counts.accepted, lang), numbers=count_of(counts.numbers, lang)
        )
    ]
    if waiting:
        wait = IT_WAITS if counts.numbers == 1 else WAIT[waiting != 1]
        sentences.append(wait[lang].format(count=count_of(waiting, lang), cells=cells or SOMETHING[lang]))
    if counts.not_ported:
        sentences.append(numbered(NOT_PORTED, counts.not_ported, lang))
    return " ".join([*sentences, left] if left and not waiting else sentences)


def cells_of(to_settle: ToSettle, lang: Lang) -> str:
    """Return the cells to settle in words, `50 cells of 30 accounts`; "" if there are none."""
    cells = numbered(CELLS, to_settle.cells, lang)
    if not to_settle.accounts:
        return cells if to_settle.cells else ""
    of_accounts, accounts = OF_ACCOUNTS[to_settle.accounts != 1][lang], count_of(to_settle.accounts, lang)
    if not to_settle.elsewhere:
        return of_accounts.format(cells=cells, count=accounts)
    inside = of_accounts.format(cells=count_of(to_settle.cells - to_settle.elsewhere, lang), count=accounts)
    return AND_ELSEWHERE[lang].format(cells=cells, inside=inside, count=count_of(to_settle.elsewhere, lang))


def to_do(to_settle: ToSettle, lang: Lang) -> str:
    """Return what the reseller does next, with the number of cells that hold something."""
    return numbered(FIX_AND_SEND, to_settle.cells, lang) if to_settle.cells else NOTHING_TO_FIX[lang]


def numbered(forms: tuple[Text, Text], count: int, lang: Lang) -> str:
    """Return the singular of `forms`, or the plural with its `{count}`."""
    return forms[count != 1][lang].format(count=count_of(count, lang))


def _accepted(accepted: int, numbers: int) -> Text:
    if accepted == numbers:
        if numbers == 1:
            return Text("Le numéro est accepté.", "The number is accepted.")
        return Text("Les {numbers} numéros sont acceptés.", "All {numbers} numbers are accepted.")
    if not accepted:
        if numbers == 1:
            return Text("Le numéro n'est pas accepté.", "The number is not accepted.")
        return Text("Aucun des {numbers} numéros n'est accepté.", "None of the {numbers} numbers is accepted.")
    if accepted == 1:
        return Text("1 numéro sur {numbers} est accepté.", "1 of {numbers} numbers is accepted.")
    return Text("{accepted} numéros sur {numbers} sont acceptés.", "{accepted} of {numbers} numbers are accepted.")
