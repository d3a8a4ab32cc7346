"""Every setting once, with its default, its limits and its explanation, in one frozen object."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from lnp_batch.errors import EnvironmentFault
from lnp_batch.model.cell_address import LAST_ROW
from lnp_batch.model.context import Context, Limits, Seller, Thresholds
from lnp_batch.model.finding import Severity
from lnp_batch.model.money import Dated
from lnp_batch.model.patterns import CONTROL
from lnp_batch.model.retention import Retention, Terms
from lnp_batch.model.taxes import FIRST_DAY
from lnp_batch.model.text import Lang, Text
from lnp_batch.settings.fields import MAX_DAYS, Frozen, WholeNumber, not_boolean, setting, whole_number
from lnp_batch.settings.retention import RetentionSettings

PREFIX = "LNP_"
"""What the names of environment variables begin with."""
NESTED = "__"
"""What separates a table from its key in the name of an environment variable."""

DEFAULTS = Context(dt.date.min, dt.datetime.min)
"""The defaults are those of the flow: only its dates have none, and are not used here."""

MAX_LINE = 120
"""Characters of a line of text, such as a name."""
MAX_ADDRESS_LINES = 6
MAX_TERMS = 300
"""Characters of the terms of payment."""
MAX_PLACE = 1_000
"""Characters of a folder's path or of a ledger's URL."""
MAX_RANGE_NUMBERS = 10_000
MAX_REQUEST_NUMBERS = 100_000

LINE = Text(
    f"un texte de {MAX_LINE} caractères au plus, tous visibles", f"a text of at most {MAX_LINE} characters, all visible"
)
ADDRESS = Text(f"au plus {MAX_ADDRESS_LINES} lignes de texte", f"at most {MAX_ADDRESS_LINES} lines of text")


def _gst_number(typed: str) -> str:
    """Return the number with a space before its account, `123026635 RT0001`. Raises ValueError if it is wrong."""
    if not typed:
        return ""
    from stdnum.ca import bn
    from stdnum.exceptions import ValidationError as InvalidNumber

    try:
        digits = bn.validate(typed)
    except InvalidNumber as fault:
        raise ValueError("not a business number") from fault
    if digits[9:11] not in ("", "RT"):
        raise ValueError("not a GST/HST account")
    return f"{digits[:9]} {digits[9:]}".strip()


def _qst_number(typed: str) -> str:
    if typed and not re.fullmatch("[0-9]{10}TQ[0-9]{4}", typed):
        raise ValueError("not a QST number")
    return typed


def _visible(text: str) -> str:
    if CONTROL.search(text):
        raise ValueError("a character that controls the terminal")
    return text


def _full_path(folder: str) -> str:
    if folder and not Path(folder).is_absolute():
        raise ValueError("not a full path")
    return folder


def _split_lines(value: object) -> object:
    return [line.strip() for line in value.splitlines() if line.strip()] if isinstance(value, str) else value


def _dated(value: object) -> object:
    """Turn a single price into a list: it has always been in force."""
    if isinstance(value, int | float | str | Decimal) and not isinstance(value, bool):
        return [{"since": FIRST_DAY, "price": value}]
    return value


def _one_price_per_day(prices: tuple[DatedPrice, ...]) -> tuple[DatedPrice, ...]:
    if not prices or len({entry.since for entry in prices}) < len(prices):
        raise ValueError("no price, or two prices since the same day")
    return prices


class DatedPrice(Frozen):
    """The price of a number, in dollars, since a day."""

    since: Annotated[dt.date, Field(ge=FIRST_DAY)]
    price: Annotated[Decimal, BeforeValidator(not_boolean), Field(ge=0, max_digits=9, decimal_places=2)]


VisibleText = Annotated[str, AfterValidator(_visible)]
Line = Annotated[VisibleText, Field(max_length=MAX_LINE)]
Lines = Annotated[tuple[Line, ...], BeforeValidator(_split_lines), Field(max_length=MAX_ADDRESS_LINES)]
Prices = Annotated[tuple[DatedPrice, ...], BeforeValidator(_dated), AfterValidator(_one_price_per_day)]
Folder = Annotated[VisibleText, AfterValidator(_full_path)]
GstNumber = Annotated[str, AfterValidator(_gst_number)]
QstNumber = Annotated[str, AfterValidator(_qst_number)]


def _threshold(name: str, fr: str, en: str, most: int = MAX_DAYS) -> Any:
    """Return the field for a threshold of :class:`lnp_batch.model.context.Thresholds`, from 1 to `most`."""
    return whole_number(getattr(DEFAULTS.thresholds, name), Text(fr, en), most)


def _limit(name: str, fr: str, en: str, most: int) -> Any:
    """Return the field for a limit of :class:`lnp_batch.model.context.Limits`: a whole number from 1 to `most`."""
    return whole_number(getattr(DEFAULTS.limits, name), Text(fr, en), most)


class ThresholdSettings(Frozen):
    """The rules' thresholds, with the names and defaults of :class:`lnp_batch.model.context.Thresholds`."""

    bill_days: WholeNumber = _threshold(
        "bill_days",
        "Âge en jours au-delà duquel une facture sans CSR est trop vieille.",
        "Age in days beyond which a bill without a CSR is too old.",
    )
    bill_soon_days: WholeNumber = _threshold(
        "bill_soon_days",
        "Âge en jours à partir duquel nous prévenons qu'une facture sera bientôt trop vieille.",
        "Age in days from which we warn that a bill will soon be too old.",
    )
    first_business_days: WholeNumber = _threshold(
        "first_business_days",
        "Jours ouvrables avant la première date de port possible.",
        "Business days before the first possible port date.",
    )
    early_business_days: WholeNumber = _threshold(
        "early_business_days",
        "Jours ouvrables en deçà desquels une date souhaitée est serrée.",
        "Business days below which a requested date is tight.",
    )
    late_days: WholeNumber = _threshold(
        "late_days",
        "Jours au-delà desquels une date souhaitée est lointaine.",
        "Days beyond which a requested date is far off.",
    )
    range_numbers: WholeNumber = _threshold(
        "range_numbers",
        "Nombre de numéros qu'une plage peut compter.",
        "How many numbers a range may have.",
        MAX_RANGE_NUMBERS,
    )
    request_numbers: WholeNumber = _threshold(
        "request_numbers",
        "Nombre de numéros au-delà duquel une demande est divisée.",
        "How many numbers a request may have before it is split.",
        MAX_REQUEST_NUMBERS,
    )
    round_days: WholeNumber = _threshold(
        "round_days",
        "Jours après la première arrivée d'une demande pendant lesquels l'âge de sa facture se calcule à cette date.",
        "Days after a request first arrived during which the age of its bill is counted to that day.",
    )
    ported_days: WholeNumber = _threshold(
        "ported_days",
        "Jours après son port pendant lesquels un numéro ne peut être redemandé.",
        "Days after its port during which a number cannot be requested again.",
    )


class LimitSettings(Frozen):
    """The limits of a workbook, with the names and defaults of :class:`lnp_batch.model.context.Limits`."""

    file_mib: WholeNumber = _limit("file_mib", "Taille d'un fichier, en Mio.", "Size of a file, in MiB.", 1_024)
    entries: WholeNumber = _limit(
        "entries", "Nombre de parties d'un classeur.", "Number of parts of a workbook.", 100_000
    )
    sheet_mib: WholeNumber = _limit(
        "sheet_mib", "Taille d'une feuille décompressée, en Mio.", "Size of a decompressed sheet, in MiB.", 4_096
    )
    part_mib: WholeNumber = _limit(
        "part_mib",
        "Taille d'une autre partie décompressée, en Mio.",
        "Size of any other decompressed part, in MiB.",
        4_096,
    )
    total_mib: WholeNumber = _limit(
        "total_mib", "Taille du classeur décompressé, en Mio.", "Size of the decompressed workbook, in MiB.", 16_384
    )
    depth: WholeNumber = _limit("depth", "Nombre d'éléments XML imbriqués.", "Number of nested XML elements.", 10_000)
    tags: WholeNumber = _limit(
        "tags", "Nombre de balises d'une partie XML.", "Number of tags of an XML part.", 1_000_000_000
    )
    token_kib: WholeNumber = _limit(
        "token_kib", "Taille d'une valeur ou d'une balise, en Kio.", "Size of a value or a tag, in KiB.", 65_536
    )
    sheets: WholeNumber = _limit(
        "sheets", "Nombre de feuilles d'un classeur.", "Number of sheets of a workbook.", 1_000
    )
    columns: WholeNumber = _limit(
        "columns", "Nombre de colonnes remplies d'une feuille.", "Number of filled columns of a sheet.", 16_384
    )
    cells: WholeNumber = _limit(
        "cells",
        "Nombre de cellules d'une feuille, d'A1 à la dernière remplie.",
        "Number of cells of a sheet, from A1 to the last filled one.",
        100_000_000,
    )
    number_rows: WholeNumber = _limit(
        "number_rows", "Nombre de lignes d'une feuille.", "Number of rows of a sheet.", LAST_ROW
    )
    numbers: WholeNumber = _limit(
        "numbers",
        "Nombre de numéros d'un classeur, ceux des plages compris.",
        "Number of phone numbers of a workbook, those of ranges included.",
        10_000_000,
    )
    merges: WholeNumber = _limit(
        "merges",
        "Nombre de zones de cellules fusionnées d'une feuille.",
        "Number of merged areas of a sheet.",
        1_048_576,
    )
    seconds: WholeNumber = _limit(
        "seconds",
        "Temps de processeur par classeur, en secondes.",
        "Processor time for a workbook, in seconds.",
        86_400,
    )
    seconds_per_mib: WholeNumber = _limit(
        "seconds_per_mib",
        "Temps de processeur de plus par Mio du fichier, en secondes.",
        "Additional processor time for each MiB of the file, in seconds.",
        86_400,
    )
    memory_mib: WholeNumber = _limit(
        "memory_mib",
        "Mémoire, en Mio, en plus de celle du programme.",
        "Memory, in MiB, beyond the program's own.",
        1_048_576,
    )
    output_mib: WholeNumber = _limit(
        "output_mib", "Taille d'un fichier écrit, en Mio.", "Size of a written file, in MiB.", 16_384
    )
    open_files: WholeNumber = _limit(
        "open_files", "Nombre de fichiers ouverts à la fois.", "Number of files open at once.", 65_536
    )


class SellerSettings(Frozen):
    """Who sends the invoices."""

    name: Line = setting("", Text("Nom légal du vendeur.", "The seller's legal name."), LINE)
    address: Lines = setting(
        (),
        Text("Adresse du vendeur, ligne par ligne.", "The seller's address, line by line."),
        ADDRESS,
    )
    gst_number: GstNumber = setting(
        "",
        Text("Numéro de TPS/TVH du vendeur.", "The seller's GST/HST number."),
        Text(
            "9 chiffres, le dernier étant un chiffre de contrôle, seuls ou suivis de RT et de 4 chiffres",
            "9 digits, the last one a check digit, alone or followed by RT and 4 digits",
        ),
    )
    qst_number: QstNumber = setting(
        "",
        Text("Numéro de TVQ du vendeur.", "The seller's QST number."),
        Text("10 chiffres, TQ et 4 chiffres", "10 digits, TQ and 4 digits"),
    )
    terms: VisibleText = setting(
        "",
        Text("Modalités de paiement, telles qu'imprimées.", "Terms of payment, as printed."),
        Text(
            f"un texte de {MAX_TERMS} caractères au plus, tous visibles",
            f"a text of at most {MAX_TERMS} characters, all visible",
        ),
        max_length=MAX_TERMS,
    )


GROUP = Text("le nom d'un groupe du système", "the name of a group of the system")


class GroupSettings(Frozen):
    """The groups of the system that may read what is otherwise the owner's only."""

    office: Line = setting(
        "",
        Text(
            "Groupe qui peut lire la boîte de sortie et le sommaire du matin.",
            "Group that may read the outbox and the morning's summary.",
        ),
        GROUP,
    )
    finance: Line = setting(
        "", Text("Groupe qui peut lire les sommaires des frais.", "Group that may read the fee summaries."), GROUP
    )


class Settings(BaseSettings):
    """All the settings. `Settings()` has the defaults: it reads no file and no variable, see :func:`load_settings`."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix=PREFIX, env_nested_delimiter=NESTED, env_ignore_empty=True
    )

    lang: Lang = setting(
        "fr",
        Text(
            "Langue du terminal; les fichiers sont dans celle du lot.",
            "Language of the terminal; files are in the batch's.",
        ),
        Text("fr ou en", "fr or en"),
    )
    outbox: str = setting(
        "",
        Text("Boîte de sortie des commandes qui en demandent une.", "Outbox of the commands that need one."),
        Text("un dossier", "a folder"),
        max_length=MAX_PLACE,
    )
    ledger: str = setting(
        "",
        Text(
            "Registre; sans lui, ledger.sqlite dans la boîte de sortie.",
            "Ledger; without it, ledger.sqlite in the outbox.",
        ),
        Text("sqlite:///FICHIER ou postgresql://…, sans mot de passe", "sqlite:///FILE or postgresql://…, no password"),
        max_length=MAX_PLACE,
    )
    resellers: str = setting(
        "",
        Text(
            "Table des revendeurs des commandes qui en prennent une.",
            "Table of resellers of the commands that take one.",
        ),
        Text("un fichier", "a file"),
        max_length=MAX_PLACE,
    )
    unit_price: Prices = setting(
        tuple(DatedPrice(since=entry.since, price=entry.value) for entry in DEFAULTS.unit_prices),
        Text(
            "Prix d'un numéro accepté, en dollars, avant taxes; c'est le prix du jour de l'acceptation qui compte.",
            "Price of an accepted number in dollars, before tax; the price on the day of acceptance counts.",
        ),
        Text(
            f"un prix (29.99), ou une liste de {{since = 2026-01-01, price = 29.99}} à partir de {FIRST_DAY}",
            f"a price (29.99), or a list of {{since = 2026-01-01, price = 29.99}} from {FIRST_DAY} on",
        ),
    )
    log_folder: Folder = setting(
        "",
        Text(
            "Dossier du journal de nos propres erreurs; par défaut, lnp-batch/log dans ~/.local/state.",
            "Folder for the log of our own errors; by default, lnp-batch/log in ~/.local/state.",
        ),
        Text("le chemin complet d'un dossier", "the full path of a folder"),
    )
    spare_folder: Folder = setting(
        "",
        Text(
            "Dossier, sur un autre disque, du sommaire de la nuit quand la boîte de sortie ne peut plus le recevoir.",
            "Folder, on another disk, for the nightly summary when the outbox can no longer take it.",
        ),
        Text("le chemin complet d'un dossier", "the full path of a folder"),
    )
    groups: GroupSettings = GroupSettings()
    open_inbox: bool = setting(
        False,
        Text(
            "Malgré une table des revendeurs, prendre aussi les classeurs qui ne sont dans le dossier d'aucun.",
            "Also take workbooks that are in no reseller's folder, in spite of a table of resellers.",
        ),
        Text("true ou false", "true or false"),
    )
    seller: SellerSettings = SellerSettings()
    thresholds: ThresholdSettings = ThresholdSettings()
    limits: LimitSettings = LimitSettings()
    retention: RetentionSettings = RetentionSettings()
    severity: dict[str, Severity] = setting(
        {},
        Text('Gravité des règles, par code : ACC008 = "warning".', 'Severity of rules, by code: ACC008 = "warning".'),
        Text("error, confirm, warning ou info", "error, confirm, warning or info"),
    )

    def terms(self, as_of: dt.date) -> Terms:
        """Return the terms of what is kept as they stand on the day `as_of`."""
        return Terms(Retention(**dict(self.retention)), as_of)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read the arguments only: :func:`load_settings` merges the file, the environment and the options."""
        return (init_settings,)

    def context(self, reference_date: dt.date, now: dt.datetime, lang: Lang | None, version: str) -> Context:
        """Return the context of the flow. `lang` is the language of the files, None for that of each batch.

        Raises EnvironmentFault if no price is in force on `reference_date`.
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


def all_settings(model: type[BaseModel], parents: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], FieldInfo]]:
    """Yield the path and the field of every setting of `model` and of its tables."""
    for name, field in model.model_fields.items():
        table = table_of(field)
        if table:
            yield from all_settings(table, (*parents, name))
        else:
            yield (*parents, name), field


def table_of(field: FieldInfo) -> type[BaseModel] | None:
    """Return the model of a field that is a table, else None."""
    kind = field.annotation
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def text_of(field: FieldInfo, which: Literal["about", "allowed"]) -> Text:
    """Return what a setting does ("about") or what it may be ("allowed"), as declared by :func:`setting`."""
    extra = field.json_schema_extra
    assert isinstance(extra, dict)
    texts: Any = extra[which]
    return Text(**texts)
