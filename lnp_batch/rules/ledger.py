"""LED: against what was processed before. A rule takes the book, whose `rounds` say what the ledger knows of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lnp_batch.model.phone_number import dashed
from lnp_batch.model.text import Text
from lnp_batch.rules.batch import nothing, on_the_batch
from lnp_batch.rules.rule import ERROR, INFO, WARNING, batch_rule
from lnp_batch.rules.sent_changes import TOLD, changes

if TYPE_CHECKING:
    import pandas as pd

    from lnp_batch.model.typed_batch import TypedBatch

NUMBER = ("number", "range_end")
"""The cells that say which numbers a row holds."""


def _by_row(known: pd.DataFrame) -> pd.DataFrame:
    """The facts of each row of Numbers, told once: index the spreadsheet's rows, the columns of
    :attr:`lnp_batch.model.ledger_matches.LedgerMatches.known` for the row's first number, `number` in words, with how many more."""
    firsts = known.sort_values(["row", "number"], kind="stable").drop_duplicates("row").set_index("row")
    more = known.groupby("row")["number"].nunique().reindex(firsts.index) - 1
    return firsts.assign(number=[_and_more(*one) for one in zip(firsts["number"], more, strict=True)])


def _and_more(number: int, more: int) -> Text | str:
    name = dashed(number)
    if not more:
        return name
    return Text(
        f"{name} (et {more} autre{'s' * (more > 1)} de la plage)",
        f"{name} (and {more} more of the range)",
    )


def _elsewhere(known: pd.DataFrame) -> pd.Series:
    """Which of the reseller's own accepted numbers are in a request that stays another one.

    A rejected request lets its numbers go; a ready one lets them go to another account of the same workbook.
    """
    may_move = known["state"].eq("rejected") | (known["state"].eq("ready") & known["holder"].gt(0))
    return known["holder"].ne(known["account"]) & ~may_move


OF_ANOTHER = Text(" d'un autre revendeur", " of another reseller")
CHECK_IT = Text(
    "Vérifiez-le; s'il est bon, le client doit d'abord faire annuler l'autre demande.",
    "Check it; if it is right, the customer must first have the other request cancelled.",
)
SEND_BOTH = Text(
    "Retirez-le d'ici; ou, pour le changer de compte, renvoyez les deux comptes dans un même classeur.",
    "Take it out here; or, to move it to another account, send both accounts in one workbook.",
)
WRITE_TO_US = Text(
    "Retirez-le d'ici; cette demande est déjà envoyée : pour la changer, appelez-nous.",
    "Take it out here; that request was sent already: to change it, call us.",
)


@batch_rule(
    "LED001",
    ERROR,
    sheet="numbers",
    on="number",
    reads=NUMBER,
    rows=("port",),
    says=Text("{number} est déjà dans une demande ouverte{whose}.", "{number} is already in an open request{whose}."),
    remedy=Text("{advice}", "{advice}"),
    why=Text(
        "Un numéro ne peut être que dans une demande à la fois : la deuxième ferait rejeter la première. Une demande rejetée ne compte pas : sa correction est sa prochaine révision.",
        "A number can be in one request at a time: the second would get the first rejected. A rejected one does not count: its correction is its next revision.",
    ),
    example={
        "number": "514-555-0100",
        "whose": Text(
            " (PR-3K7Q2M5A4B, lot 2026-11-01-3f9a2c41d0b7)", " (PR-3K7Q2M5A4B, batch 2026-11-01-3f9a2c41d0b7)"
        ),
        "advice": WRITE_TO_US,
    },
)
def already_requested(batch: TypedBatch) -> pd.DataFrame:
    if batch.ledger_matches is None:
        return nothing()
    known, mine = batch.ledger_matches.known, batch.ledger_matches.accepted
    others = known[~known["mine"] & known["ported_on"].isna()]
    held = _by_row(known.loc[others.index.union(mine.index[_elsewhere(mine)])])
    facts = zip(*(held[name] for name in ("mine", "request", "batch", "state")), strict=True)
    whose, advice = [], []
    for own, request, batch, state in facts:
        named = Text(f" ({request}, lot {batch})", f" ({request}, batch {batch})")
        whose.append(named if own else OF_ANOTHER)
        advice.append((SEND_BOTH if state == "ready" else WRITE_TO_US) if own else CHECK_IT)
    return held[["number"]].assign(whose=whose, advice=advice)


def _ported(batch: TypedBatch) -> pd.DataFrame:
    """The rows whose numbers were ported to us, with `when` in words and whether that is `recent`; a row that holds
    some of both stands with the recent ones."""
    if batch.ledger_matches is None:
        return nothing()
    import pandas as pd

    known, days = batch.ledger_matches.known, batch.context.thresholds.ported_days
    ported = known[known["ported_on"].notna()]
    age = (pd.Timestamp(batch.context.reference_date) - ported["ported_on"]).dt.days
    recent = age.lt(days)
    some = recent.groupby(ported["row"]).transform("any")
    told = _by_row(ported.assign(recent=some)[recent.eq(some)])
    of_others = {
        True: Text(f"il y a moins de {days} jours", f"less than {days} days ago"),
        False: Text(f"il y a {days} jours ou plus", f"{days} days ago or more"),
    }
    facts = zip(told["mine"], told["recent"], told["ported_on"].dt.date, strict=True)
    when = [Text(f"le {day}", f"on {day}") if own else of_others[bool(late)] for own, late, day in facts]
    return told[["number", "recent"]].assign(when=when)


@batch_rule(
    "LED002",
    ERROR,
    sheet="numbers",
    on="number",
    reads=NUMBER,
    rows=("port",),
    says=Text("{number} nous a été porté {when}.", "{number} was ported to us {when}."),
    remedy=Text(
        "Vérifiez le numéro, ou retirez-le d'ici; s'il est reparti depuis, appelez-nous.",
        "Check the number, or take it out here; if it has left since, call us.",
    ),
    why=Text(
        "Un numéro qui vient d'arriver chez nous n'est plus chez l'ancien fournisseur : le plus souvent, une vieille liste a été renvoyée.",
        "A number that has just come to us is no longer with the losing carrier: most often an old list was sent again.",
    ),
    example={"number": "514-555-0100", "when": Text("le 2026-10-14", "on 2026-10-14")},
)
def already_ported(batch: TypedBatch) -> pd.DataFrame:
    ported = _ported(batch)
    return ported if ported.empty else ported.loc[ported["recent"], ["number", "when"]]


@batch_rule(
    "LED006",
    WARNING,
    sheet="numbers",
    on="number",
    reads=NUMBER,
    rows=("port",),
    says=Text("{number} nous a déjà été porté, {when}.", "{number} was ported to us before, {when}."),
    remedy=Text(
        "Vérifiez que le client est bien reparti chez le fournisseur nommé au compte.",
        "Check that the customer did go back to the carrier named on the account.",
    ),
    why=Text(
        "Un client parti peut revenir, et son port est facturé comme tout autre; mais c'est parfois une vieille liste renvoyée.",
        "A customer who left may come back, and that port is billed like any other; but at times it is an old list sent again.",
    ),
    example={"number": "514-555-0100", "when": Text("le 2025-03-02", "on 2025-03-02")},
)
def ported_before(batch: TypedBatch) -> pd.DataFrame:
    ported = _ported(batch)
    return ported if ported.empty else ported.loc[~ported["recent"], ["number", "when"]]


@batch_rule(
    "LED003",
    WARNING,
    sheet="batch",
    on="batch_reference",
    says=Text(
        "La référence « {value} » a déjà servi à un lot d'autres numéros : {batch}.",
        "The reference “{value}” already stands for a batch of other numbers: {batch}.",
    ),
    remedy=Text(
        "Donnez à ce lot une référence bien à lui, ou gardez celle-ci si c'est voulu.",
        "Give this batch a reference of its own, or keep this one if it is meant so.",
    ),
    why=Text(
        "La référence est au dossier et à la facture; la même pour deux lots les fait prendre l'un pour l'autre. Un lot corrigé garde la sienne.",
        "The reference stands on file and on the invoice; one for two batches gets them mixed up. A corrected batch keeps its own.",
    ),
    example={"value": "Novembre 2026", "batch": "2026-11-01-3f9a2c41d0b7"},
)
def same_batch_reference(batch: TypedBatch) -> pd.DataFrame:
    memory = batch.context.memory
    return on_the_batch(batch, batch=memory.same_reference) if memory and memory.same_reference else nothing()


@batch_rule(
    "LED004",
    INFO,
    sheet="numbers",
    on="number",
    reads=NUMBER,
    rows=("port",),
    says=Text(
        "{number} a été accepté lors d'un envoi précédent ({request}) : ses frais ne sont demandés qu'une fois.",
        "{number} was accepted in an earlier round ({request}): its fee is asked only once.",
    ),
    remedy=Text("Rien à faire pour ce numéro.", "Nothing to do for this number."),
    why=Text(
        "Un lot corrigé revient entier : ce qui était accepté le reste, et les frais d'un port ne sont demandés qu'une fois.",
        "A corrected batch comes back whole: what was accepted stays so, and a port's fee is asked once.",
    ),
    example={"number": "514-555-0100", "request": "PR-3K7Q2M5A4B"},
)
def already_accepted(batch: TypedBatch) -> pd.DataFrame:
    if batch.ledger_matches is None:
        return nothing()
    mine = batch.ledger_matches.accepted
    return _by_row(mine[~_elsewhere(mine)])[["number", "request"]]


@batch_rule(
    "LED005",
    ERROR,
    sheet="accounts",
    on=("account_ref", *TOLD),
    reads=("account_ref",),
    says=Text("La demande {request} est déjà partie avec {sent}.", "Request {request} was already sent with {sent}."),
    remedy=Text(
        "Remettez ce qui y était; pour changer une demande envoyée, appelez-nous.",
        "Put back what it held; to change a request that was sent, call us.",
    ),
    why=Text(
        "L'ancien fournisseur travaille sur ce qui lui a été envoyé : un détail changé ici ne le serait pas chez lui.",
        "The losing carrier works from what it was sent: a detail changed here would not change there.",
    ),
    example={"request": "PR-3K7Q2M5A4B", "sent": Text("« Bell Canada »", "“Bell Canada”")},
)
def sent_and_changed(batch: TypedBatch) -> pd.DataFrame:
    import pandas as pd

    columns = ["column", "request", "sent"]
    return pd.DataFrame.from_dict(changes(batch), orient="index", columns=columns, dtype="object")
