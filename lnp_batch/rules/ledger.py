"""LED: the rules against what was processed before, which is in `TypedBatch.ledger_matches`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lnp_batch.model.phone_format import dashed
from lnp_batch.model.text import Text
from lnp_batch.rules.batch import no_rows, on_the_batch
from lnp_batch.rules.rule import ERROR, INFO, NOTHING_TO_DO, WARNING, batch_rule, rows_with
from lnp_batch.rules.sent_changes import SENT_DETAILS, changes

if TYPE_CHECKING:
    import pandas as pd

    from lnp_batch.model.typed_batch import TypedBatch

NUMBER = ("number", "range_end")
"""The cells that say which numbers a row holds."""


@batch_rule(
    "LED001",
    ERROR,
    fixed=True,  # a number is in one request only
    sheet="numbers",
    on="number",
    reads=NUMBER,
    rows=("port",),
    says={
        "own": Text(
            "{number} est déjà dans une demande ouverte ({request}, lot {batch}).",
            "{number} is already in an open request ({request}, batch {batch}).",
        ),
        "of_another": Text(
            "{number} est déjà dans une demande ouverte d'un autre revendeur.",
            "{number} is already in another reseller's open request.",
        ),
    },
    remedy={
        "sent": Text(
            "Retirez-le de ce lot; cette demande est déjà envoyée : pour la changer, appelez-nous.",
            "Remove it from this batch; that request has already been sent: to change it, call us.",
        ),
        "not_sent": Text(
            "Retirez-le de ce lot; ou, pour le changer de compte, renvoyez les deux comptes dans un même classeur.",
            "Remove it from this batch; or, to move it to another account, send both accounts in one workbook.",
        ),
        "of_another": Text(
            "Vérifiez-le; s'il est bon, le client doit d'abord faire annuler l'autre demande.",
            "Check it; if it is right, the customer must first have the other request cancelled.",
        ),
    },
    why=Text(
        "Un numéro ne peut être que dans une demande à la fois : la deuxième ferait rejeter la première. Une demande "
        "rejetée ne compte pas : sa correction est sa prochaine révision.",
        "A number can be in one request at a time: the second would get the first rejected. A rejected one does not "
        "count: its correction is its next revision.",
    ),
    example={"number": "514-555-0100", "request": "PR-3K7Q2M5A4B", "batch": "2026-11-01-3f9a2c41d0b7"},
)
def already_requested(batch: TypedBatch) -> pd.DataFrame:
    if batch.ledger_matches is None:
        return no_rows()
    entries, accepted = batch.ledger_matches.entries, batch.ledger_matches.accepted
    of_others = entries[~entries["mine"] & entries["ported_on"].isna()]
    found = _by_row(entries.loc[of_others.index.union(accepted.index[_elsewhere(accepted)])])
    own = found["mine"].astype(bool)
    return found[["number"]].assign(
        says=own.map({True: "own", False: "of_another"}),
        remedy=found["state"].eq("ready").map({True: "not_sent", False: "sent"}).where(own, "of_another"),
        request=found["request"].where(own, ""),
        batch=found["batch"].where(own, ""),
    )


def _by_row(entries: pd.DataFrame) -> pd.DataFrame:
    """Return one row per row of Numbers: the facts of its first number.

    Index: the spreadsheet's rows. Columns: those of :attr:`lnp_batch.model.ledger_matches.LedgerMatches.entries`, with
    `number` as shown: with dashes, and how many more numbers of the row's range are among `entries`.
    """
    firsts = entries.sort_values(["row", "number"], kind="stable").drop_duplicates("row").set_index("row")
    more = entries.groupby("row")["number"].nunique().reindex(firsts.index) - 1
    return firsts.assign(number=[_and_more(*pair) for pair in zip(firsts["number"], more, strict=True)])


def _and_more(number: int, more: int) -> Text | str:
    name = dashed(number)
    if not more:
        return name
    return Text(
        f"{name} (et {more} autre{'s' * (more > 1)} de la plage)",
        f"{name} (and {more} more of the range)",
    )


def _elsewhere(accepted: pd.DataFrame) -> pd.Series:
    """Return which of the reseller's own accepted numbers stay in a request other than their row's.

    A rejected request lets its numbers go; a ready one lets them go to another account of the same workbook.
    """
    may_move = accepted["state"].eq("rejected") | (accepted["state"].eq("ready") & accepted["holder"].gt(0))
    return accepted["holder"].ne(accepted["account"]) & ~may_move


@batch_rule(
    "LED002",
    ERROR,
    sheet="numbers",
    on="number",
    reads=NUMBER,
    rows=("port",),
    says={
        "own": Text("{number} nous a été porté le {date}.", "{number} was ported to us on {date}."),
        "of_another": Text(
            "{number} nous a été porté il y a moins de {days} jours.",
            "{number} was ported to us less than {days} days ago.",
        ),
    },
    remedy=Text(
        "Vérifiez le numéro, ou retirez-le de ce lot; s'il est reparti depuis, appelez-nous.",
        "Check the number, or remove it from this batch; if it has left us since, call us.",
    ),
    why=Text(
        "Un numéro qui vient d'arriver chez nous n'est plus chez l'ancien fournisseur : le plus souvent, une vieille "
        "liste a été renvoyée.",
        "A number that has just come to us is no longer with the losing carrier: most often an old list was sent "
        "again.",
    ),
    example={"number": "514-555-0100", "date": "2026-10-14", "days": 90},
)
def already_ported(batch: TypedBatch) -> pd.DataFrame:
    return _ported(batch, recently=True)


def _ported(batch: TypedBatch, *, recently: bool) -> pd.DataFrame:
    """Return the rows with a number that was ported to us, recently or only longer ago.

    Columns: `number`; `says`, `own` if the number was ported for this reseller; `date`, None for another's; `days`.
    """
    if batch.ledger_matches is None:
        return no_rows()
    import pandas as pd

    entries, days = batch.ledger_matches.entries, batch.context.thresholds.ported_days
    ported = entries[entries["ported_on"].notna()]
    age = (pd.Timestamp(batch.context.reference_date) - ported["ported_on"]).dt.days
    recent = age.lt(days)
    row_has_recent = recent.groupby(ported["row"]).transform("any")
    found = _by_row(ported[recent if recently else ~row_has_recent])
    own = found["mine"].astype(bool)
    return found[["number"]].assign(
        says=own.map({True: "own", False: "of_another"}),
        date=found["ported_on"].dt.date.where(own, None),
        days=days,
    )


@batch_rule(
    "LED003",
    WARNING,
    sheet="batch",
    on="batch_reference",
    says=Text(
        "La référence « {value} » a déjà servi à un lot d'autres numéros : {batch}.",
        "The reference “{value}” was already used for a batch of other numbers: {batch}.",
    ),
    remedy=Text(
        "Donnez à ce lot sa propre référence, ou gardez celle-ci si c'est voulu.",
        "Give this batch its own reference, or keep this one if that is intended.",
    ),
    why=Text(
        "La référence est au dossier et sur la facture; si deux lots ont la même, on les confond. Un lot corrigé "
        "garde la sienne.",
        "The reference is on file and on the invoice; two batches with the same one get mixed up. A corrected batch "
        "keeps its own.",
    ),
    example={"value": "Novembre 2026", "batch": "2026-11-01-3f9a2c41d0b7"},
)
def same_batch_reference(batch: TypedBatch) -> pd.DataFrame:
    view = batch.context.ledger_view
    return on_the_batch(batch, batch=view.same_reference) if view and view.same_reference else no_rows()


@batch_rule(
    "LED004",
    INFO,
    sheet="numbers",
    on="number",
    reads=NUMBER,
    rows=("port",),
    says=Text(
        "{number} a été accepté lors d'un envoi précédent ({request}) : ses frais ne sont facturés qu'une fois.",
        "{number} was accepted in an earlier round ({request}): its fee is charged only once.",
    ),
    remedy=NOTHING_TO_DO,
    why=Text(
        "Un lot corrigé revient entier : ce qui était accepté le reste, et les frais d'un port ne sont facturés "
        "qu'une fois.",
        "A corrected batch is sent again in full: what was accepted stays accepted, and a port's fee is charged once.",
    ),
    example={"number": "514-555-0100", "request": "PR-3K7Q2M5A4B"},
)
def already_accepted(batch: TypedBatch) -> pd.DataFrame:
    if batch.ledger_matches is None:
        return no_rows()
    accepted = batch.ledger_matches.accepted
    return _by_row(accepted[~_elsewhere(accepted)])[["number", "request"]]


@batch_rule(
    "LED005",
    ERROR,
    fixed=True,  # what a carrier has received stays unchanged
    sheet="accounts",
    on=("account_ref", *SENT_DETAILS),
    reads=("account_ref",),
    says={
        "detail": Text(
            "La demande {request} est déjà partie avec « {before} ».",
            "Request {request} was already sent with “{before}”.",
        ),
        "empty": Text(
            "La demande {request} est déjà partie avec cette cellule vide.",
            "Request {request} was already sent with this cell empty.",
        ),
        "with": Text(
            "La demande {request} est déjà partie avec {count}, {number} compris.",
            "Request {request} was already sent with {count}, {number} included.",
        ),
        "without": Text(
            "La demande {request} est déjà partie avec {count}, sans {number}.",
            "Request {request} was already sent with {count}, without {number}.",
        ),
    },
    remedy=Text(
        "Remettez ce qui y était; pour changer une demande envoyée, appelez-nous.",
        "Put back what it held; to change a request that was sent, call us.",
    ),
    why=Text(
        "L'ancien fournisseur travaille sur ce qui lui a été envoyé : un détail changé ici ne le serait pas chez lui.",
        "The losing carrier works from what it was sent: a detail changed here would not change there.",
    ),
    example={
        "request": "PR-3K7Q2M5A4B",
        "before": "Bell Canada",
        "count": Text("3 numéros", "3 numbers"),
        "number": "514-555-0103",
    },
)
def sent_and_changed(batch: TypedBatch) -> pd.DataFrame:
    return rows_with(changes(batch))


@batch_rule(
    "LED006",
    WARNING,
    sheet="numbers",
    on="number",
    reads=NUMBER,
    rows=("port",),
    says={
        "own": Text("{number} nous a déjà été porté, le {date}.", "{number} was ported to us before, on {date}."),
        "of_another": Text(
            "{number} nous a déjà été porté, il y a {days} jours ou plus.",
            "{number} was ported to us before, {days} days ago or more.",
        ),
    },
    remedy=Text(
        "Vérifiez que le client est bien reparti chez le fournisseur nommé au compte.",
        "Check that the customer did go back to the carrier named on the account.",
    ),
    why=Text(
        "Un client parti peut revenir, et son port est facturé comme tout autre; mais c'est parfois une vieille liste "
        "renvoyée.",
        "A customer who left may come back, and that port is billed like any other; but sometimes it is an old list "
        "sent again.",
    ),
    example={"number": "514-555-0100", "date": "2025-03-02", "days": 90},
)
def ported_before(batch: TypedBatch) -> pd.DataFrame:
    return _ported(batch, recently=False)
