"""ACC007 to ACC013, ACC032, ACC033: CSR, bill or screenshot, and its date."""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import TYPE_CHECKING

from lnp_batch.carriers import carrier_of
from lnp_batch.model.context import DEFAULT_THRESHOLDS, DOCUMENT_MIB
from lnp_batch.model.text import Text
from lnp_batch.rules.rule import ERROR, INFO, WARNING, row_rule

if TYPE_CHECKING:
    import pandas as pd

    from lnp_batch.model.typed_batch import TypedBatch

BILL_DAYS = DEFAULT_THRESHOLDS.bill_days
"""The limit that the whys and the examples name; the rules apply the one of the settings."""

WITHOUT_CSR = ("bill", "screenshot")
"""Evidence whose age matters, since no CSR goes with it."""

MONTHS = 12
"""A day of the month up to this one may be a month typed in its place."""

AFTER_KEY = "-_. "
"""What may follow an account's key in the name of its document."""

CSR_FILE = Text("{key}-csr.pdf", "{key}-csr.pdf")
DOCUMENTS = {
    "bill": Text("{key}-facture.pdf", "{key}-bill.pdf"),
    "screenshot": Text("{key}-capture.png", "{key}-screenshot.png"),
    "csr": CSR_FILE,
    "csr_and_bill": CSR_FILE,
}
"""The file name that we propose for a document, by the evidence declared."""


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
        "Demandez au client une facture de {limit} jours ou moins, ou le CSR, puis choisissez ici Facture ou CSR.",
        "Ask the customer for a bill at most {limit} days old, or the CSR, then choose Bill or CSR here.",
    ),
    why=Text(
        "Sans CSR, une facture récente est essentielle pour remplir la demande avec précision et porter à temps.",
        "Without a CSR, a recent bill is essential to fill in the request precisely and to port on time.",
    ),
    example={"limit": BILL_DAYS},
)
def no_evidence(accounts: pd.DataFrame, batch: TypedBatch) -> pd.DataFrame:
    return accounts.loc[accounts["evidence"].eq("none"), []].assign(limit=batch.context.thresholds.bill_days)


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
        "Le CSR n'est pas obligatoire, mais davantage de ports réussissent quand il est là.",
        "A CSR is not mandatory, but more ports succeed with one.",
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
        "Sans CSR, il faut la date de la facture ou de la capture d'écran.",
        "Without a CSR, the date of the bill or screenshot is needed.",
    ),
    remedy=Text(
        "Écrivez la date d'émission imprimée sur la facture, comme AAAA-MM-JJ.",
        "Write the issue date printed on the bill, as YYYY-MM-DD.",
    ),
    why=Text(
        f"Sans CSR, seule une facture de {BILL_DAYS} jours ou moins est acceptée; il faut donc sa date.",
        f"Without a CSR only a bill at most {BILL_DAYS} days old is accepted, so its date is needed.",
    ),
)
def bill_date_missing(accounts: pd.DataFrame, _batch: TypedBatch) -> pd.Series:
    return accounts["evidence"].isin(WITHOUT_CSR) & accounts["bill_date"].isna()


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
    remedy={
        "as_typed": Text(
            "Demandez au client sa facture la plus récente et écrivez sa date ici; ou obtenez le CSR et choisissez-le "
            "sous « Preuve fournie ».",
            "Ask for the latest bill and write its date here; or get the CSR and choose it under “Evidence supplied”.",
        ),
        "swapped": Text(
            "Est-elle plutôt du {swapped}? Écrivez-le. Sinon, il faut la facture la plus récente, ou le CSR sous « "
            "Preuve fournie ».",
            "Is it from {swapped} instead? Write that. If not, the latest bill is needed, or the CSR under “Evidence "
            "supplied”.",
        ),
    },
    why=Text(
        "Une vieille facture peut porter un nom, une adresse ou un numéro de compte qui ont changé.",
        "An old bill may show a name, an address or an account number that has since changed.",
    ),
    example={"date": "2026-08-14", "age": 101, "limit": BILL_DAYS, "swapped": "2026-11-03"},
)
def bill_too_old(accounts: pd.DataFrame, batch: TypedBatch) -> pd.DataFrame | None:
    bills = _too_old(accounts[accounts["evidence"].isin(WITHOUT_CSR)], batch)
    return None if bills is None else _with_swapped(bills, batch)


def _too_old(accounts: pd.DataFrame, batch: TypedBatch) -> pd.DataFrame | None:
    """Return the bills older than the limit, None if there are none. Columns: `date`, `age` in days, `limit`."""
    limit, age = batch.context.thresholds.bill_days, _age(accounts, batch)
    too_old = age.gt(limit)
    if not too_old.any():
        return None
    bills = accounts.loc[too_old, ["bill_date"]].rename(columns={"bill_date": "date"})
    return bills.assign(age=age[too_old].astype("int64"), limit=limit)


def _age(accounts: pd.DataFrame, batch: TypedBatch) -> pd.Series:
    """Return each bill's age in days on the day that its age is counted on; missing without a date."""
    return (_counted_on(accounts, batch) - accounts["bill_date"]).dt.days


def _counted_on(accounts: pd.DataFrame, batch: TypedBatch) -> pd.Series:
    """Return the day on which each bill's age is counted: in a correction round that of the first arrival, else the
    reference date."""
    import pandas as pd

    days = pd.Series(pd.Timestamp(batch.context.reference_date), index=accounts.index)
    return days if batch.ledger_matches is None else batch.ledger_matches.arrived.reindex(accounts.index).fillna(days)


def _with_swapped(bills: pd.DataFrame, batch: TypedBatch) -> pd.DataFrame:
    """Return the bills (column `date`) with the variant of the remedy: `swapped` if day and month may be the wrong way
    round, the date then being in the column `swapped`; otherwise `as_typed`."""
    dates = zip(bills["date"], _counted_on(bills, batch), strict=True)
    swapped = [_swapped(date, counted_on, batch) for date, counted_on in dates]
    return bills.assign(swapped=swapped, remedy=["swapped" if date else "as_typed" for date in swapped])


def _swapped(date: dt.datetime, counted_on: dt.datetime, batch: TypedBatch) -> dt.date | None:
    """Return the date with day and month the other way round, if a bill of that day would be accepted."""
    if date.day > MONTHS or date.day == date.month:
        return None
    swapped = dt.date(date.year, date.day, date.month)
    recent = (counted_on.date() - swapped).days <= batch.context.thresholds.bill_days
    return swapped if recent and swapped <= batch.context.reference_date else None


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
    example={"date": "2026-08-14", "age": 101, "limit": BILL_DAYS},
)
def bill_too_old_with_csr(accounts: pd.DataFrame, batch: TypedBatch) -> pd.DataFrame | None:
    return _too_old(accounts[accounts["evidence"].eq("csr_and_bill")], batch)


@row_rule(
    "ACC012",
    ERROR,
    sheet="accounts",
    on="bill_date",
    says=Text("La facture est datée du {date}, dans l'avenir.", "The bill is dated {date}, in the future."),
    remedy={
        "as_typed": Text(
            "Peut-être est-ce la date d'échéance : écrivez la date d'émission.",
            "Perhaps that is the due date: write the day it was issued.",
        ),
        "swapped": Text(
            "Est-elle plutôt du {swapped}? Écrivez-le. Sinon, peut-être est-ce l'échéance : écrivez la date "
            "d'émission.",
            "Is it from {swapped} instead? Write that. If not, perhaps it is the due date: write the day it was "
            "issued.",
        ),
    },
    why=Text(
        "Une date à venir est presque toujours l'échéance du paiement.",
        "A future date is nearly always the day on which payment is due.",
    ),
    example={"date": "2026-12-15", "swapped": "2026-11-12"},
)
def bill_in_future(accounts: pd.DataFrame, batch: TypedBatch) -> pd.DataFrame | None:
    import pandas as pd

    ahead = accounts["bill_date"].gt(pd.Timestamp(batch.context.reference_date))
    if not ahead.any():
        return None
    return _with_swapped(accounts.loc[ahead, ["bill_date"]].rename(columns={"bill_date": "date"}), batch)


@row_rule(
    "ACC013",
    WARNING,
    sheet="accounts",
    on="evidence",
    reads=("evidence", "carrier"),
    says=Text(
        "Une capture d'écran ne vaut que si le fournisseur n'émet pas de facture.",
        "A screenshot is accepted only if the carrier issues no bill.",
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
def screenshot(accounts: pd.DataFrame, _batch: TypedBatch) -> pd.DataFrame | None:
    if "screenshot" not in accounts["evidence"].tolist():
        return None
    billing = [
        name for name in accounts["carrier_name"].unique() if (found := carrier_of(name)) is None or found.issues_bills
    ]
    at_fault = accounts["evidence"].eq("screenshot") & accounts["carrier_name"].isin(billing)
    return accounts.loc[at_fault, ["carrier_name"]].rename(columns={"carrier_name": "carrier"})


@row_rule(
    "ACC032",
    INFO,
    sheet="accounts",
    on="bill_date",
    reads=("bill_date", "evidence"),
    says=Text("Cette preuve sera trop vieille après le {last}.", "This evidence will be too old after {last}."),
    remedy=Text("Rien à faire si le lot est accepté d'ici là.", "Nothing to do if the batch is accepted by then."),
    why=Text(
        f"Une correction qui traîne suffit à faire passer les {BILL_DAYS} jours.",
        f"One slow correction is enough to go past the {BILL_DAYS} days.",
    ),
    example={"last": "2026-11-30"},
)
def bill_soon_too_old(accounts: pd.DataFrame, batch: TypedBatch) -> pd.DataFrame | None:
    import pandas as pd

    limits = batch.context.thresholds
    soon = accounts["evidence"].isin(WITHOUT_CSR) & _age(accounts, batch).between(
        limits.bill_soon_days, limits.bill_days
    )
    if not soon.any():
        return None
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
        "Joignez la preuve annoncée, nommée {name} par exemple : PDF, PNG, JPEG ou TIFF, {limit} Mio au plus.",
        "Add the evidence declared, named {name} for example: PDF, PNG, JPEG or TIFF, at most {limit} MiB.",
    ),
    why=Text(
        "Le fournisseur demande la preuve annoncée dès qu'il a un doute; sans elle, la demande attend.",
        "The carrier asks for the declared evidence as soon as it has a doubt; without it, the request waits.",
    ),
    example={"value": "A1", "name": Text("A1-facture.pdf", "A1-bill.pdf"), "limit": DOCUMENT_MIB},
)
def document_missing(accounts: pd.DataFrame, batch: TypedBatch) -> pd.DataFrame | None:
    if batch.context.documents is None:
        return None
    keys = {key for name in batch.context.documents for key in document_keys(name)}
    declared = accounts["evidence"].isin(tuple(DOCUMENTS))
    missing = accounts[declared & accounts["key"].ne("") & ~accounts["key"].isin(keys)]
    evidence = zip(missing["account_ref"], missing["evidence"], strict=True)
    return missing[[]].assign(limit=DOCUMENT_MIB, name=[DOCUMENTS[kind].put(key=key) for key, kind in evidence])


def document_keys(name: str) -> set[str]:
    """Return the keys, casefolded, of the accounts that a document of that name may belong to."""
    folded = unicodedata.normalize("NFC", name).casefold()
    return {folded[:at] for at, mark in enumerate(folded) if mark in AFTER_KEY}
