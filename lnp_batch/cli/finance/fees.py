"""``lnp-batch fees``: finance's fee summary, from the ledger."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lnp_batch.cli.language import examples, localized
from lnp_batch.cli.options import (
    FILE,
    FOLDER,
    checked_ledger,
    config_option,
    lang_option,
    ledger_of,
    ledger_option,
    output_options,
    settings_for,
)
from lnp_batch.errors import ExitCode, UsageFault
from lnp_batch.model.fees import in_dollars, month_of
from lnp_batch.model.file_name import printable_utf8
from lnp_batch.model.text import Lang, Text, as_lang, printable
from lnp_batch.system.access import group_of, restrict

if TYPE_CHECKING:
    from lnp_batch.model.fees import FeeSummary

TOTALS = Text(
    "Numéros facturés : {billed}, rendus : {given_back}. Frais nets : {net}, avant taxes.",
    "Numbers billed: {billed}, given back: {given_back}. Net fees: {net}, before tax.",
)
MAX_CODES = 50
"""Reseller codes that a message lists."""
UNKNOWN_RESELLER = Text(
    "Le registre n'a aucun lot du revendeur « {code} ». Codes du registre : {codes}.",
    "The ledger has no batch from reseller “{code}”. Codes in the ledger: {codes}.",
)


class Month(click.ParamType[str]):
    """A month written YYYY-MM."""

    name = localized("AAAA-MM", "YYYY-MM")

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            month_of(str(value))
        except ValueError:
            self.fail(
                localized(
                    f"« {value} » n'est pas un mois de la forme AAAA-MM, comme 2026-11.",
                    f"“{value}” is not a YYYY-MM month, such as 2026-11.",
                )
            )
        return str(value)


@click.command(
    epilog=examples(
        "fees --month 2026-11 --outbox /srv/lnp/outbox --out 2026-11.xlsx",
        "fees --reseller HR-01 --ledger postgresql://lnp@db/lnp --out HR-01.csv",
    ),
    short_help=localized("Écrit le sommaire des frais.", "Write the fee summary."),
    help=localized(
        "Écrit pour la comptabilité le sommaire des frais du registre, avant taxes : par mois, revendeur, fournisseur "
        "et compte.",
        "Write finance's summary of the ledger's fees, before tax: by month, reseller, carrier and account.",
    ),
)
@click.option(
    "--month", type=Month(), help=localized("Un seul mois; par défaut, tous.", "One month only; by default all.")
)
@click.option(
    "--reseller",
    metavar="CODE",
    default="",
    help=localized("Un seul revendeur; par défaut, tous.", "One reseller only; by default all."),
)
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar=f"{FILE}.xlsx|.csv|.json",
    help=localized("Fichier à écrire.", "File to write."),
)
@click.option(
    "--outbox",
    type=click.Path(file_okay=False, path_type=Path),
    metavar=FOLDER,
    help=localized(
        "Boîte de sortie dont le registre est lu; par défaut celle des réglages.",
        "Outbox whose ledger is read; by default that of the settings.",
    ),
)
@ledger_option
@lang_option
@config_option
@output_options
def fees(
    month: str | None,
    reseller: str,
    out: Path,
    outbox: Path | None,
    ledger: str | None,
    lang: str | None,
    config: Path | None,
    quiet: bool,
    verbose: bool,
    no_color: bool,
) -> int:
    """Write the summary to `out` and return the exit code."""
    from lnp_batch.documents.fees.files import SUFFIXES, write_fees

    if out.suffix.casefold() not in SUFFIXES:
        raise UsageFault(
            localized(
                f"--out doit finir par .xlsx, .csv ou .json : {printable(str(out))}",
                f"--out must end in .xlsx, .csv or .json: {printable(str(out))}",
            )
        )
    settings = settings_for(config, lang)
    file_lang, finance = as_lang(settings.lang), group_of(settings.groups.finance, "groups.finance")
    ledger = ledger_of(settings, ledger)
    outbox = outbox or (Path(settings.outbox) if settings.outbox else None)
    if ledger is None and outbox is None:
        raise UsageFault(
            localized(
                "Indiquez le registre : --outbox DOSSIER ou --ledger URL, ou l'un des deux dans les réglages.",
                "Name the ledger: --outbox DIR or --ledger URL, or one of them in the settings.",
            )
        )
    summary = _summary(ledger, outbox, month or "", printable_utf8(reseller), file_lang)
    write_fees(summary, out, file_lang, dt.datetime.now(dt.UTC))
    restrict(out, finance)
    if not quiet:
        click.echo(printable(str(out)))
        for line in _summary_lines(summary, file_lang):
            click.echo(printable(line), err=True)
    return ExitCode.OK


def _summary(ledger: str | None, outbox: Path | None, month: str, reseller: str, lang: Lang) -> FeeSummary:
    """Return the summary. Raises UsageFault if the ledger has no batch of `reseller`; "" means all."""
    from lnp_batch.ledger.fees import fee_summary, reseller_codes
    from lnp_batch.ledger.store import snapshot
    from lnp_batch.model.reseller import code_key

    with snapshot(checked_ledger(ledger, outbox)) as connection:
        codes = reseller_codes(connection) if reseller else {}
        if reseller and code_key(reseller) not in codes:
            raise UsageFault(_unknown_reseller(reseller, sorted(codes.values()), lang))
        return fee_summary(connection, month, reseller)


def _unknown_reseller(typed: str, codes: list[str], lang: Lang) -> str:
    """Return the sentence for a code that the ledger does not have."""
    more = [*codes[:MAX_CODES], "…"] if len(codes) > MAX_CODES else codes or ["–"]
    return UNKNOWN_RESELLER[lang].format(code=printable(typed), codes=printable(", ".join(more)))


def _summary_lines(summary: FeeSummary, lang: Lang) -> list[str]:
    """Return the lines for the terminal."""
    from lnp_batch.documents.fees.page import no_fees_sentence
    from lnp_batch.model.amounts import count_of, dollars

    if not summary.rows:
        return [no_fees_sentence(summary, lang)]
    total = summary.total
    billed, given_back = count_of(total.billed, lang), count_of(total.given_back, lang)
    return [TOTALS[lang].format(billed=billed, given_back=given_back, net=dollars(in_dollars(total.net_cents), lang))]
