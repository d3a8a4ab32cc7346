"""REQ: a port request. A rule takes the frame that :func:`lnp_batch.group.gather` made, indexed by the rows of Accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lnp_batch.model.phone_number import dashed
from lnp_batch.model.request import part_count
from lnp_batch.model.text import Text
from lnp_batch.rules.rule import ERROR, INFO, NOTHING_TO_DO, WARNING, request_rule

if TYPE_CHECKING:
    import pandas as pd

    from lnp_batch.model.typed_batch import TypedBatch

LEAVES = ("port", "disconnect")
COMPARED_AT_MOST = 200
"""Accounts whose BTN is looked for among the others' numbers: a batch has a few, unless a whole column is wrong."""


def _full(requests: pd.DataFrame) -> pd.Series:
    return requests["port_type"].eq("full")


def _partial(requests: pd.DataFrame) -> pd.Series:
    return requests["port_type"].eq("partial")


@request_rule(
    "REQ008",
    ERROR,
    on="total_numbers",
    says=Text(
        "{listed} numéros sont écrits pour ce compte, dont le total est de {total}.",
        "{listed} numbers are written for this account, whose total is {total}.",
    ),
    remedy=Text(
        "Corrigez le total d'après la facture, ou retirez les numéros de trop.",
        "Correct the total from the bill, or remove the numbers that are too many.",
    ),
    why=Text(
        "Plus de numéros que le compte n'en a : l'un d'eux est à un autre compte, et le fournisseur refuse toute la demande.",
        "More numbers than the account has: one of them belongs to another account, and the carrier refuses the whole request.",
    ),
    example={"listed": 9, "total": 8},
)
def more_than_total(requests: pd.DataFrame, _batch: TypedBatch) -> pd.DataFrame:
    return requests.loc[requests["listed"].gt(requests["total_numbers"]), ["listed", "total"]]


@request_rule(
    "REQ001",
    ERROR,
    on=("total_numbers", "port_type"),
    reads=("total_numbers", "port_type"),
    says=Text(
        "Port complet, mais sur {total} numéros, il en part {leaving}.",
        "Full port, but of {total} numbers, {leaving} leave.",
    ),
    remedy=Text("{advice}", "{advice}"),
    why=Text(
        "Un port complet qui n'adresse pas tous les numéros du compte peut être rejeté.",
        "A full port that does not address all the account's numbers can be rejected.",
    ),
    example={
        "leaving": 5,
        "total": 8,
        "advice": Text(
            "Ajoutez les 3 qui manquent (Porter ou Résilier), ou choisissez Partiel.",
            "Add the 3 that are missing (Port or Disconnect), or choose Partial.",
        ),
    },
)
def full_port_incomplete(requests: pd.DataFrame, batch: TypedBatch) -> pd.DataFrame:
    short = requests[_full(requests) & requests["leaving"].lt(requests["total_numbers"]) & requests["complete"]]
    column = short["kept"].gt(0).map({True: "port_type", False: "total_numbers"})
    sites = other_sites(batch.accounts)
    advice = [_complete(one, sites.get(int(str(row)), "")) for row, one in short.iterrows()]
    return short[["leaving", "total"]].assign(column=column, advice=advice)


def other_sites(accounts: pd.DataFrame) -> dict[int, str]:
    """Account row → the key of another row of the same carrier and account number, where there is one."""
    billed = accounts[accounts["account_number"].ne("")]
    bills = billed.groupby([billed["carrier_name"], billed["account_number"]])["account_ref"]
    first, last = bills.transform("first"), bills.transform("last")
    other = last.where(last.ne(billed["account_ref"]), first)
    return {int(row): str(key) for row, key in other[other.ne(billed["account_ref"])].items()}


def _complete(short: pd.Series, site: str) -> Text:
    """What to do about a full port that lacks numbers; `site` is the key of another address of the account."""
    leaving, missing = short["leaving"], short["total"] - short["leaving"]
    if short["kept"]:
        return _partial_then(short)
    if short["toll_free"] == missing:
        return NOT_COUNTED.put(total=leaving)
    if site:
        return Text(
            f"Le compte a une autre adresse, {site} : si celle de cette ligne n'en a que {leaving}, écrivez {leaving} ici; sinon ajoutez ceux qui manquent.",
            f"The account has another address, {site}: if this one has only {leaving}, write {leaving} here; else add those missing.",
        )
    if missing == 1:
        return Text(
            "Ajoutez celui qui manque (Porter ou Résilier), ou choisissez Partiel.",
            "Add the one that is missing (Port or Disconnect), or choose Partial.",
        )
    return Text(
        f"Ajoutez les {missing} qui manquent (Porter ou Résilier), ou choisissez Partiel.",
        f"Add the {missing} that are missing (Port or Disconnect), or choose Partial.",
    )


NOT_COUNTED = Text(
    "Un numéro sans frais ne compte pas dans ce total : écrivez {total}.",
    "A toll-free number does not count in this total: write {total}.",
)


def _partial_then(short: pd.Series) -> Text:
    """A number stays: Partial, and which number becomes the BTN where that one leaves."""
    if short["only_kept"] and short["billed"] and short["btn_fate"] in LEAVES and not short["new_btn"]:
        stays = dashed(short["only_kept"])
        return Text(
            f"{stays} reste : choisissez Partiel, et écrivez {stays} sous « Nouveau BTN ».",
            f"{stays} stays: choose Partial, and write {stays} under “New BTN”.",
        )
    return Text(
        "Un numéro reste (Conserver) : choisissez Partiel, ou faites partir tous les numéros.",
        "A number stays (Keep): choose Partial, or have all the numbers leave.",
    )


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
    "REQ002",
    ERROR,
    on="btn",
    reads=("btn", "port_type"),
    says=Text("Port complet, mais le BTN {btn} ne part pas.", "Full port, but the BTN {btn} does not leave."),
    remedy=Text("{advice}", "{advice}"),
    why=Text(
        "Un port complet ferme le compte; le numéro de facturation doit donc partir aussi.",
        "A full port closes the account, so its billing number must leave too.",
    ),
    example={
        "btn": "514-555-0100",
        "advice": Text(
            "Les 8 numéros du compte sont écrits et il n'en est pas : recopiez le BTN de la facture.",
            "The account's 8 numbers are written and it is not one of them: copy the BTN from the bill.",
        ),
    },
)
def full_port_without_btn(requests: pd.DataFrame, batch: TypedBatch) -> pd.DataFrame:
    import pandas as pd

    stays = (
        _full(requests)
        & requests["complete"]
        & requests["billed"]
        & requests["btn"].gt(0)
        & ~requests["bill_btn_fate"].isin(LEAVES)
    )
    found = requests[stays]
    holders = _holders(found["btn"], batch)
    return pd.DataFrame(
        {
            "btn": found["btn"].map(dashed),
            "advice": [_btn_from_the_bill(one, holders.get(int(str(row)), "")) for row, one in found.iterrows()],
        },
        index=found.index,
    )


def _holders(btns: pd.Series, batch: TypedBatch) -> dict[int, str]:
    """Account row → the key of another account on whose rows its BTN stands, for those of `btns` that stand on one."""
    numbers = batch.numbers[batch.numbers["account"].gt(0)]
    found: dict[int, str] = {}
    for row, btn in btns.head(COMPARED_AT_MOST).items():
        others = numbers[numbers["first"].le(btn) & numbers["last"].ge(btn) & numbers["account"].ne(row)]
        if len(others):
            found[int(str(row))] = str(others["account_ref"].iloc[0])
    return found


def _btn_from_the_bill(request: pd.Series, holder: str) -> Text:
    if holder:
        return Text(
            f"Ce numéro est au compte {holder} : recopiez le BTN de la facture de celui-ci.",
            f"That number is on account {holder}: copy the BTN from the bill of this one.",
        )
    total = request["total"]
    if request["listed"] == total and total > 1 and not request["btn_fate"]:
        return Text(
            f"Les {total} numéros du compte sont écrits et il n'en est pas : recopiez le BTN de la facture.",
            f"The account's {total} numbers are written and it is not one of them: copy the BTN from the bill.",
        )
    return Text(
        "Ajoutez-le à la feuille Numéros (Porter ou Résilier), corrigez le BTN, ou choisissez Partiel.",
        "Add it on the sheet Numbers (Port or Disconnect), correct the BTN, or choose Partial.",
    )


@request_rule(
    "REQ004",
    ERROR,
    on="new_btn",
    reads=("btn", "new_btn", "port_type"),
    says=Text(
        "Port partiel : le BTN {btn} part, et aucun autre ne le remplace.{kept}",
        "Partial port: the BTN {btn} leaves and no other takes its place.{kept}",
    ),
    remedy=Text("Écrivez ici {number}.", "Write {number} here."),
    why=Text(
        "Si le BTN est l'un des numéros portés, un numéro restant doit être identifié pour devenir le nouveau BTN.",
        "If the BTN is one of the ported numbers, a remaining number must be named to become the new BTN.",
    ),
    example={
        "btn": "418-555-0177",
        "kept": Text(" Il reste 418-555-0178.", " 418-555-0178 stays."),
        "number": "418-555-0178",
    },
)
def new_btn_missing(requests: pd.DataFrame, _batch: TypedBatch) -> pd.DataFrame:
    headless = requests[
        _partial(requests) & requests["billed"] & requests["btn_fate"].isin(LEAVES) & requests["new_btn"].eq(0)
    ]
    return headless[["btn"]].assign(
        btn=headless["btn"].map(dashed),
        kept=headless["only_kept"].map(_staying),
        number=headless["stays"].map(_one_of),
    )


def _one_of(staying: tuple[int, ...]) -> Text:
    """One of the numbers that stay, by name where any are listed."""
    if not staying:
        return Text("un numéro qui reste au compte", "a number that stays on the account")
    names = [dashed(number) for number in staying]
    return Text(" ou ".join(names), " or ".join(names))


def _staying(only_kept: int) -> Text:
    if not only_kept:
        return Text("", "")
    return Text(f" Il reste {dashed(only_kept)}.", f" {dashed(only_kept)} stays.")


@request_rule(
    "REQ005",
    ERROR,
    on="new_btn",
    reads=("btn", "new_btn"),
    says=Text("{new_btn} ne peut pas être le nouveau BTN : {what}.", "{new_btn} cannot be the new BTN: {what}."),
    remedy=Text("{advice}", "{advice}"),
    why=Text(
        "Le nouveau numéro de facturation doit rester chez l'ancien fournisseur, sinon le compte n'en a plus.",
        "The new billing number must stay with the losing carrier, or the account has none left.",
    ),
    example={
        "new_btn": "418-555-0178",
        "what": Text("il est porté", "it is ported"),
        "advice": Text("Écrivez 418-555-0179.", "Write 418-555-0179."),
    },
)
def new_btn_leaves(requests: pd.DataFrame, _batch: TypedBatch) -> pd.DataFrame:
    import pandas as pd

    named = requests[_partial(requests) & requests["billed"] & requests["new_btn"].gt(0)]
    what = pd.Series(None, index=named.index, dtype="object")
    what[named["listed"].eq(named["total_numbers"]) & named["new_btn_fate"].ne("keep")] = Text(
        "il n'est pas un numéro de ce compte", "it is not a number of this account"
    )
    what[named["new_btn"].eq(named["btn"])] = Text("c'est le BTN d'aujourd'hui", "it is today's BTN")
    what[named["new_btn_fate"].eq("disconnect")] = Text("il est résilié", "it is disconnected")
    what[named["new_btn_fate"].eq("port")] = Text("il est porté", "it is ported")
    facts = named.assign(what=what, advice=[_other_new_btn(one) for _row, one in named.iterrows()])
    return facts.assign(new_btn=named["new_btn"].map(dashed)).loc[what.notna(), ["new_btn", "what", "advice"]]


def _other_new_btn(request: pd.Series) -> Text:
    if request["btn"] and request["btn_fate"] not in LEAVES:
        return Text(
            "Le BTN reste au compte, il n'en faut pas d'autre : videz cette cellule.",
            "The BTN stays on the account and no other is needed: clear this cell.",
        )
    others = tuple(number for number in request["stays"] if number not in (request["btn"], request["new_btn"]))
    return Text("Écrivez {number}.", "Write {number}.").put(number=_one_of(others))


@request_rule(
    "REQ006",
    WARNING,
    on="new_btn",
    reads=("btn", "new_btn", "port_type"),
    says=Text("Aucun nouveau BTN n'est requis : {what}.", "No new BTN is needed: {what}."),
    remedy=Text("Videz cette cellule.", "Clear this cell."),
    why=Text(
        "Un nouveau BTN dont il n'est pas besoin fait douter le fournisseur du type de port.",
        "A new BTN that is not needed makes the carrier doubt the port type.",
    ),
    example={"what": Text("le port est complet", "the port is full")},
)
def new_btn_not_needed(requests: pd.DataFrame, _batch: TypedBatch) -> pd.DataFrame:
    named = requests[requests["billed"] & requests["new_btn"].gt(0)]
    idle = named[_full(named) | (_partial(named) & named["btn"].gt(0) & ~named["btn_fate"].isin(LEAVES))]
    words = {
        True: Text("le port est complet", "the port is full"),
        False: Text("le BTN reste au compte", "the BTN stays on the account"),
    }
    return _full(idle).map(words).to_frame("what")


SAY_WHAT_BECOMES = Text(
    "Ajoutez une ligne par numéro qui manque, Conserver ou Résilier; ou corrigez le total.",
    "Add a row for each number that is missing, Keep or Disconnect; or correct the total.",
)


@request_rule(
    "REQ007",
    WARNING,
    on="total_numbers",
    reads=("total_numbers", "port_type"),
    says=Text(
        "Port partiel : sur {total} numéros au compte, {left} sans ligne à la feuille Numéros.",
        "Partial port: of {total} numbers on the account, {left} without a row on the sheet Numbers.",
    ),
    remedy=Text("{advice}", "{advice}"),
    why=Text(
        "Le fournisseur veut savoir ce qu'il advient de chaque numéro; celui dont on ne dit rien est parfois résilié.",
        "The carrier wants to know what becomes of each number; one that nobody mentions is sometimes cancelled.",
    ),
    example={"left": 3, "total": 8, "advice": SAY_WHAT_BECOMES},
)
def remaining_not_listed(requests: pd.DataFrame, _batch: TypedBatch) -> pd.DataFrame:
    short = requests[_partial(requests) & requests["complete"] & requests["listed"].lt(requests["total_numbers"])]
    left = short["total"] - short["listed"]
    not_counted = zip(short["toll_free"].eq(left), short["listed"], strict=True)
    advice = [NOT_COUNTED.put(total=listed) if only else SAY_WHAT_BECOMES for only, listed in not_counted]
    return short[["total"]].assign(left=left, advice=advice)


@request_rule(
    "REQ009",
    INFO,
    on="account_ref",
    reads=("account_ref",),
    says=Text(
        "Ce compte porte {ported} numéros : il fait {parts} demandes.",
        "This account ports {ported} numbers: it makes {parts} requests.",
    ),
    remedy=NOTHING_TO_DO,
    why=Text(
        "Les portails des fournisseurs n'acceptent que 1000 numéros par demande; les parties partent ensemble.",
        "Carriers' portals take 1,000 numbers a request; the parts go out together.",
    ),
    example={"ported": 2400, "parts": 3},
)
def request_split(requests: pd.DataFrame, batch: TypedBatch) -> pd.DataFrame:
    most = batch.context.thresholds.request_numbers
    large = requests.loc[requests["ported"].gt(most), ["ported"]]
    return large.assign(parts=[part_count(ported, most) for ported in large["ported"]])
