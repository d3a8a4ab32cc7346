"""Every setting once, with its default, its limits and its explanation, in one frozen object."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from lnp_batch.errors import EnvironmentFault
from lnp_batch.model.context import Context, Limits, Seller, Thresholds
from lnp_batch.model.finding import Severity
from lnp_batch.model.money import Dated
from lnp_batch.model.taxes import KNOWN_SINCE
from lnp_batch.model.text import Lang, Text

PREFIX = "LNP_"


NESTED = "__"


UNSET = Context(dt.date.min, dt.datetime.min)
"""The defaults are those that the flow has without settings."""


def knob(default: object, about: Text, allowed: Text, **limits: Any) -> Any:
    """A setting: its default, what it does, and in words what `limits` and its type allow."""
    words: dict[str, Any] = {"about": dataclasses.asdict(about), "allowed": dataclasses.asdict(allowed)}
    return Field(default, description=about.en, json_schema_extra=words, **limits)


def _no_truth(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("true and false are no figures")
    return value


def _gst_number(typed: str) -> str:
    """The number with its check digit verified, set apart from its account: `123026635 RT0001`."""
    if not typed:
        return ""
    from stdnum.ca import bn
    from stdnum.exceptions import ValidationError as NotANumber

    try:
        digits = bn.validate(typed)
    except NotANumber as fault:
        raise ValueError("no business number") from fault
    if digits[9:11] not in ("", "RT"):
        raise ValueError("the account of another program")
    return f"{digits[:9]} {digits[9:]}".strip()


def _qst_number(typed: str) -> str:
    if typed and not re.fullmatch("[0-9]{10}TQ[0-9]{4}", typed):
        raise ValueError("no QST number")
    return typed


def _split_lines(value: object) -> object:
    return [line.strip() for line in value.splitlines() if line.strip()] if isinstance(value, str) else value


def _bare_price(value: object) -> object:
    """A price alone has always been in force."""
    if isinstance(value, int | float | str | Decimal) and not isinstance(value, bool):
        return [{"since": KNOWN_SINCE, "price": value}]
    return value


def _one_price_a_day(table: tuple[DatedPrice, ...]) -> tuple[DatedPrice, ...]:
    if not table or len({entry.since for entry in table}) < len(table):
        raise ValueError("no price, or two from one day on")
    return table


class Frozen(BaseModel):
    """A table of the settings file."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DatedPrice(Frozen):
    """Dollars a number from a day on."""

    since: Annotated[dt.date, Field(ge=KNOWN_SINCE)]
    price: Annotated[Decimal, BeforeValidator(_no_truth), Field(ge=0, max_digits=9, decimal_places=2)]


Whole = Annotated[int, BeforeValidator(_no_truth)]


LINE_LENGTH = 120
"""Characters of a name or of a line of an address, at most."""
ADDRESS_LINES = 6
TERMS_LENGTH = 300


Line = Annotated[str, Field(max_length=LINE_LENGTH)]


Lines = Annotated[tuple[Line, ...], BeforeValidator(_split_lines)]


Prices = Annotated[tuple[DatedPrice, ...], BeforeValidator(_bare_price), AfterValidator(_one_price_a_day)]


GstNumber = Annotated[str, AfterValidator(_gst_number)]


QstNumber = Annotated[str, AfterValidator(_qst_number)]


def _from_one_to(most: int) -> tuple[Text, dict[str, int]]:
    return Text(f"un nombre entier de 1 à {most}", f"a whole number from 1 to {most}"), {"ge": 1, "le": most}


DAYS, DAYS_LIMITS = _from_one_to(3650)


RANGE, RANGE_LIMITS = _from_one_to(10_000)


REQUEST, REQUEST_LIMITS = _from_one_to(100_000)


def _text_of(most: int) -> Text:
    return Text(f"un texte de {most} caractères au plus", f"a text of at most {most} characters")


SHORT = _text_of(LINE_LENGTH)
LINES = Text(f"au plus {ADDRESS_LINES} lignes de texte", f"at most {ADDRESS_LINES} lines of text")


class ThresholdSettings(Frozen):
    """The rules' thresholds: names and defaults are those of :class:`lnp_batch.model.context.Thresholds`."""

    bill_days: Whole = knob(
        UNSET.thresholds.bill_days,
        Text(
            "Âge en jours au-delà duquel une facture sans CSR est trop vieille.",
            "Age in days beyond which a bill without a CSR is too old.",
        ),
        DAYS,
        **DAYS_LIMITS,
    )
    bill_soon_days: Whole = knob(
        UNSET.thresholds.bill_soon_days,
        Text(
            "Âge en jours à partir duquel nous prévenons qu'une facture sera bientôt trop vieille.",
            "Age in days from which we warn that a bill will soon be too old.",
        ),
        DAYS,
        **DAYS_LIMITS,
    )
    first_business_days: Whole = knob(
        UNSET.thresholds.first_business_days,
        Text(
            "Jours ouvrables avant la première date de port possible.",
            "Business days before the first possible port date.",
        ),
        DAYS,
        **DAYS_LIMITS,
    )
    early_business_days: Whole = knob(
        UNSET.thresholds.early_business_days,
        Text(
            "Jours ouvrables en deçà desquels une date souhaitée est serrée.",
            "Business days below which a requested date is tight.",
        ),
        DAYS,
        **DAYS_LIMITS,
    )
    late_days: Whole = knob(
        UNSET.thresholds.late_days,
        Text(
            "Jours au-delà desquels une date souhaitée est lointaine.",
            "Days beyond which a requested date is far off.",
        ),
        DAYS,
        **DAYS_LIMITS,
    )
    range_numbers: Whole = knob(
        UNSET.thresholds.range_numbers,
        Text("Nombre de numéros qu'une plage peut compter.", "How many numbers a range may hold."),
        RANGE,
        **RANGE_LIMITS,
    )
    request_numbers: Whole = knob(
        UNSET.thresholds.request_numbers,
        Text(
            "Nombre de numéros au-delà duquel une demande est divisée.",
            "How many numbers a request may hold before it is split.",
        ),
        REQUEST,
        **REQUEST_LIMITS,
    )
    round_days: Whole = knob(
        UNSET.thresholds.round_days,
        Text(
            "Jours pendant lesquels l'âge d'une facture reste celui de la première arrivée de la demande.",
            "Days for which a bill's age stays that of the request's first arrival.",
        ),
        DAYS,
        **DAYS_LIMITS,
    )
    ported_days: Whole = knob(
        UNSET.thresholds.ported_days,
        Text(
            "Jours après son port pendant lesquels un numéro ne peut être redemandé.",
            "Days after its port for which a number cannot be asked for again.",
        ),
        DAYS,
        **DAYS_LIMITS,
    )


def _limit(name: str, fr: str, en: str, most: int) -> Any:
    allowed, limits = _from_one_to(most)
    return knob(getattr(UNSET.limits, name), Text(fr, en), allowed, **limits)


class LimitSettings(Frozen):
    """What a workbook may weigh: names and defaults are those of :class:`lnp_batch.model.context.Limits`."""

    file_mib: Whole = _limit("file_mib", "Mio d'un fichier.", "MiB of a file.", 1_024)
    entries: Whole = _limit("entries", "Parties d'un classeur.", "Parts of a workbook.", 100_000)
    sheet_mib: Whole = _limit(
        "sheet_mib", "Mio d'une feuille décompressée.", "MiB of a sheet once decompressed.", 4_096
    )
    part_mib: Whole = _limit(
        "part_mib", "Mio d'une autre partie décompressée.", "MiB of any other part once decompressed.", 4_096
    )
    total_mib: Whole = _limit("total_mib", "Mio du classeur décompressé.", "MiB of the decompressed workbook.", 16_384)
    depth: Whole = _limit("depth", "Éléments XML imbriqués.", "XML elements nested in one another.", 10_000)
    tags: Whole = _limit("tags", "Balises d'une partie XML.", "Tags of an XML part.", 1_000_000_000)
    token_kib: Whole = _limit("token_kib", "Kio d'une valeur ou d'une balise.", "KiB of a value or a tag.", 65_536)
    sheets: Whole = _limit("sheets", "Feuilles d'un classeur.", "Sheets of a workbook.", 1_000)
    columns: Whole = _limit("columns", "Colonnes remplies d'une feuille.", "Filled columns of a sheet.", 16_384)
    cells: Whole = _limit(
        "cells", "Cellules d'A1 à la dernière remplie.", "Cells from A1 to the last filled one.", 100_000_000
    )
    number_rows: Whole = _limit("number_rows", "Lignes d'une feuille.", "Rows of a sheet.", 1_048_576)
    numbers: Whole = _limit("numbers", "Numéros, plages comprises.", "Numbers, ranges counted.", 10_000_000)
    merges: Whole = _limit("merges", "Cellules fusionnées d'une feuille.", "Merged areas of a sheet.", 1_048_576)
    seconds: Whole = _limit("seconds", "Secondes de calcul par classeur,", "Seconds of work for a workbook,", 86_400)
    seconds_per_mib: Whole = _limit(
        "seconds_per_mib", "plus celles-ci par Mio du fichier.", "and these for each MiB of the file.", 86_400
    )
    memory_mib: Whole = _limit(
        "memory_mib", "Mio de mémoire de plus que le programme.", "MiB of memory beyond the program's own.", 1_048_576
    )
    output_mib: Whole = _limit("output_mib", "Mio d'un fichier écrit.", "MiB of a file written.", 16_384)
    open_files: Whole = _limit("open_files", "Fichiers ouverts à la fois.", "Files open at once.", 65_536)


class SellerSettings(Frozen):
    """Who invoices."""

    name: Line = knob("", Text("Nom légal du vendeur.", "The seller's legal name."), SHORT)
    address: Lines = knob(
        (),
        Text("Adresse du vendeur, ligne par ligne.", "The seller's address, line by line."),
        LINES,
        max_length=ADDRESS_LINES,
    )
    gst_number: GstNumber = knob(
        "",
        Text("Numéro de TPS/TVH du vendeur.", "The seller's GST/HST number."),
        Text(
            "9 chiffres, dont le dernier vérifie les autres, seuls ou suivis de RT et de 4 chiffres",
            "9 digits, the last of which checks the others, alone or with RT and 4 digits after them",
        ),
    )
    qst_number: QstNumber = knob(
        "",
        Text("Numéro de TVQ du vendeur.", "The seller's QST number."),
        Text("10 chiffres, TQ et 4 chiffres", "10 digits, TQ and 4 digits"),
    )
    terms: str = knob(
        "",
        Text("Modalités de paiement, telles qu'imprimées.", "Terms of payment, as they are printed."),
        _text_of(TERMS_LENGTH),
        max_length=TERMS_LENGTH,
    )


class Settings(BaseSettings):
    """Every knob, as :func:`load_settings` found it. `Settings()` is the defaults alone: it reads nothing."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix=PREFIX, env_nested_delimiter=NESTED, env_ignore_empty=True
    )

    lang: Lang = knob(
        "fr",
        Text("Langue du terminal; les fichiers ont celle du lot.", "The terminal's language; files have the batch's."),
        Text("fr ou en", "fr or en"),
    )
    unit_price: Prices = knob(
        tuple(DatedPrice(since=entry.since, price=entry.value) for entry in UNSET.unit_prices),
        Text(
            "Prix d'un numéro accepté, en dollars, avant taxes; celui du jour de l'acceptation compte.",
            "Price of an accepted number in dollars, before tax; that of the day of acceptance counts.",
        ),
        Text(
            f"un prix (29.99), ou une liste de {{since = 2026-01-01, price = 29.99}} à partir de {KNOWN_SINCE}",
            f"a price (29.99), or a list of {{since = 2026-01-01, price = 29.99}} from {KNOWN_SINCE} on",
        ),
    )
    seller: SellerSettings = SellerSettings()
    thresholds: ThresholdSettings = ThresholdSettings()
    limits: LimitSettings = LimitSettings()
    severity: dict[str, Severity] = knob(
        {},
        Text(
            'Gravité des règles, par code : ACC008 = "warning".', 'The rules\' severities, by code: ACC008 = "warning".'
        ),
        Text("error, confirm, warning ou info", "error, confirm, warning or info"),
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What it is given, and nothing else: :func:`load_settings` lays the layers over one another."""
        return (init_settings,)

    def context(self, reference_date: dt.date, now: dt.datetime, lang: Lang | None, version: str) -> Context:
        """What the flow is told. `lang` is the option's, None for the batch's own.

        EnvironmentFault where no price is in force on `reference_date`.
        """
        prices = tuple(Dated(entry.since, entry.price) for entry in self.unit_price)
        first = min(entry.since for entry in prices)
        if reference_date < first:
            raise EnvironmentFault(_NO_PRICE[lang or self.lang].format(day=reference_date, first=first))
        return Context(
            reference_date=reference_date,
            now=now,
            lang=lang,
            thresholds=Thresholds(**dict(self.thresholds)),
            limits=Limits(**dict(self.limits)),
            severities=dict(self.severity),
            unit_prices=prices,
            seller=Seller(**dict(self.seller)),
            version=version,
        )


_NO_PRICE = Text(
    "unit_price : aucun prix le {day}; le premier est en vigueur le {first}.",
    "unit_price: no price on {day}; the first is in force from {first}.",
)


def _knobs(model: type[BaseModel], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], FieldInfo]]:
    """Every knob of `model` by its path, tables opened."""
    for name, field in model.model_fields.items():
        table = _table_of(field)
        if table:
            yield from _knobs(table, (*above, name))
        else:
            yield (*above, name), field


def _table_of(field: FieldInfo) -> type[BaseModel] | None:
    kind = field.annotation
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _words(field: FieldInfo, which: str) -> Text:
    extra = field.json_schema_extra
    assert isinstance(extra, dict)
    words: Any = extra[which]
    return Text(**words)
