"""The table of resellers, `resellers.toml`: who may send, and who pays."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from lnp_batch.errors import EnvironmentFault
from lnp_batch.model.patterns import EMAIL_LENGTH, RESELLER_CODE_LENGTH, is_email, is_reseller_code
from lnp_batch.model.reseller import Reseller, Resellers, code_key
from lnp_batch.model.taxes import RATES
from lnp_batch.model.text import LANGUAGES, Lang, Text, cut
from lnp_batch.settings.model import ADDRESS_LINES, LINES, SHORT, Line

MAX_TERMS_DAYS = 365

ALLOWED = {
    "code": Text(
        f"des lettres, chiffres, - et _, au plus {RESELLER_CODE_LENGTH}",
        f"letters, digits, - and _, at most {RESELLER_CODE_LENGTH}",
    ),
    "name": SHORT,
    "address": LINES,
    "province": Text(", ".join(sorted(RATES)), ", ".join(sorted(RATES))),
    "language": Text("fr ou en", "fr or en"),
    "emails": Text("une liste d'adresses de courriel", "a list of e-mail addresses"),
    "terms_days": Text(f"un nombre entier de 0 à {MAX_TERMS_DAYS}", f"a whole number from 0 to {MAX_TERMS_DAYS}"),
    "unit_price": Text('des dollars entre guillemets : "29.99"', 'dollars in quotes: "29.99"'),
    "active": Text("true ou false", "true or false"),
}
LISTED = "[[reseller]]"
_WRONG = Text("{where}{key} = {value} : il faut {allowed}", "{where}{key} = {value}: it must be {allowed}")
_UNKNOWN = Text("{where}{key} : clé inconnue; permis : {allowed}", "{where}{key}: unknown key; allowed: {allowed}")
_MISSING = Text("{where}il manque {key}", "{where}{key} is missing")
_TWICE = Text("{where}le code {value} y est deux fois", "{where}the code {value} stands there twice")


def _known_province(value: object) -> object:
    if value not in RATES:
        raise ValueError("no province")
    return value


def _known_language(value: object) -> object:
    if value not in LANGUAGES:
        raise ValueError("no language")
    return value


def _reseller_code(value: str) -> str:
    if not is_reseller_code(value):
        raise ValueError("not a reseller code")
    return value


def _email(value: str) -> str:
    if not is_email(value):
        raise ValueError("not an e-mail address")
    return value


def _in_quotes(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("a price in quotes keeps its cents")
    return value


class _Entry(BaseModel):
    """One `[[reseller]]`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    code: Annotated[str, AfterValidator(_reseller_code)]
    name: Line = ""
    address: Annotated[list[Line], Field(max_length=ADDRESS_LINES)] = []
    province: Annotated[str, BeforeValidator(_known_province)] = ""
    language: Annotated[str, BeforeValidator(_known_language)] = ""
    emails: list[Annotated[str, AfterValidator(_email), Field(max_length=EMAIL_LENGTH)]] = []
    terms_days: Annotated[int, Field(ge=0, le=MAX_TERMS_DAYS)] | None = None
    unit_price: (
        Annotated[Decimal, BeforeValidator(_in_quotes), Field(ge=0, max_digits=9, decimal_places=2, strict=False)]
        | None
    ) = None
    active: bool = True

    def reseller(self) -> Reseller:
        told: dict[str, Any] = {**dict(self), "address": tuple(self.address), "emails": tuple(self.emails)}
        return Reseller(**told)


def load_resellers(path: Path, lang: Lang) -> Resellers:
    """The table at `path`. EnvironmentFault where it cannot be read, or names what is wrong, and what is allowed."""
    try:
        told = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as fault:
        raise EnvironmentFault(f"{path}: {fault.strerror}") from None
    except ValueError as fault:
        words = Text(f"{path} : ce n'est pas du TOML : {fault}", f"{path}: this is not TOML: {fault}")
        raise EnvironmentFault(words[lang]) from None
    where = f"{path}: "
    if stray := [key for key in told if key != "reseller"]:
        raise EnvironmentFault(_UNKNOWN[lang].format(where=where, key=cut(stray[0]), allowed=LISTED))
    entries = told.get("reseller", [])
    if not isinstance(entries, list):
        raise EnvironmentFault(
            _WRONG[lang].format(where=where, key="reseller", value=cut(str(entries)), allowed=LISTED)
        )
    table: dict[str, Reseller] = {}
    for at, entry in enumerate(entries, 1):
        reseller = _entry(entry, f"{where}reseller {at}: ", lang)
        if code_key(reseller.code) in table:
            raise EnvironmentFault(_TWICE[lang].format(where=where, value=reseller.code))
        table[code_key(reseller.code)] = reseller
    return table


def _entry(told: object, where: str, lang: Lang) -> Reseller:
    try:
        return _Entry.model_validate(told).reseller()
    except ValidationError as fault:
        error = fault.errors()[0]
    key = str(error["loc"][0]) if error["loc"] else LISTED
    if error["type"] == "missing":
        raise EnvironmentFault(_MISSING[lang].format(where=where, key=key))
    if error["type"] == "extra_forbidden":
        raise EnvironmentFault(_UNKNOWN[lang].format(where=where, key=cut(key), allowed=", ".join(ALLOWED)))
    allowed = ALLOWED.get(key, Text("une table", "a table"))[lang]
    raise EnvironmentFault(_WRONG[lang].format(where=where, key=key, value=cut(str(error["input"])), allowed=allowed))
