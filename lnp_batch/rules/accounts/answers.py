"""ACC021 to ACC028: answers about the account that stop or hold a port."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lnp_batch.columns.values import UNKNOWN_GO_AHEAD, YES
from lnp_batch.model.text import Text
from lnp_batch.rules.rule import CONFIRM, ERROR, WARNING, row_rule, together

if TYPE_CHECKING:
    import pandas as pd

    from lnp_batch.model.typed_batch import TypedBatch

GO_AHEAD = UNKNOWN_GO_AHEAD.text
ASK_OR_GO_AHEAD = Text(
    f"Demandez au client et choisissez Non; ou, pour prendre le risque, « {GO_AHEAD.fr} ».",
    f"Ask the customer and choose No; or, to take the risk, “{GO_AHEAD.en}”.",
)


@row_rule(
    "ACC021",
    ERROR,
    sheet="accounts",
    on="freeze",
    says=Text(
        "L'ancien fournisseur a gelé le service de ce compte.", "The losing carrier has frozen this account's service."
    ),
    remedy=Text(
        "Le client doit faire lever le gel d'abord; écrivez ensuite Non.",
        "The customer must have the freeze lifted first; then write No.",
    ),
    why=Text(
        "Un gel causé par un non-respect de l'entente doit être supprimé avant d'entrer une demande de port.",
        "A freeze caused by a breach of the agreement must be lifted before a port request is entered.",
    ),
)
def freeze(accounts: pd.DataFrame, _batch: TypedBatch) -> pd.Series:
    return accounts["freeze"].eq("yes")


@row_rule(
    "ACC022",
    ERROR,
    sheet="accounts",
    on="restriction",
    says=Text(
        "Ce compte est protégé contre un changement de transporteur.",
        "This account is protected against a change of carrier.",
    ),
    remedy=Text(
        "Le client doit faire retirer la restriction d'abord; écrivez ensuite Non.",
        "The customer must have the restriction removed first; then write No.",
    ),
    why=Text(
        "Une restriction de changement de transporteur doit être supprimée avant d'entrer une demande de port.",
        "A carrier-change restriction must be removed before a port request is entered.",
    ),
)
def restriction(accounts: pd.DataFrame, _batch: TypedBatch) -> pd.Series:
    return accounts["restriction"].eq("yes")


@row_rule(
    "ACC023",
    CONFIRM,
    sheet="accounts",
    on=("freeze", "restriction"),
    reads=("{column}",),
    says=Text(
        "Un gel ou une restriction au compte fait refuser la demande.",
        "A freeze or a restriction on the account gets the request refused.",
    ),
    remedy=ASK_OR_GO_AHEAD,
    why=Text(
        "Gel et restriction doivent être levés avant d'entrer une demande de port.",
        "A freeze or restriction must be lifted before a port request is entered.",
    ),
)
def freeze_unknown(accounts: pd.DataFrame, _batch: TypedBatch) -> pd.DataFrame | None:
    columns = [column for column in ("freeze", "restriction") if "unknown" in accounts[column].tolist()]
    found = (accounts.loc[accounts[column].eq("unknown"), []].assign(column=column) for column in columns)
    return together(rows.assign(proposal=GO_AHEAD) for rows in found)


@row_rule(
    "ACC024",
    ERROR,
    sheet="accounts",
    on="pending_order",
    says=Text("Une commande est en cours chez l'ancien fournisseur.", "An order is pending at the losing carrier."),
    remedy=Text(
        "Attendez qu'elle soit terminée ou faites-la annuler; écrivez ensuite Non.",
        "Wait until it is completed, or have it cancelled; then write No.",
    ),
    why=Text(
        "Tant qu'une commande est ouverte au compte, le fournisseur refuse tout port.",
        "While an order is open on the account, the carrier refuses any port.",
    ),
)
def pending_order(accounts: pd.DataFrame, _batch: TypedBatch) -> pd.Series:
    return accounts["pending_order"].eq("yes")


@row_rule(
    "ACC025",
    CONFIRM,
    sheet="accounts",
    on="pending_order",
    says=Text(
        "Une commande en cours au compte fait refuser la demande.",
        "An order pending on the account gets the request refused.",
    ),
    remedy=ASK_OR_GO_AHEAD,
    why=Text(
        "Tant qu'une commande est ouverte au compte, le fournisseur refuse tout port.",
        "While an order is open on the account, the carrier refuses any port.",
    ),
)
def pending_order_unknown(accounts: pd.DataFrame, _batch: TypedBatch) -> pd.DataFrame:
    return accounts.loc[accounts["pending_order"].eq("unknown"), []].assign(proposal=GO_AHEAD)


@row_rule(
    "ACC026",
    CONFIRM,
    sheet="accounts",
    on="list_reviewed",
    says=Text(
        "Le client n'a pas relu la liste des numéros; une fois qu'ils sont portés, il est trop tard.",
        "The customer has not gone through the list of numbers; once they are ported, it is too late.",
    ),
    remedy=Text("Relisez-la avec lui, puis écrivez Oui.", "Go through it with the customer, then write Yes."),
    why=Text(
        "Bien des clients croient un numéro inutile, et découvrent après le port qu'il était très important.",
        "Many customers think that a number is not used, and find out after the port that it was very important.",
    ),
)
def list_not_reviewed(accounts: pd.DataFrame, _batch: TypedBatch) -> pd.DataFrame:
    return accounts.loc[accounts["list_reviewed"].eq("no"), []].assign(proposal=YES.text)


@row_rule(
    "ACC027",
    ERROR,
    sheet="accounts",
    on="will_wait",
    says=Text(
        "Un service annulé avant le port fait perdre ses numéros.",
        "A service cancelled before the port loses its numbers.",
    ),
    remedy=Text(
        "Dites au client de n'annuler qu'après le port, puis écrivez Oui.",
        "Tell the customer to cancel only after the port, then write Yes.",
    ),
    why=Text(
        "N'appelez pas l'ancien fournisseur pour annuler avant le port : si les numéros ont été annulés, ils sont "
        "probablement perdus.",
        "Do not call the carrier to cancel before the port: numbers that were cancelled are probably lost.",
    ),
)
def cancels_early(accounts: pd.DataFrame, _batch: TypedBatch) -> pd.Series:
    return accounts["will_wait"].eq("no")


@row_rule(
    "ACC028",
    WARNING,
    sheet="accounts",
    on="under_contract",
    says=Text(
        "Le client est sous contrat : des frais d'annulation peuvent s'appliquer.",
        "The customer is under contract: cancellation fees may apply.",
    ),
    remedy=Text("Prévenez-le avant le port.", "Tell the customer before the port."),
    why=Text(
        "Le port met fin au service; si le contrat court encore, l'ancien fournisseur facture la résiliation.",
        "The port ends the service; if the contract is still running, the losing carrier charges for ending it.",
    ),
)
def under_contract(accounts: pd.DataFrame, _batch: TypedBatch) -> pd.Series:
    return accounts["under_contract"].eq("yes")
