"""ACC007 to ACC013, ACC032, ACC033: CSR, bill or screenshot, and its date."""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import TYPE_CHECKING

from lnp_batch.carriers import carrier_of
from lnp_batch.model.text import Text
from lnp_batch.rules.rule import ERROR, INFO, WARNING, row_rule

if TYPE_CHECKING:
    import pandas as pd

    from lnp_batch.model.typed_batch import TypedBatch

WITHOUT_CSR = ("bill", "screenshot")


AFTER_KEY = "-_. "
"""What may follow an account's key in the name of its document."""


BILL_FILE, CSR_FILE = Text("{key}-facture.pdf", "{key}-bill.pdf"), Text("{key}-csr.pdf", "{key}-csr.pdf")


DOCUMENTS = {
    "bill": BILL_FILE,
    "screenshot": Text("{key}-capture.png", "{key}-screenshot.png"),
    "csr": CSR_FILE,
    "csr_and_bill": CSR_FILE,
}
"""What a document is best named, by the evidence declared."""


MONTHS = 12


DUE_DATE = Text(
    "Peut-être est-ce la date d'échéance : écrivez la date d'émission.",
    "Perhaps that is the due date: write the day it was issued.",
)


LATEST_BILL = Text(
    "Demandez au client sa facture la plus récente et écrivez sa date ici; ou obtenez le CSR et choisissez-le sous « Preuve fournie ».",
    "Ask for the latest bill and write its date here; or get the CSR and choose it under “Evidence supplied”.",
)


TURNED = {
    DUE_DATE: Text(
        "Est-elle plutôt du {date}? Écrivez-le. Sinon, peut-être est-ce l'échéance : écrivez la date d'émission.",
        "Is it rather of {date}? Write that. If not, perhaps it is the due date: write the day it was issued.",
    ),
    LATEST_BILL: Text(
        "Est-elle plutôt du {date}? Écrivez-le. Sinon, il faut la facture la plus récente, ou le CSR sous « Preuve fournie ».",
        "Is it rather of {date}? Write that. If not, the latest bill is needed, or the CSR under “Evidence supplied”.",
    ),
}
"""What to do about a bill's date where day and month may be the wrong way round."""


@row_rule(
    "ACC007",
    ERROR,
    sheet="accounts",
    on="evidence",
    says=Text(
        "Sans CSR, facture ni capture d'écran, la demande sera refusée.",
        "Without a CSR, a bill or a screenshot the request will be refused.",
    ),
    remedy=Text(
        "Demandez au client une facture de 60 jours ou moins, ou le CSR, puis choisissez ici Facture ou CSR.",
        "Ask the customer for a bill at most 60 days old, or the CSR, then choose Bill or CSR here.",
    ),
    why=Text(
        "Sans CSR, une facture récente est critique pour entrer la demande avec précision et porter à temps.",
        "Without a CSR a recent bill is critical to enter the request precisely and port on time.",
    ),
)
def no_evidence(accounts: pd.DataFrame, _batch: TypedBatch) -> pd.Series:
    return accounts["evidence"].eq("none")


@row_rule(
    "ACC008",
    INFO,
    sheet="accounts",
    on="evidence",
    says=Text("Un CSR est fortement recommandé.", "A CSR is strongly recommended."),
    remedy=Text(
        "Demandez-le à l'ancien fournisseur si vous en avez le temps.",
        "Ask the losing carrier for it if you have the time.",
    ),
    why=Text(
        "Le CSR n'est pas obligatoire, mais le taux de ports réussis augmente quand il est là.",
        "A CSR is not mandatory, but more ports succeed when it is there.",
    ),
)
def no_csr(accounts: pd.DataFrame, _batch: TypedBatch) -> pd.Series:
    return accounts["evidence"].isin(WITHOUT_CSR)


@row_rule(
    "ACC009",
    ERROR,
    sheet="accounts",
    on="bill_date",
    reads=("bill_date", "evidence"),
    says=Text(
        "Sans CSR, la date de la facture ou de la capture est à écrire.",
        "Without a CSR, the date of the bill or screenshot is to be written.",
    ),
    remedy=Text(
        "Écrivez la date d'émission imprimée sur la facture, comme AAAA-MM-JJ.",
        "Write the issue date printed on the bill, as YYYY-MM-DD.",
    ),
    why=Text(
        "Sans CSR, seule une facture de 60 jours ou moins est acceptée; il faut donc sa date.",
        "Without a CSR only a bill at most 60 days old is accepted, so its date is needed.",
    ),
)
def bill_date_missing(accounts: pd.DataFrame, _batch: TypedBatch) -> pd.Series:
    return accounts["evidence"].isin(WITHOUT_CSR) & accounts["bill_date"].isna()


def _counted_on(accounts: pd.DataFrame, batch: TypedBatch) -> pd.Series:
    """The day on which each bill's age counts: in a round of correction that of the first arrival, else the reference date."""
    import pandas as pd

    days = pd.Series(pd.Timestamp(batch.context.reference_date), index=accounts.index)
    return days if batch.ledger_matches is None else batch.ledger_matches.arrived.reindex(accounts.index).fillna(days)


def _age(accounts: pd.DataFrame, batch: TypedBatch) -> pd.Series:
    """The bill's age in days on the day that counts; missing where there is no date."""
    return (_counted_on(accounts, batch) - accounts["bill_date"]).dt.days


@row_rule(
    "ACC012",
    ERROR,
    sheet="accounts",
    on="bill_date",
    says=Text("La facture est datée du {date}, dans l'avenir.", "The bill is dated {date}, in the future."),
    remedy=Text("{advice}", "{advice}"),
    why=Text(
        "Une date à venir est presque toujours l'échéance du paiement.",
        "A date to come is nearly always the day payment is due.",
    ),
    example={"date": "2026-12-15", "advice": DUE_DATE},
)
def bill_in_future(accounts: pd.DataFrame, batch: TypedBatch) -> pd.DataFrame:
    import pandas as pd

    ahead = accounts["bill_date"].gt(pd.Timestamp(batch.context.reference_date))
    return _with_advice(accounts.loc[ahead, ["bill_date"]].rename(columns={"bill_date": "date"}), batch, DUE_DATE)


def _turned(date: dt.datetime, counted_on: dt.datetime, batch: TypedBatch) -> dt.date | None:
    """The date with day and month the other way round, where a bill of that day would do."""
    if date.day > MONTHS or date.day == date.month:
        return None
    turned = dt.date(date.year, date.day, date.month)
    young = (counted_on.date() - turned).days <= batch.context.thresholds.bill_days
    return turned if young and turned <= batch.context.reference_date else None


def _with_advice(bills: pd.DataFrame, batch: TypedBatch, otherwise: Text) -> pd.DataFrame:
    """The bills (`date`) with what to do about each: where the other way round its date would do, that comes first."""
    counted_on = _counted_on(bills, batch)
    turned = [_turned(date, day, batch) for date, day in zip(bills["date"], counted_on, strict=True)]
    return bills.assign(advice=[otherwise if day is None else TURNED[otherwise].put(date=day) for day in turned])


@row_rule(
    "ACC010",
    ERROR,
    sheet="accounts",
    on="bill_date",
    reads=("bill_date", "evidence"),
    says=Text(
        "Cette facture ou capture date du {date} : {age} jours, plus que les {limit} permis sans CSR.",
        "This bill or screenshot dates from {date}: {age} days, over the {limit} allowed without a CSR.",
    ),
    remedy=Text("{advice}", "{advice}"),
    why=Text(
        "Une vieille facture peut porter un nom, une adresse ou un numéro de compte qui ont changé.",
        "An old bill may bear a name, an address or an account number that has changed.",
    ),
    example={"date": "2026-08-14", "age": 101, "limit": 60, "advice": LATEST_BILL},
)
def bill_too_old(accounts: pd.DataFrame, batch: TypedBatch) -> pd.DataFrame:
    return _with_advice(_too_old(accounts[accounts["evidence"].isin(WITHOUT_CSR)], batch), batch, LATEST_BILL)


def _too_old(accounts: pd.DataFrame, batch: TypedBatch) -> pd.DataFrame:
    limit = batch.context.thresholds.bill_days
    facts = accounts.assign(date=accounts["bill_date"], age=_age(accounts, batch).astype("Int64"), limit=limit)
    return facts.loc[facts["age"].gt(limit).fillna(False).astype(bool), ["date", "age", "limit"]]


@row_rule(
    "ACC011",
    WARNING,
    sheet="accounts",
    on="bill_date",
    reads=("bill_date", "evidence"),
    says=Text(
        "La facture qui accompagne le CSR date du {date} : {age} jours.",
        "The bill that goes with the CSR dates from {date}: {age} days.",
    ),
    remedy=Text(
        "Comparez-la au CSR; une facture de {limit} jours ou moins est plus sûre.",
        "Compare it with the CSR; a bill of {limit} days or less is safer.",
    ),
    why=Text(
        "Le CSR suffit, mais une vieille facture peut le contredire.",
        "The CSR is enough, but an old bill may contradict it.",
    ),
    example={"date": "2026-08-14", "age": 101, "limit": 60},
)
def bill_too_old_with_csr(accounts: pd.DataFrame, batch: TypedBatch) -> pd.DataFrame:
    return _too_old(accounts[accounts["evidence"].eq("csr_and_bill")], batch)


@row_rule(
    "ACC032",
    INFO,
    sheet="accounts",
    on="bill_date",
    reads=("bill_date", "evidence"),
    says=Text("Cette preuve sera trop vieille après le {last}.", "This evidence will be too old after {last}."),
    remedy=Text("Rien à faire si le lot est accepté d'ici là.", "Nothing to do if the batch is accepted by then."),
    why=Text(
        "Une correction qui traîne suffit à faire passer les 60 jours.",
        "A correction that drags on is enough to pass the 60 days.",
    ),
    example={"last": "2026-11-30"},
)
def bill_soon_too_old(accounts: pd.DataFrame, batch: TypedBatch) -> pd.DataFrame:
    import pandas as pd

    limits = batch.context.thresholds
    soon = accounts["evidence"].isin(WITHOUT_CSR) & _age(accounts, batch).between(
        limits.bill_soon_days, limits.bill_days
    )
    last = accounts.loc[soon, "bill_date"] + pd.Timedelta(days=limits.bill_days)
    if batch.ledger_matches is not None:
        until = batch.ledger_matches.arrived.reindex(last.index) + pd.Timedelta(days=limits.round_days)
        last = last.where(~until.gt(last), until)
    return last.to_frame("last")


@row_rule(
    "ACC033",
    WARNING,
    sheet="accounts",
    on="account_ref",
    reads=("account_ref", "evidence"),
    says=Text(
        "Aucun document utilisable du lot n'a un nom qui commence par « {value} ».",
        "No usable document of the batch has a name that begins with “{value}”.",
    ),
    remedy=Text(
        "Joignez la preuve annoncée, nommée {name} par exemple : PDF, PNG, JPEG ou TIFF, 20 Mio au plus.",
        "Add the evidence declared, named {name} for example: PDF, PNG, JPEG or TIFF, at most 20 MiB.",
    ),
    why=Text(
        "La preuve annoncée est demandée dès que le fournisseur doute; sans elle, la demande attend.",
        "The evidence declared is asked for as soon as the carrier doubts; without it the request waits.",
    ),
    example={"value": "A1", "name": Text("A1-facture.pdf", "A1-bill.pdf")},
)
def document_missing(accounts: pd.DataFrame, batch: TypedBatch) -> pd.DataFrame:
    names = [unicodedata.normalize("NFC", name).casefold() for name in batch.context.documents or ()]
    begins = {name[:at] for name in names for at, mark in enumerate(name) if mark in AFTER_KEY}
    declared = accounts["evidence"].isin(tuple(DOCUMENTS)) & (batch.context.documents is not None)
    missing = accounts[declared & accounts["key"].ne("") & ~accounts["key"].isin(begins)]
    facts = zip(missing["account_ref"], missing["evidence"], strict=True)
    names_of = [DOCUMENTS[evidence].put(key=key) for key, evidence in facts]
    return missing[[]].assign(name=names_of)


@row_rule(
    "ACC013",
    WARNING,
    sheet="accounts",
    on="evidence",
    reads=("evidence", "carrier"),
    says=Text(
        "Une capture d'écran ne vaut que si le fournisseur n'émet pas de facture.",
        "A screenshot will do only where the carrier issues no bill.",
    ),
    remedy=Text(
        "Si {carrier} en émet une, demandez-la, choisissez Facture et écrivez sa date.",
        "If {carrier} issues one, ask for it, choose Bill and write its date.",
    ),
    why=Text(
        "Les fournisseurs qui émettent des factures refusent souvent une capture d'écran.",
        "Carriers that issue bills often refuse a screenshot.",
    ),
    example={"carrier": "Vidéotron"},
)
def screenshot(accounts: pd.DataFrame, _batch: TypedBatch) -> pd.DataFrame:
    billing = [
        name for name in accounts["carrier_name"].unique() if (found := carrier_of(name)) is None or found.issues_bills
    ]
    shown = accounts["evidence"].eq("screenshot") & accounts["carrier_name"].isin(billing)
    return accounts.loc[shown, ["carrier_name"]].rename(columns={"carrier_name": "carrier"})
