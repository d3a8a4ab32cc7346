"""The table of resellers, `resellers.toml`: who may send, and who pays."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from lnp_batch.errors import EnvironmentFault, system_fault
from lnp_batch.model.patterns import EMAIL_LENGTH, RESELLER_CODE_LENGTH, is_email, is_reseller_code
from lnp_batch.model.reseller import Reseller, Resellers, code_key
from lnp_batch.model.taxes import RATES
from lnp_batch.model.text import LANGUAGES, Lang, Text, cut, same
from lnp_batch.settings.model import ADDRESS, LINE, MAX_ADDRESS_LINES, Line, VisibleText
from lnp_batch.settings.toml_file import NOT_TOML, read_toml

MAX_TERMS_DAYS = 365
"""Days that a reseller may have to pay."""

ALLOWED = {
    "code": Text(
        f"des lettres, chiffres, - et _, au plus {RESELLER_CODE_LENGTH}",
        f"letters, digits, - and _, at most {RESELLER_CODE_LENGTH}",
    ),
    "name": LINE,
    "address": ADDRESS,
    "province": same(", ".join(sorted(RATES))),
    "language": Text("fr ou en", "fr or en"),
    "emails": Text("une liste d'adresses de courriel", "a list of e-mail addresses"),
    "terms_days": Text(f"un nombre entier de 0 à {MAX_TERMS_DAYS}", f"a whole number from 0 to {MAX_TERMS_DAYS}"),
    "unit_price": Text('des dollars entre guillemets : "29.99"', 'dollars in quotes: "29.99"'),
    "active": Text("true ou false", "true or false"),
}
"""What each key of a reseller may be."""
ENTRY = "[[reseller]]"
WRONG_VALUE = Text("{where}{key} = {value} : il faut {allowed}", "{where}{key} = {value}: it must be {allowed}")
UNKNOWN_KEY = Text("{where}{key} : clé inconnue; permis : {allowed}", "{where}{key}: unknown key; allowed: {allowed}")
MISSING_KEY = Text("{where}il manque {key}", "{where}{key} is missing")
NO_RESELLERS = Text(
    "{where}la table ne nomme aucun revendeur, et personne ne pourrait rien envoyer : ajoutez-y au moins un"
    " [[reseller]], ou lancez sans --resellers pour accepter tout le monde.",
    "{where}the table names no reseller, so nobody could send anything: add at least one [[reseller]], or run without"
    " --resellers to accept everyone.",
)
REPEATED_CODE = Text("{where}deux revendeurs ont le code {value}", "{where}two resellers have the code {value}")


def _code(value: str) -> str:
    if not is_reseller_code(value):
        raise ValueError("not a reseller code")
    return value


def _email(value: str) -> str:
    if not is_email(value):
        raise ValueError("not an e-mail address")
    return value


def _province(value: object) -> object:
    if value not in RATES:
        raise ValueError("not a province")
    return value


def _language(value: object) -> object:
    if value not in LANGUAGES:
        raise ValueError("not a language")
    return value


def _quoted(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("a price must be quoted: a TOML float does not keep its cents")
    return value


class _Entry(BaseModel):
    """One `[[reseller]]`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    code: Annotated[str, AfterValidator(_code)]
    name: Line = ""
    address: Annotated[list[Line], Field(max_length=MAX_ADDRESS_LINES)] = []
    province: Annotated[str, BeforeValidator(_province)] = ""
    language: Annotated[str, BeforeValidator(_language)] = ""
    emails: list[Annotated[VisibleText, AfterValidator(_email), Field(max_length=EMAIL_LENGTH)]] = []
    terms_days: Annotated[int, Field(ge=0, le=MAX_TERMS_DAYS)] | None = None
    unit_price: (
        Annotated[Decimal, BeforeValidator(_quoted), Field(ge=0, max_digits=9, decimal_places=2, strict=False)] | None
    ) = None
    active: bool = True

    def reseller(self) -> Reseller:
        values: dict[str, Any] = {**dict(self), "address": tuple(self.address), "emails": tuple(self.emails)}
        return Reseller(**values)


def load_resellers(path: Path, lang: Lang) -> Resellers:
    """Return the table of resellers at `path`.

    Raises EnvironmentFault if the file cannot be read, names no reseller or has a wrong value; the message says what is
    allowed.
    """
    try:
        document = read_toml(path)
    except OSError as fault:
        raise EnvironmentFault(system_fault(fault)[lang]) from None
    except ValueError as fault:
        raise EnvironmentFault(NOT_TOML[lang].format(path=path, fault=fault)) from None
    where = f"{path}: "
    if unknown := [key for key in document if key != "reseller"]:
        raise EnvironmentFault(UNKNOWN_KEY[lang].format(where=where, key=cut(unknown[0]), allowed=ENTRY))
    entries = document.get("reseller", [])
    if not isinstance(entries, list):
        raise EnvironmentFault(
            WRONG_VALUE[lang].format(where=where, key="reseller", value=cut(str(entries)), allowed=ENTRY)
        )
    if not entries:
        raise EnvironmentFault(NO_RESELLERS[lang].format(where=where))
    resellers: dict[str, Reseller] = {}
    for at, entry in enumerate(entries, 1):
        reseller = _reseller(entry, f"{where}reseller {at}: ", lang)
        if code_key(reseller.code) in resellers:
            raise EnvironmentFault(REPEATED_CODE[lang].format(where=where, value=reseller.code))
        resellers[code_key(reseller.code)] = reseller
    return resellers


def _reseller(entry: object, where: str, lang: Lang) -> Reseller:
    """Return the reseller of an entry. Raises EnvironmentFault for its first wrong value."""
    try:
        return _Entry.model_validate(entry).reseller()
    except ValidationError as fault:
        error = fault.errors()[0]
    key = str(error["loc"][0]) if error["loc"] else ENTRY
    if error["type"] == "missing":
        raise EnvironmentFault(MISSING_KEY[lang].format(where=where, key=key))
    if error["type"] == "extra_forbidden":
        raise EnvironmentFault(UNKNOWN_KEY[lang].format(where=where, key=cut(key), allowed=", ".join(ALLOWED)))
    allowed = ALLOWED.get(key, Text("une table", "a table"))[lang]
    raise EnvironmentFault(
        WRONG_VALUE[lang].format(where=where, key=key, value=cut(str(error["input"])), allowed=allowed)
    )
