"""ACC: an account's row. A rule takes the frame of accounts (and the book) and gives the rows at fault."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING

from lnp_batch.carriers import carrier_of, nearest_carriers
from lnp_batch.columns import UNKNOWN_GO_AHEAD
from lnp_batch.model.area_codes import AREA_CODES
from lnp_batch.model.dates import business_day_after, business_days_between, holiday, is_business_day
from lnp_batch.model.text import Text, fold
from lnp_batch.rules import numbers as phone
from lnp_batch.rules.duplicates import RELATED_AT_MOST
from lnp_batch.rules.rule import CONFIRM, ERROR, INFO, NOTHING_TO_DO, WARNING, flagged, rule, together
from lnp_batch.rules.writing import evened_address, evened_name

if TYPE_CHECKING:
    import pandas as pd

    from lnp_batch.model.book import Book

WITHOUT_CSR = ("bill", "screenshot")
GO_AHEAD = UNKNOWN_GO_AHEAD.text
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

FIRST_LETTERS = {
    "A": ("NL",), "B": ("NS",), "C": ("PE",), "E": ("NB",), "G": ("QC",), "H": ("QC",), "J": ("QC",),
    "K": ("ON",), "L": ("ON",), "M": ("ON",), "N": ("ON",), "P": ("ON",), "R": ("MB",), "S": ("SK",),
    "T": ("AB",), "V": ("BC",), "X": ("NT", "NU"), "Y": ("YT",),
}  # fmt: skip
"""First letter of a postal code → provinces (Canada Post's addressing guidelines)."""

_POSTAL = re.compile(r"[ABCEGHJ-NPRSTVXY][0-9][ABCEGHJ-NPRSTV-Z] [0-9][ABCEGHJ-NPRSTV-Z][0-9]")
_PO_BOX = re.compile(
    r"\b(?:p\W{0,2}o\W{0,2}\s*box|post\s*office\s*box|c\W{0,2}\s?p\W{0,2}\s*[0-9]|bo[iî]te postale|b\W{0,2}p\W{0,2}\s*[0-9]|"
    r"case postale|casier postal|general delivery|poste restante|r\.?\s?r\.?\s*(?:#|no\.?)?\s*[0-9]+|rural route|route rurale|box\s+[0-9]+|stn\s|succ\.?\s+[A-Z]\b)",
    re.IGNORECASE,
)
COMPANY_WORDS = frozenset(
    "inc ltee ltd llc llp corp corporation enr senc sencrl limited limitee incorporated cie compagnie company coop "
    "cooperative societe obnl".split()
)
TITLES = frozenset("m mm mme mmes mlle mr mrs ms miss dr dre me maitre monsieur madame".split())
ROLES = frozenset(
    "le la les l du de des d au aux a the of and et ou or an any own self proprietaire proprio gerant gerante titulaire client cliente "
    "responsable directeur directrice president presidente administrateur administratrice comptable comptabilite "
    "secretaire patron patronne compte comptes personne autorise autorisee signataire facturation reception "
    "owner manager holder customer client account accounts payable receivable accounting bookkeeper office director "
    "president administrator admin secretary boss authorized authorised signer person billing reception contact".split()
)
"""Words that name a role: of these alone, nobody's name is made."""
TWO_WORDS = 2
MONTHS = 12
COMPARED_AT_MOST = 1_000
"""Unknown carriers for which a known one is looked for: a batch has a few, unless a wrong column was pasted."""
NO_NEW_BTN = Text("Port complet : aucun nouveau BTN; videz cette cellule.", "Full port: no new BTN; clear this cell.")
STAYS = Text(
    "Écrivez le numéro qui reste, dans la forme 514-555-0100; si le BTN ne part pas, videz cette cellule.",
    "Write the number that stays, in the form 514-555-0100; if the BTN does not leave, clear this cell.",
)
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
COPY_OR_MEND = Text(
    "Recopiez : « {right} »; si c'est la copie du CSR ou de la facture, à gauche, qui est fautive, corrigez-la.",
    "Copy: “{right}”; if the copy of the CSR or bill, at the left, is the wrong one, correct it.",
)


def _cells_at(rows: pd.Series, mask: pd.Series) -> pd.DataFrame:
    """The rows of a mask as a frame without facts."""
    return rows[mask].to_frame("_")[[]]


def _repeated(keys: pd.Series, in_words: pd.Series) -> pd.DataFrame:
    """Rows whose key stands on several rows: `where`, the first other row; `related`, the others, not too many."""
    import pandas as pd

    twice = keys[in_words & keys[in_words].reindex(keys.index).duplicated(keep=False)]
    holders = {key: list(rows) for key, rows in twice.groupby(twice).groups.items()}
    few = {key: rows[: RELATED_AT_MOST + 1] for key, rows in holders.items()}
    facts = [tuple(int(at) for at in few[key] if at != row)[:RELATED_AT_MOST] for row, key in twice.items()]
    return pd.DataFrame({"where": [rows[0] for rows in facts], "related": facts}, index=twice.index)


@rule(
    "ACC001",
    ERROR,
    on="account_ref",
    says=Text("Le repère « {value} » sert aussi en {where}.", "The key “{value}” is also used in {where}."),
    remedy=Text(
        "Donnez à l'un des deux un autre repère, {free} par exemple, et écrivez-le sur les lignes de ses numéros.",
        "Give one of the two another key, {free} for example, and write it on its numbers' rows.",
    ),
    why=Text(
        "Le repère lie les numéros à leur compte; s'il en désigne deux, on ne sait pas lequel est le bon.",
        "The key ties numbers to their account; if it names two, which one is meant cannot be known.",
    ),
    example={"value": "A2", "where": "C3", "free": "A4"},
)
def duplicate_account_key(accounts: pd.DataFrame, _book: Book) -> pd.DataFrame:
    used = set(accounts["key"])
    free = next(f"A{number}" for number in range(1, len(used) + 2) if f"a{number}" not in used)
    return _repeated(accounts["key"], accounts["key"].ne("")).assign(free=free)


@rule(
    "ACC003",
    WARNING,
    on="carrier",
    says=Text(
        "Nous ne connaissons pas l'ancien fournisseur « {value} ».", "We do not know the losing carrier “{value}”."
    ),
    remedy=Text("{advice}", "{advice}"),
    why=Text(
        "La demande part chez le fournisseur nommé ici; un nom mal écrit l'envoie au mauvais ou nulle part.",
        "The request goes to the carrier named here; a misspelt name sends it to the wrong one or nowhere.",
    ),
    example={
        "value": "Videotrn",
        "advice": Text(
            "Est-ce Vidéotron? Écrivez-le; sinon, gardez la marque qui est sur la facture.",
            "Is it Vidéotron? Write it; if not, keep the brand that is on the bill.",
        ),
    },
)
def unknown_carrier(accounts: pd.DataFrame, _book: Book) -> pd.DataFrame:
    unknown = [typed for typed in accounts["carrier"].unique() if typed and not carrier_of(typed)]
    stray = accounts.loc[accounts["carrier"].isin(unknown), "carrier"]
    meant = {typed: _meant(nearest_carriers(typed)) for typed in unknown[:COMPARED_AT_MOST]}
    return stray.map(lambda typed: meant.get(typed) or _meant([])).to_frame("advice")


def _meant(names: list[str]) -> Text:
    if not names:
        return Text("Vérifiez le nom sur la facture.", "Check the name on the bill.")
    return Text(
        f"Est-ce {' ou '.join(names)}? Écrivez-le; sinon, gardez la marque qui est sur la facture.",
        f"Is it {' or '.join(names)}? Write it; if not, keep the brand that is on the bill.",
    )


@rule(
    "ACC004",
    INFO,
    on="carrier",
    says=Text("« {value} » est lu comme {carrier}.", "“{value}” is read as {carrier}."),
    remedy=NOTHING_TO_DO,
    why=Text(
        "Une même marque s'écrit de plusieurs façons; ses numéros vont dans les mêmes demandes.",
        "One brand is written in several ways; its numbers go into the same requests.",
    ),
    example={"value": "Bell", "carrier": "Bell Canada"},
)
def carrier_alias(accounts: pd.DataFrame, _book: Book) -> pd.DataFrame:
    other = accounts["carrier"].ne(accounts["carrier_name"])
    return accounts.loc[other, ["carrier_name"]].rename(columns={"carrier_name": "carrier"})


WHY_NOT_A_NUMBER = (
    phone.extension,
    phone.two_numbers,
    phone.not_canadian,
    phone.not_ten_digits,
    phone.impossible_number,
    phone.toll_free,
)


@rule(
    "ACC005",
    ERROR,
    on=("btn", "new_btn"),
    says=Text(
        "« {value} » ne peut pas être un numéro de facturation : {why}.", "“{value}” cannot be a billing number: {why}."
    ),
    remedy=Text("{advice}", "{advice}"),
    why=Text(
        "Le fournisseur reconnaît le compte à son numéro de facturation; un chiffre faux et la demande est refusée.",
        "The carrier knows the account by its billing number; one wrong digit and the request is refused.",
    ),
    example={
        "value": "450 555 01",
        "why": Text("il a 8 chiffres", "it holds 8 digits"),
        "advice": phone.TEN_DIGITS,
    },
)
def bad_btn(phones: pd.DataFrame, book: Book) -> pd.DataFrame:
    suspect = phones[phones["typed"].ne("") & ~phones["area"].isin(list(AREA_CODES))]
    suspect = together((suspect, phones[phones["area"].isin(list(AREA_CODES)) & phone.impossible(phones["exchange"])]))
    if suspect.empty:
        return suspect
    why: dict[int, Text] = {}
    for reason in reversed(WHY_NOT_A_NUMBER):
        found = reason.find(suspect, book)
        found = suspect.loc[found, ["typed"]] if found.ndim == 1 else found
        why |= {row: _why(reason.code, facts) for row, facts in zip(found.index, found.to_dict("records"), strict=True)}
    wrong = suspect.loc[list(why), ["typed"]].assign(why=list(why.values()))
    wrong["advice"] = [phone.what_to_write(typed) for typed in wrong["typed"]]
    if phones is book.phones.get(("accounts", "new_btn")):
        full = book.accounts.loc[wrong.index, "port_type"].eq("full")
        wrong["advice"] = [NO_NEW_BTN if one else STAYS for one in full]
    return wrong[["why", "advice"]]


def _why(code: str, facts: dict[str, object]) -> Text:
    match code:
        case "NUM003":
            return Text("un poste y est écrit", "an extension stands in it")
        case "NUM002":
            return Text("il y a deux numéros", "there are two numbers")
        case "NUM006":
            return Text("il n'est pas du Canada", "it is not Canadian")
        case "NUM007":
            return Text("c'est un numéro sans frais", "it is a toll-free number")
        case "NUM004":
            return Text(
                f"« {facts['part']} » n'existe pas à cette place", f"“{facts['part']}” does not exist in that place"
            )
        case _:
            return Text("il a {digits}", "it holds {digits}").put(digits=facts["digits"])


@rule(
    "ACC006",
    WARNING,
    on="account_ref",
    says=Text("Aucun numéro n'est écrit pour ce compte.", "No number is written for this account."),
    remedy=Text(
        "Ajoutez ses numéros à la feuille Numéros, ou supprimez cette ligne.",
        "Add its numbers on the sheet Numbers, or delete this row.",
    ),
    why=Text(
        "Un compte sans numéro ne fait aucune demande. Se tait tant qu'un numéro a un repère vide ou inconnu : c'est peut-être le sien.",
        "An account without numbers makes no request. Silent while a number's key is empty or unknown: it may be this one's.",
    ),
)
def no_numbers(accounts: pd.DataFrame, book: Book) -> pd.Series:
    all_keyed = book.numbers["account"].gt(0).all()
    return accounts["key"].ne("") & ~accounts["key"].isin(book.numbers["key"].unique()) & all_keyed


@rule(
    "ACC007",
    ERROR,
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
def no_evidence(accounts: pd.DataFrame, _book: Book) -> pd.Series:
    return accounts["evidence"].eq("none")


@rule(
    "ACC008",
    INFO,
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
def no_csr(accounts: pd.DataFrame, _book: Book) -> pd.Series:
    return accounts["evidence"].isin(WITHOUT_CSR)


@rule(
    "ACC009",
    ERROR,
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
def bill_date_missing(accounts: pd.DataFrame, _book: Book) -> pd.Series:
    return accounts["evidence"].isin(WITHOUT_CSR) & accounts["bill_date"].isna()


def _counted_on(accounts: pd.DataFrame, book: Book) -> pd.Series:
    """The day on which each bill's age counts: in a round of correction that of the first arrival, else the reference date."""
    import pandas as pd

    days = pd.Series(pd.Timestamp(book.context.reference_date), index=accounts.index)
    return days if book.rounds is None else book.rounds.arrived.reindex(accounts.index).fillna(days)


def _age(accounts: pd.DataFrame, book: Book) -> pd.Series:
    """The bill's age in days on the day that counts; missing where there is no date."""
    return (_counted_on(accounts, book) - accounts["bill_date"]).dt.days


@rule(
    "ACC012",
    ERROR,
    on="bill_date",
    says=Text("La facture est datée du {date}, dans l'avenir.", "The bill is dated {date}, in the future."),
    remedy=Text("{advice}", "{advice}"),
    why=Text(
        "Une date à venir est presque toujours l'échéance du paiement.",
        "A date to come is nearly always the day payment is due.",
    ),
    example={"date": "2026-12-15", "advice": DUE_DATE},
)
def bill_in_future(accounts: pd.DataFrame, book: Book) -> pd.DataFrame:
    import pandas as pd

    ahead = accounts["bill_date"].gt(pd.Timestamp(book.context.reference_date))
    return _with_advice(accounts.loc[ahead, ["bill_date"]].rename(columns={"bill_date": "date"}), book, DUE_DATE)


def _turned(date: dt.datetime, counted_on: dt.datetime, book: Book) -> dt.date | None:
    """The date with day and month the other way round, where a bill of that day would do."""
    if date.day > MONTHS or date.day == date.month:
        return None
    turned = dt.date(date.year, date.day, date.month)
    young = (counted_on.date() - turned).days <= book.context.thresholds.bill_days
    return turned if young and turned <= book.context.reference_date else None


def _with_advice(bills: pd.DataFrame, book: Book, otherwise: Text) -> pd.DataFrame:
    """The bills (`date`) with what to do about each: where the other way round its date would do, that comes first."""
    counted_on = _counted_on(bills, book)
    turned = [_turned(date, day, book) for date, day in zip(bills["date"], counted_on, strict=True)]
    return bills.assign(advice=[otherwise if day is None else TURNED[otherwise].put(date=day) for day in turned])


@rule(
    "ACC010",
    ERROR,
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
def bill_too_old(accounts: pd.DataFrame, book: Book) -> pd.DataFrame:
    return _with_advice(_too_old(accounts[accounts["evidence"].isin(WITHOUT_CSR)], book), book, LATEST_BILL)


def _too_old(accounts: pd.DataFrame, book: Book) -> pd.DataFrame:
    limit = book.context.thresholds.bill_days
    facts = accounts.assign(date=accounts["bill_date"], age=_age(accounts, book).astype("Int64"), limit=limit)
    return facts.loc[facts["age"].gt(limit).fillna(False).astype(bool), ["date", "age", "limit"]]


@rule(
    "ACC011",
    WARNING,
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
def bill_too_old_with_csr(accounts: pd.DataFrame, book: Book) -> pd.DataFrame:
    return _too_old(accounts[accounts["evidence"].eq("csr_and_bill")], book)


@rule(
    "ACC032",
    INFO,
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
def bill_soon_too_old(accounts: pd.DataFrame, book: Book) -> pd.DataFrame:
    import pandas as pd

    limits = book.context.thresholds
    soon = accounts["evidence"].isin(WITHOUT_CSR) & _age(accounts, book).between(
        limits.bill_soon_days, limits.bill_days
    )
    last = accounts.loc[soon, "bill_date"] + pd.Timedelta(days=limits.bill_days)
    if book.rounds is not None:
        until = book.rounds.arrived.reindex(last.index) + pd.Timedelta(days=limits.round_days)
        last = last.where(~until.gt(last), until)
    return last.to_frame("last")


@rule(
    "ACC033",
    WARNING,
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
def document_missing(accounts: pd.DataFrame, book: Book) -> pd.DataFrame:
    names = [unicodedata.normalize("NFC", name).casefold() for name in book.context.documents or ()]
    begins = {name[:at] for name in names for at, mark in enumerate(name) if mark in AFTER_KEY}
    declared = accounts["evidence"].isin(tuple(DOCUMENTS)) & (book.context.documents is not None)
    missing = accounts[declared & accounts["key"].ne("") & ~accounts["key"].isin(begins)]
    facts = zip(missing["account_ref"], missing["evidence"], strict=True)
    names_of = [DOCUMENTS[evidence].put(key=key) for key, evidence in facts]
    return missing[[]].assign(name=names_of)


@rule(
    "ACC013",
    WARNING,
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
def screenshot(accounts: pd.DataFrame, _book: Book) -> pd.DataFrame:
    billing = [
        name for name in accounts["carrier_name"].unique() if (found := carrier_of(name)) is None or found.issues_bills
    ]
    shown = accounts["evidence"].eq("screenshot") & accounts["carrier_name"].isin(billing)
    return accounts.loc[shown, ["carrier_name"]].rename(columns={"carrier_name": "carrier"})


@rule(
    "ACC017",
    ERROR,
    on=("address_on_bill", "address"),
    reads=("{column}",),
    says=Text(
        "« {value} » est une adresse postale, pas l'adresse de service.",
        "“{value}” is a mailing address, not the service address.",
    ),
    remedy=Text(
        "Écrivez l'adresse où sont les lignes : numéro, rue, bureau.",
        "Write the address where the lines are: civic number, street, unit.",
    ),
    why=Text(
        "Une ligne ne peut pas être branchée dans une case postale; le fournisseur compare l'adresse de service.",
        "A line cannot be plugged into a post office box; the carrier compares the service address.",
    ),
    example={"value": Text("C.P. 123", "PO Box 123")},
)
def po_box(accounts: pd.DataFrame, _book: Book) -> pd.DataFrame:
    import pandas as pd

    on_bill, in_file = (
        accounts[key].map({words: bool(_PO_BOX.search(words)) for words in accounts[key].unique()}).astype(bool)
        for key in ("address_on_bill", "address")
    )
    column = pd.Series("address", index=accounts.index).mask(on_bill, "address_on_bill")
    return column[on_bill | in_file].to_frame("column")


@rule(
    "ACC018",
    ERROR,
    on=("postal_code_on_bill", "postal_code"),
    says=Text("« {value} » n'est pas un code postal canadien.", "“{value}” is not a Canadian postal code."),
    remedy=Text("{advice}", "{advice}"),
    why=Text(
        "Le code postal fait partie de l'adresse que le fournisseur compare à la sienne.",
        "The postal code is part of the address that the carrier compares with its own.",
    ),
    example={
        "value": "H3B 4WO",
        "advice": Text(
            "La lettre O n'y est jamais : écrivez H3B 4W0, si c'est le code de la facture.",
            "The letter O is never in it: write H3B 4W0, if that is the bill's.",
        ),
    },
)
def bad_postal_code(postal: pd.Series, _book: Book) -> pd.DataFrame:
    wrong = postal[postal.ne("") & ~postal.str.fullmatch(_POSTAL)]
    return wrong.map(_six_characters).to_frame("advice")


def _six_characters(typed: str) -> Text:
    """What to write for a postal code that is none."""
    meant = typed.upper().replace("O", "0")
    if meant != typed.upper() and re.fullmatch(_POSTAL, meant):
        return Text(
            f"La lettre O n'y est jamais : écrivez {meant}, si c'est le code de la facture.",
            f"The letter O is never in it: write {meant}, if that is the bill's.",
        )
    if "O" in typed.upper():
        return Text(
            "La lettre O n'y est jamais : recopiez les six caractères de la facture, dans la forme A1A 1A1.",
            "The letter O is never in it: copy the six characters from the bill, in the form A1A 1A1.",
        )
    return Text(
        "Recopiez les six caractères de la facture, dans la forme A1A 1A1.",
        "Copy the six characters from the bill, in the form A1A 1A1.",
    )


@rule(
    "ACC014",
    ERROR,
    on="name",
    reads=("name", "name_on_bill"),
    says=Text(
        "Le nom à votre dossier diffère du CSR ou de la facture.", "The name in your file differs from the CSR or bill."
    ),
    remedy=COPY_OR_MEND,
    why=Text(
        "C'est l'une des raisons les plus courantes de rejet : le nom doit correspondre exactement à celui du CSR ou de la facture.",
        "It is one of the commonest reasons of rejection: the name must match the CSR or bill exactly.",
    ),
    example={"value": "Clinique dentaire St-Jean", "right": "Clinique Dentaire St-Jean inc."},
)
def name_differs(accounts: pd.DataFrame, _book: Book) -> pd.DataFrame:
    return _differing(accounts, "name", evened_name)


def _differing(accounts: pd.DataFrame, column: str, even: Callable[[str], str], alike: bool = False) -> pd.DataFrame:
    """Rows whose `column` of the reseller's file is not the bill's: those that differ, or, `alike`, by writing only."""
    mine, right = accounts[column], accounts[f"{column}_on_bill"]
    other = mine.ne("") & right.ne("") & mine.ne(right)
    if not other.any():
        return accounts.iloc[:0]
    both = right[other].to_frame("right").assign(column=column)
    return flagged(both, (alike is (even(a) == even(b)) for a, b in zip(mine[other], both["right"], strict=True)))


COMPARED: dict[str, Callable[[str], str]] = {"address": evened_address, "city": evened_name, "postal_code": str}


@rule(
    "ACC015",
    ERROR,
    on=("address", "city", "postal_code"),
    reads=("{column}", "{column}_on_bill"),
    says=Text(
        "L'adresse à votre dossier diffère du CSR ou de la facture.",
        "The address in your file differs from the CSR or bill.",
    ),
    remedy=COPY_OR_MEND,
    why=Text(
        "Le fournisseur compare l'adresse de service à la sienne, et refuse au premier écart.",
        "The carrier compares the service address with its own, and refuses at the first difference.",
    ),
    example={"value": "88, rue St-Jean", "right": "88, rue St-Jean, bureau 2"},
)
def address_differs(accounts: pd.DataFrame, _book: Book) -> pd.DataFrame:
    return together(_differing(accounts, column, even) for column, even in COMPARED.items())


@rule(
    "ACC016",
    WARNING,
    on=("name", "address", "city"),
    reads=("{column}", "{column}_on_bill"),
    says=Text(
        "Comme sur le CSR ou la facture, écrit autrement.",
        "Same as on the CSR or bill, written otherwise.",
    ),
    remedy=Text(
        "Rien à faire : « {right} » partira, comme sur la facture.",
        "Nothing to do: “{right}” goes out, as on the bill.",
    ),
    why=Text(
        "Majuscules, accents et abréviations ne changent pas qui est le client, mais le fournisseur compare à la lettre.",
        "Capitals, accents and abbreviations do not change who the customer is, but carriers compare to the letter.",
    ),
    example={"value": "CLINIQUE DENTAIRE ST-JEAN INC", "right": "Clinique Dentaire St-Jean inc."},
)
def writing_differs(accounts: pd.DataFrame, _book: Book) -> pd.DataFrame:
    compared = {"name": evened_name, "address": evened_address, "city": evened_name}
    return together(_differing(accounts, column, even, alike=True) for column, even in compared.items())


@rule(
    "ACC019",
    WARNING,
    on="postal_code_on_bill",
    reads=("postal_code_on_bill", "province"),
    says=Text(
        "Un code postal qui commence par {letter} n'est pas en {province}.",
        "A postal code that begins with {letter} is not in {province}.",
    ),
    remedy=Text(
        "Vérifiez la province et le code postal sur la facture.", "Check province and postal code on the bill."
    ),
    why=Text(
        "L'un des deux a été mal recopié, et le fournisseur compare les deux.",
        "One of the two was miscopied, and the carrier compares both.",
    ),
    example={"letter": "K", "province": "QC"},
)
def postal_code_province(accounts: pd.DataFrame, _book: Book) -> pd.DataFrame:
    letters = accounts["postal_code_on_bill"].str[:1]
    pairs = accounts.assign(letter=letters)[["letter", "province"]]
    wrong = [
        bool(letter and province) and province not in FIRST_LETTERS.get(letter, (province,))
        for letter, province in pairs.itertuples(index=False)
    ]
    return flagged(pairs, wrong)


@rule(
    "ACC002",
    ERROR,
    on="account_number",
    reads=("account_number", "carrier", "address_on_bill", "account_ref"),
    says=Text(
        "Ce compte est déjà en {where}, avec le même fournisseur et la même adresse.",
        "This account already stands in {where}, with the same carrier and address.",
    ),
    remedy=Text(
        "Gardez une seule ligne et donnez son repère à tous les numéros du compte.",
        "Keep one row and give its key to all the account's numbers.",
    ),
    why=Text(
        "Deux demandes pour un même compte se bloquent l'une l'autre : le fournisseur n'en traite qu'une à la fois.",
        "Two requests for one account block each other: carriers work on one at a time.",
    ),
    example={"where": "E2"},
)
def account_twice(accounts: pd.DataFrame, _book: Book) -> pd.DataFrame:
    filled = accounts["account_number"].ne("") & accounts["carrier_name"].ne("")
    place = [
        evened_address(f"{address} {city}")
        for address, city in zip(accounts["address_on_bill"].tolist(), accounts["city_on_bill"].tolist(), strict=True)
    ]
    keys = accounts["carrier_name"].map(fold) + "\n" + accounts["account_number"].map(fold) + "\n"
    return _repeated(keys + place, filled)


@rule(
    "ACC020",
    ERROR,
    on="signer",
    says=Text("« {value} » n'est pas un prénom et un nom.", "“{value}” is not a first and a last name."),
    remedy=Text(
        "Écrivez le prénom et le nom de la personne autorisée au compte (exemple : Marie Gagné).",
        "Write the first and last name of the person authorised on the account (for example Marie Gagné).",
    ),
    why=Text(
        "La lettre d'autorisation est signée par une personne que le fournisseur connaît; une compagnie ne signe pas.",
        "The letter of authorisation is signed by a person whom the carrier knows; a company does not sign.",
    ),
    example={"value": "Plomberie Gagné inc."},
)
def signer(accounts: pd.DataFrame, _book: Book) -> pd.Series:
    import pandas as pd

    names = accounts["signer"]
    wrong = {name for name in names.unique() if name and not _is_person(name)}
    plain = {name: _without_company_words(name) for name in names.unique()}
    faulty = [
        name in wrong or (bool(name) and _without_company_words(on_bill) == plain[name] and _names_a_company(on_bill))
        for name, on_bill in zip(names.tolist(), accounts["name_on_bill"].tolist(), strict=True)
    ]
    return pd.Series(faulty, index=names.index, dtype="bool")


def _without_company_words(name: str) -> str:
    return " ".join(word for word in evened_name(name).split() if word not in COMPANY_WORDS)


def _names_a_company(name: str) -> bool:
    return not COMPANY_WORDS.isdisjoint(evened_name(name).split())


def _is_person(name: str) -> bool:
    words = [evened_name(word) for word in name.split() if any(map(str.isalpha, word))]
    words = [word for word in words if word not in TITLES]
    return len(words) >= TWO_WORDS and not ROLES.issuperset(words) and not _names_a_company(name)


@rule(
    "ACC021",
    ERROR,
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
def freeze(accounts: pd.DataFrame, _book: Book) -> pd.Series:
    return accounts["freeze"].eq("yes")


@rule(
    "ACC022",
    ERROR,
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
def restriction(accounts: pd.DataFrame, _book: Book) -> pd.Series:
    return accounts["restriction"].eq("yes")


@rule(
    "ACC023",
    CONFIRM,
    on=("freeze", "restriction"),
    reads=("{column}",),
    says=Text(
        "Un gel ou une restriction au compte fait refuser la demande.",
        "A freeze or a restriction on the account gets the request refused.",
    ),
    remedy=Text(
        f"Demandez au client et choisissez Non; ou, pour prendre le risque, « {GO_AHEAD.fr} ».",
        f"Ask the customer and choose No; or, to take the risk, “{GO_AHEAD.en}”.",
    ),
    why=Text(
        "Gel et restriction doivent être levés avant d'entrer une demande de port.",
        "A freeze or restriction must be lifted before a port request is entered.",
    ),
)
def freeze_unknown(accounts: pd.DataFrame, _book: Book) -> pd.DataFrame:
    columns = ("freeze", "restriction")
    return together(
        _cells_at(accounts[column], accounts[column].eq("unknown")).assign(column=column) for column in columns
    )


@rule(
    "ACC024",
    ERROR,
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
def pending_order(accounts: pd.DataFrame, _book: Book) -> pd.Series:
    return accounts["pending_order"].eq("yes")


@rule(
    "ACC025",
    CONFIRM,
    on="pending_order",
    says=Text(
        "Une commande en cours au compte fait refuser la demande.",
        "An order pending on the account gets the request refused.",
    ),
    remedy=Text(
        f"Demandez au client et choisissez Non; ou, pour prendre le risque, « {GO_AHEAD.fr} ».",
        f"Ask the customer and choose No; or, to take the risk, “{GO_AHEAD.en}”.",
    ),
    why=Text(
        "Tant qu'une commande est ouverte au compte, le fournisseur refuse tout port.",
        "While an order is open on the account, the carrier refuses any port.",
    ),
)
def pending_order_unknown(accounts: pd.DataFrame, _book: Book) -> pd.Series:
    return accounts["pending_order"].eq("unknown")


@rule(
    "ACC026",
    CONFIRM,
    on="list_reviewed",
    says=Text(
        "Le client n'a pas relu la liste des numéros; une fois portés, il est trop tard.",
        "The customer has not gone through the list of numbers; once ported it is too late.",
    ),
    remedy=Text("Relisez-la avec lui, puis écrivez Oui.", "Go through it together, then write Yes."),
    why=Text(
        "Bien des clients croient un numéro inutile, et se rendent compte après le port qu'il était très important.",
        "Many customers believe a number is not used, and find out after the port that it mattered a great deal.",
    ),
)
def list_not_reviewed(accounts: pd.DataFrame, _book: Book) -> pd.Series:
    return accounts["list_reviewed"].eq("no")


@rule(
    "ACC027",
    ERROR,
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
        "N'appelez pas l'ancien fournisseur pour annuler avant le port : si les numéros ont été annulés, ils sont probablement perdus.",
        "Do not call the carrier to cancel before the port: numbers that were cancelled are probably lost.",
    ),
)
def cancels_early(accounts: pd.DataFrame, _book: Book) -> pd.Series:
    return accounts["will_wait"].eq("no")


@rule(
    "ACC028",
    WARNING,
    on="under_contract",
    says=Text(
        "Le client est sous contrat : des frais d'annulation peuvent s'appliquer.",
        "The customer is under contract: cancellation fees may apply.",
    ),
    remedy=Text("Prévenez-le avant le port.", "Tell the customer before the port."),
    why=Text(
        "Le port met fin au service; si le contrat court encore, l'ancien fournisseur facture sa résiliation.",
        "The port ends the service; if the contract still runs, the losing carrier bills its termination.",
    ),
)
def under_contract(accounts: pd.DataFrame, _book: Book) -> pd.Series:
    return accounts["under_contract"].eq("yes")


def _asked(accounts: pd.DataFrame) -> dict[int, dt.date]:
    """The requested dates, by row."""
    filled = accounts["requested_date"].dropna()
    return {row: date.date() for row, date in filled.items()}


def _facts(facts: dict[int, dict[str, object]], columns: list[str]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame.from_dict(facts, orient="index", columns=columns, dtype="object")


@rule(
    "ACC029",
    ERROR,
    on="requested_date",
    says=Text("Aucun port ne peut se faire le {date} : {what}.", "No port can be done on {date}: {what}."),
    remedy=Text("Écrivez le {next}, ou videz la cellule.", "Write {next}, or clear the cell."),
    why=Text(
        "Les fournisseurs portent les jours ouvrables; une date passée, une fin de semaine ou un jour férié est refusé.",
        "Carriers port on business days; a past date, a weekend or a holiday is refused.",
    ),
    example={"date": "2026-12-25", "what": Text("Jour de Noël", "Christmas Day"), "next": "2026-12-23"},
)
def bad_requested_date(accounts: pd.DataFrame, book: Book) -> pd.DataFrame:
    today = book.context.reference_date
    facts: dict[int, dict[str, object]] = {}
    for row, date in _asked(accounts).items():
        what = _why_not(date, today)
        if what:
            facts[row] = {"date": date, "what": what, "next": _good_day(date, book)}
    return _facts(facts, ["date", "what", "next"])


def _good_day(asked: dt.date, book: Book) -> dt.date:
    """The business day nearest after `asked` that is neither too soon nor too far ahead."""
    today, limits = book.context.reference_date, book.context.thresholds
    soonest = business_day_after(today, limits.early_business_days)
    day = max(soonest, business_day_after(asked, 1)) if asked > today else soonest
    while (day - today).days > limits.late_days or not is_business_day(day):
        day -= dt.timedelta(days=1)
    return day


def _why_not(date: dt.date, today: dt.date) -> Text | None:
    if date < today:
        return Text("ce jour est passé", "that day is past")
    if name := holiday(date):
        return name
    return None if is_business_day(date) else Text("c'est la fin de semaine", "it is a weekend")


@rule(
    "ACC030",
    WARNING,
    on="requested_date",
    says=Text("{what}", "{what}"),
    remedy=Text("{advice}", "{advice}"),
    why=Text(
        "Un port filaire prend d'ordinaire cinq jours ouvrables; les fournisseurs ne réservent pas de date plus d'un mois d'avance.",
        "A wireline port usually takes five business days; carriers book no date more than a month ahead.",
    ),
    example={
        "what": Text(
            "Il reste 3 jours ouvrables d'ici au 2026-11-26; il en faut d'ordinaire 5.",
            "There are 3 business days until 2026-11-26; it usually takes 5.",
        ),
        "advice": Text(
            "Choisissez le 2026-11-30 ou plus tard si le client peut attendre.",
            "Choose 2026-11-30 or later if the customer can wait.",
        ),
    },
)
def tight_requested_date(accounts: pd.DataFrame, book: Book) -> pd.DataFrame:
    facts: dict[int, dict[str, object]] = {}
    for row, date in _asked(accounts).items():
        tight = _tight(date, book)
        if tight:
            facts[row] = {"what": tight[0], "advice": tight[1]}
    return _facts(facts, ["what", "advice"])


def _tight(date: dt.date, book: Book) -> tuple[Text, Text] | None:
    today, limits = book.context.reference_date, book.context.thresholds
    if (date - today).days > limits.late_days:
        last = today + dt.timedelta(days=limits.late_days)
        return (
            Text(
                f"Le {date} est dans plus de {limits.late_days} jours.",
                f"{date} is over {limits.late_days} days ahead.",
            ),
            Text(
                f"Choisissez le {last} ou plus tôt, ou renvoyez ce compte plus tard.",
                f"Choose {last} or earlier, or send this account later.",
            ),
        )
    ahead, safe = business_days_between(today, date), business_day_after(today, limits.early_business_days)
    if ahead >= limits.early_business_days:
        return None
    usual = limits.early_business_days
    what = Text(
        f"{ahead} jour{'s' * (ahead > 1)} ouvrable{'s' * (ahead > 1)} d'ici au {date}; il en faut d'ordinaire {usual}.",
        f"{ahead} business day{'s' * (ahead != 1)} until {date}; it usually takes {usual}.",
    )
    if ahead < limits.first_business_days:
        first = business_day_after(today, limits.first_business_days)
        return what, Text(
            f"Écrivez le {safe} ou plus tard; la toute première date possible est le {first}.",
            f"Write {safe} or later; the very first possible date is {first}.",
        )
    return what, Text(
        f"Choisissez le {safe} ou plus tard si le client peut attendre.",
        f"Choose {safe} or later if the customer can wait.",
    )


@rule(
    "ACC031",
    WARNING,
    on="btn",
    reads=("btn", "account_number"),
    says=Text(
        "Ce numéro de facturation est aussi celui d'un autre compte, en {where}.",
        "This billing number is also another account's, in {where}.",
    ),
    remedy=Text(
        "Vérifiez les deux factures : un BTN est à un seul compte.", "Check both bills: a BTN belongs to one account."
    ),
    why=Text(
        "Le fournisseur trouve le compte par son BTN; le même sous deux numéros de compte cache une erreur de copie.",
        "The carrier finds the account by its BTN; the same under two account numbers hides a copying mistake.",
    ),
    example={"where": "F2"},
)
def btn_twice(accounts: pd.DataFrame, _book: Book) -> pd.DataFrame:
    known = accounts[accounts["btn"].gt(0) & accounts["account_number"].ne("")]
    several = known["account_number"].map(fold).groupby(known["btn"]).transform("nunique").gt(1)
    return _repeated(known["btn"], several.reindex(known.index, fill_value=False))


CELLS = (bad_btn, bad_postal_code)
"""Rules that look at one column at a time, told on that column."""
