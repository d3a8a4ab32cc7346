"""REQ: the rules for a port request. Each takes the frame of :func:`lnp_batch.group.gather`, indexed by account row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lnp_batch.model.context import DEFAULT_THRESHOLDS
from lnp_batch.model.phone_format import dashed
from lnp_batch.model.request import part_count
from lnp_batch.model.text import Text
from lnp_batch.rules.rule import ERROR, INFO, NOTHING_TO_DO, WARNING, request_rule

if TYPE_CHECKING:
    import pandas as pd

    from lnp_batch.model.typed_batch import TypedBatch

LEAVES = ("port", "disconnect")
"""The actions after which a number is no longer on the account."""

COMPARED_AT_MOST = 200
"""Accounts whose BTN is looked for on other accounts: a batch has a few, unless a whole column is wrong."""

TOLL_FREE_NOT_COUNTED = Text(
    "Un numéro sans frais ne compte pas dans ce total : écrivez {counted}.",
    "A toll-free number does not count in this total: write {counted}.",
)


def _full(requests: pd.DataFrame) -> pd.Series:
    return requests["port_type"].eq("full")


def _partial(requests: pd.DataFrame) -> pd.Series:
    return requests["port_type"].eq("partial")


def _surely_less(requests: pd.DataFrame, counted: str) -> pd.Series:
    """Whether an account's `counted` numbers are fewer than its total, whosever the numbers without a known key are."""
    missing = requests["total_numbers"] - requests[counted]
    return missing.gt(requests["strays"])


def _first_true(conditions: dict[str, pd.Series], otherwise: str) -> pd.Series:
    """Return for each row the name of the first condition that is True there, else `otherwise`."""
    import pandas as pd

    index = next(iter(conditions.values())).index
    names = pd.Series(otherwise, index=index, dtype="object")
    for name, condition in reversed(conditions.items()):
        names[condition] = name
    return names


@request_rule(
    "REQ001",
    ERROR,
    on=("total_numbers", "port_type"),
    reads=("total_numbers", "port_type"),
    says=Text(
        "Port complet, mais sur {total} numéros, il n'en part que {leaving}.",
        "Full port, but only {leaving} of {total} numbers will leave.",
    ),
    remedy={
        "add": Text(
            "Ajoutez les {missing} qui manquent (Porter ou Résilier), ou choisissez Partiel.",
            "Add the {missing} that are missing (Port or Disconnect), or choose Partial.",
        ),
        "add_one": Text(
            "Ajoutez celui qui manque (Porter ou Résilier), ou choisissez Partiel.",
            "Add the one that is missing (Port or Disconnect), or choose Partial.",
        ),
        "other_address": Text(
            "Le compte a une autre adresse, {site} : si celle de cette ligne n'en a que {leaving}, écrivez {leaving} "
            "ici; sinon ajoutez ceux qui manquent.",
            "The account has another address, {site}: if this one has only {leaving}, write {leaving} here; if not, "
            "add the missing ones.",
        ),
        "toll_free": TOLL_FREE_NOT_COUNTED,
        "partial": Text(
            "Un numéro reste (Conserver) : choisissez Partiel, ou faites partir tous les numéros.",
            "A number stays (Keep): choose Partial, or have all the numbers leave.",
        ),
        "partial_new_btn": Text(
            "{stays} reste : choisissez Partiel, et écrivez {stays} sous « Nouveau BTN ».",
            "{stays} stays: choose Partial, and write {stays} under “New BTN”.",
        ),
    },
    why=Text(
        "Un port complet qui laisse de côté des numéros du compte peut être rejeté.",
        "A full port that leaves out some of the account's numbers can be rejected.",
    ),
    example={"leaving": 5, "total": 8, "missing": 3, "site": "A2", "counted": 5, "stays": "514-555-0101"},
)
def full_port_incomplete(requests: pd.DataFrame, batch: TypedBatch) -> pd.DataFrame | None:
    short = requests[_full(requests) & _surely_less(requests, "leaving")]
    if short.empty:
        return None
    missing, sites = short["total"] - short["leaving"], other_sites(batch.accounts)
    kept, btn_leaves = short["kept"].gt(0), short["uses_btn"] & short["btn_action"].isin(LEAVES)
    remedy = _first_true(
        {
            "partial_new_btn": short["only_kept"].gt(0) & btn_leaves & short["new_btn"].eq(0),
            "partial": kept,
            "toll_free": short["toll_free"].eq(missing),
            "other_address": short.index.to_series().isin(list(sites)),
            "add_one": missing.eq(1),
        },
        "add",
    )
    return short[["leaving", "total"]].assign(
        column=kept.map({True: "port_type", False: "total_numbers"}),
        remedy=remedy,
        missing=missing,
        site=[sites.get(row, "") for row in short.index.tolist()],
        counted=short["leaving"],
        stays=short["only_kept"].map(dashed),
        proposal=short["leaving"].astype("str").where(remedy.eq("toll_free"), None),
    )


def other_sites(accounts: pd.DataFrame) -> dict[int, str]:
    """Return account row → the key of another row of the same carrier and account number, for rows that have one."""
    billed = accounts[accounts["account_number"].ne("")]
    bills = billed.groupby([billed["carrier_name"], billed["account_number"]])["account_ref"]
    first, last = bills.transform("first"), bills.transform("last")
    other = last.where(last.ne(billed["account_ref"]), first)
    return {int(row): str(key) for row, key in other[other.ne(billed["account_ref"])].items()}


@request_rule(
    "REQ002",
    ERROR,
    on="btn",
    reads=("btn", "port_type"),
    says=Text("Port complet, mais le BTN {btn} ne part pas.", "Full port, but the BTN {btn} does not leave."),
    remedy={
        "add": Text(
            "Ajoutez-le à la feuille Numéros (Porter ou Résilier), corrigez le BTN, ou choisissez Partiel.",
            "Add it on the Numbers sheet (Port or Disconnect), correct the BTN, or choose Partial.",
        ),
        "not_listed": Text(
            "Les {total} numéros du compte sont inscrits, sans le BTN : recopiez celui de la facture.",
            "All {total} numbers of the account are listed, and the BTN is not among them: copy the one on the bill.",
        ),
        "other_account": Text(
            "Ce numéro est au compte {holder} : recopiez le BTN de la facture de ce compte-ci.",
            "That number is on account {holder}: copy the BTN from this account's bill.",
        ),
    },
    why=Text(
        "Un port complet ferme le compte; le numéro de facturation doit donc partir aussi.",
        "A full port closes the account, so its billing number must leave too.",
    ),
    example={"btn": "514-555-0100", "total": 8, "holder": "A2"},
)
def full_port_without_btn(requests: pd.DataFrame, batch: TypedBatch) -> pd.DataFrame | None:
    stays = (
        _full(requests)
        & ~requests["btn_strays"]
        & requests["uses_btn"]
        & requests["btn"].gt(0)
        & ~requests["bill_btn_action"].isin(LEAVES)
    )
    found = requests[stays]
    if found.empty:
        return None
    holders = _holders(found["btn"], batch)
    all_listed = found["listed"].eq(found["total"]) & found["total"].gt(1) & found["btn_action"].eq("")
    remedy = _first_true(
        {"other_account": found.index.to_series().isin(list(holders)), "not_listed": all_listed}, "add"
    )
    return found[["total"]].assign(
        btn=found["btn"].map(dashed),
        remedy=remedy,
        holder=[holders.get(row, "") for row in found.index.tolist()],
    )


def _holders(btns: pd.Series, batch: TypedBatch) -> dict[int, str]:
    """Return account row → the key of another account that lists its BTN, for the `btns` that have one."""
    numbers = batch.numbers[batch.numbers["account"].gt(0)]
    found: dict[int, str] = {}
    for row, btn in btns.head(COMPARED_AT_MOST).items():
        others = numbers[numbers["first"].le(btn) & numbers["last"].ge(btn) & numbers["account"].ne(row)]
        if len(others):
            found[int(str(row))] = str(others["account_ref"].iloc[0])
    return found


@request_rule(
    "REQ003",
    ERROR,
    on="port_type",
    reads=("total_numbers", "port_type"),
    says=Text(
        "Port partiel, mais tous les numéros du compte partent ({total} sur {total}).",
        "Partial port, but all of the account's numbers leave ({total} of {total}).",
    ),
    remedy=Text(
        "Choisissez Complet; si un numéro reste, corrigez le total ou écrivez Conserver à sa ligne.",
        "Choose Full; if a number stays, correct the total or write Keep on its row.",
    ),
    why=Text(
        "Un port partiel laisse au moins un numéro au compte; sinon le fournisseur attend un port complet.",
        "A partial port leaves at least one number on the account; otherwise the carrier expects a full port.",
    ),
    example={"total": 8},
)
def partial_takes_all(requests: pd.DataFrame, _batch: TypedBatch) -> pd.DataFrame:
    return requests.loc[_partial(requests) & requests["leaving"].eq(requests["total_numbers"]), ["total"]]


@request_rule(
    "REQ004",
    ERROR,
    on="new_btn",
    reads=("btn", "new_btn", "port_type"),
    says={
        "no_new_btn": Text(
            "Port partiel : le BTN {btn} part, et aucun autre ne le remplace.",
            "Partial port: the BTN {btn} leaves and no other takes its place.",
        ),
        "one_stays": Text(
            "Port partiel : le BTN {btn} part, et aucun autre ne le remplace. Il reste {kept}.",
            "Partial port: the BTN {btn} leaves and no other takes its place. {kept} stays.",
        ),
    },
    remedy={
        "any": Text("Écrivez ici un numéro qui reste au compte.", "Write a number that stays on the account here."),
        "listed": Text("Écrivez ici {number}.", "Write {number} here."),
    },
    why=Text(
        "Si le BTN est l'un des numéros portés, un numéro restant doit être désigné comme nouveau BTN.",
        "If the BTN is one of the ported numbers, a remaining number must be named as the new BTN.",
    ),
    example={"btn": "418-555-0177", "kept": "418-555-0178", "number": "418-555-0178"},
)
def new_btn_missing(requests: pd.DataFrame, _batch: TypedBatch) -> pd.DataFrame | None:
    found = requests[
        _partial(requests) & requests["uses_btn"] & requests["btn_action"].isin(LEAVES) & requests["new_btn"].eq(0)
    ]
    if found.empty:
        return None
    return found[[]].assign(
        btn=found["btn"].map(dashed),
        says=found["only_kept"].gt(0).map({True: "one_stays", False: "no_new_btn"}),
        kept=found["only_kept"].map(dashed),
        remedy=found["stays"].map(bool).map({True: "listed", False: "any"}),
        number=found["stays"].map(_either),
        proposal=_the_only(found["stays"], found),
    )


def _the_only(numbers: pd.Series, requests: pd.DataFrame) -> pd.Series:
    """Return for each request its only number of `numbers`, those that stay and are named; None unless it is known
    that no other number stays: all of the account's are listed, and no range stays."""
    all_named = requests["listed"].eq(requests["total_numbers"]) & requests["kept"].eq(requests["stays"].map(len))
    only = numbers.map(lambda named: dashed(named[0]) if len(named) == 1 else None)
    return only.where(all_named, None)


def _either(numbers: Iterable[int]) -> Text:
    """Return the numbers with “or” between them."""
    names = [dashed(number) for number in numbers]
    return Text(" ou ".join(names), " or ".join(names))


@request_rule(
    "REQ005",
    ERROR,
    on="new_btn",
    reads=("btn", "new_btn"),
    says={
        "ported": Text(
            "{new_btn} ne peut pas être le nouveau BTN : il est porté.",
            "{new_btn} cannot be the new BTN: it is ported.",
        ),
        "disconnected": Text(
            "{new_btn} ne peut pas être le nouveau BTN : il est résilié.",
            "{new_btn} cannot be the new BTN: it is disconnected.",
        ),
        "same_btn": Text(
            "{new_btn} ne peut pas être le nouveau BTN : c'est le BTN actuel.",
            "{new_btn} cannot be the new BTN: it is the current BTN.",
        ),
        "not_listed": Text(
            "{new_btn} ne peut pas être le nouveau BTN : ce n'est pas un numéro de ce compte.",
            "{new_btn} cannot be the new BTN: it is not a number of this account.",
        ),
    },
    remedy={
        "any": Text("Écrivez un numéro qui reste au compte.", "Write a number that stays on the account."),
        "listed": Text("Écrivez {number}.", "Write {number}."),
        "btn_stays": Text(
            "Le BTN reste au compte, il n'en faut pas d'autre : videz cette cellule.",
            "The BTN stays on the account and no other is needed: clear this cell.",
        ),
    },
    why=Text(
        "Le nouveau numéro de facturation doit rester chez l'ancien fournisseur, sinon le compte n'en a plus.",
        "The new billing number must stay with the losing carrier, or the account has none left.",
    ),
    example={"new_btn": "418-555-0178", "number": "418-555-0179"},
)
def new_btn_leaves(requests: pd.DataFrame, _batch: TypedBatch) -> pd.DataFrame | None:
    import pandas as pd

    named = requests[_partial(requests) & requests["uses_btn"] & requests["new_btn"].gt(0)]
    if named.empty:
        return None
    faults = _first_true(
        {
            "ported": named["new_btn_action"].eq("port"),
            "disconnected": named["new_btn_action"].eq("disconnect"),
            "same_btn": named["new_btn"].eq(named["btn"]),
            "not_listed": named["listed"].eq(named["total_numbers"]) & named["new_btn_action"].ne("keep"),
        },
        "",
    )
    found = named[faults.ne("")]
    if found.empty:
        return None
    pairs = zip(found["stays"], found["btn"], found["new_btn"], strict=True)
    others = [tuple(number for number in stays if number not in (btn, new_btn)) for stays, btn, new_btn in pairs]
    found = found.assign(others=pd.Series(others, index=found.index, dtype="object"))
    btn_stays = found["btn"].gt(0) & ~found["btn_action"].isin(LEAVES)
    return found[[]].assign(
        new_btn=found["new_btn"].map(dashed),
        says=faults[found.index],
        remedy=_first_true({"btn_stays": btn_stays, "listed": found["others"].map(bool)}, "any"),
        number=found["others"].map(_either),
        proposal=_the_only(found["others"], found).where(~btn_stays, None),
    )


@request_rule(
    "REQ006",
    WARNING,
    on="new_btn",
    reads=("btn", "new_btn", "port_type"),
    says={
        "full": Text(
            "Aucun nouveau BTN n'est requis : le port est complet.", "No new BTN is needed: the port is full."
        ),
        "btn_stays": Text(
            "Aucun nouveau BTN n'est requis : le BTN reste au compte.",
            "No new BTN is needed: the BTN stays on the account.",
        ),
    },
    remedy=Text("Videz cette cellule.", "Clear this cell."),
    why=Text(
        "Un nouveau BTN inutile fait douter le fournisseur du type de port.",
        "A new BTN that is not needed makes the carrier doubt the port type.",
    ),
)
def new_btn_not_needed(requests: pd.DataFrame, _batch: TypedBatch) -> pd.DataFrame | None:
    named = requests[requests["uses_btn"] & requests["new_btn"].gt(0)]
    if named.empty:
        return None
    needless = named[_full(named) | (_partial(named) & named["btn"].gt(0) & ~named["btn_action"].isin(LEAVES))]
    return _full(needless).map({True: "full", False: "btn_stays"}).to_frame("says")


@request_rule(
    "REQ007",
    WARNING,
    on="total_numbers",
    reads=("total_numbers", "port_type"),
    says=Text(
        "Port partiel : sur la feuille Numéros, il manque {left} des {total} numéros du compte.",
        "Partial port: the Numbers sheet lacks {left} of the account's {total} numbers.",
    ),
    remedy={
        "add": Text(
            "Ajoutez une ligne par numéro qui manque, Conserver ou Résilier; ou corrigez le total.",
            "Add a row for each missing number, Keep or Disconnect; or correct the total.",
        ),
        "toll_free": TOLL_FREE_NOT_COUNTED,
    },
    why=Text(
        "Le fournisseur veut savoir ce qu'il advient de chaque numéro; celui dont on ne dit rien est parfois résilié.",
        "The carrier wants to know what becomes of each number; one that nobody mentions is sometimes cancelled.",
    ),
    example={"left": 3, "total": 8, "counted": 5},
)
def remaining_not_listed(requests: pd.DataFrame, _batch: TypedBatch) -> pd.DataFrame | None:
    short = requests[_partial(requests) & _surely_less(requests, "listed")]
    if short.empty:
        return None
    left = short["total"] - short["listed"]
    remedy = short["toll_free"].eq(left).map({True: "toll_free", False: "add"})
    proposal = short["listed"].astype("str").where(remedy.eq("toll_free"), None)
    return short[["total"]].assign(left=left, remedy=remedy, counted=short["listed"], proposal=proposal)


@request_rule(
    "REQ008",
    ERROR,
    on="total_numbers",
    says=Text(
        "{listed} numéros sont inscrits pour ce compte, dont le total est de {total}.",
        "{listed} numbers are listed for this account, whose total is {total}.",
    ),
    remedy=Text(
        "Corrigez le total d'après la facture, ou retirez les numéros de trop.",
        "Correct the total from the bill, or remove the extra numbers.",
    ),
    why=Text(
        "Plus de numéros que le compte n'en a : l'un d'eux est à un autre compte, et le fournisseur refuse toute la "
        "demande.",
        "More numbers than the account has: one of them belongs to another account, and the carrier refuses the whole "
        "request.",
    ),
    example={"listed": 9, "total": 8},
)
def more_than_total(requests: pd.DataFrame, _batch: TypedBatch) -> pd.DataFrame:
    return requests.loc[requests["listed"].gt(requests["total_numbers"]), ["listed", "total"]]


@request_rule(
    "REQ009",
    INFO,
    on="account_ref",
    reads=("account_ref",),
    says=Text(
        "Ce compte porte {ported} numéros : il sera divisé en {parts} demandes.",
        "This account ports {ported} numbers: it is split into {parts} requests.",
    ),
    remedy=NOTHING_TO_DO,
    why=Text(
        f"Les portails des fournisseurs n'acceptent que {DEFAULT_THRESHOLDS.request_numbers} numéros par demande; les "
        "parties partent ensemble.",
        f"Carriers' portals accept only {DEFAULT_THRESHOLDS.request_numbers:,} numbers per request; the parts are sent "
        "together.",
    ),
    example={"ported": 2400, "parts": 3},
)
def request_split(requests: pd.DataFrame, batch: TypedBatch) -> pd.DataFrame:
    most = batch.context.thresholds.request_numbers
    large = requests.loc[requests["ported"].gt(most), ["ported"]]
    return large.assign(parts=[part_count(ported, most) for ported in large["ported"]])
