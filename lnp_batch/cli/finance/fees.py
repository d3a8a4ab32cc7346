"""``lnp-batch fees``: finance's fee summary, from the ledger."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lnp_batch.cli.language import examples, harmless, told
from lnp_batch.cli.ledger import FOLDER, existing, ledger_option
from lnp_batch.cli.options import config_option, lang_option, screen_options, settings_for
from lnp_batch.errors import ExitCode, UsageFault
from lnp_batch.model.fees import in_dollars, month_of
from lnp_batch.model.file_name import printable_utf8
from lnp_batch.model.text import Lang, Text, as_lang

if TYPE_CHECKING:
    from lnp_batch.model.fees import FeeSummary

NET = Text(
    "Numéros facturés : {billed}, rendus : {given_back}. Frais nets : {net}, avant taxes.",
    "Numbers billed: {billed}, given back: {given_back}. Net fees: {net}, before tax.",
)
NO_BATCH = Text("Le registre n'a aucun lot du revendeur « {code} ».", "The ledger has no batch of reseller “{code}”.")


class Month(click.ParamType[str]):
    """A month written YYYY-MM."""

    name = told("AAAA-MM", "YYYY-MM")

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            month_of(str(value))
        except ValueError:
            self.fail(
                told(f"« {value} » n'est pas un mois AAAA-MM : 2026-11.", f"“{value}” is not a month YYYY-MM: 2026-11.")
            )
        return str(value)


@click.command(
    epilog=examples(
        "fees --month 2026-11 --outbox /srv/lnp/outbox --out 2026-11.xlsx",
        "fees --reseller HR-01 --ledger postgresql://lnp@db/lnp --out HR-01.csv",
    ),
    short_help=told("Le sommaire des frais, selon le registre.", "The fee summary, from the ledger."),
    help=told(
        "Le sommaire des frais pour la comptabilité, selon le registre : par mois, revendeur, fournisseur et compte, avant taxes.",
        "Finance's fee summary, from the ledger: by month, reseller, carrier and account, before tax.",
    ),
)
@click.option("--month", type=Month(), help=told("Un seul mois; tous par défaut.", "One month; all by default."))
@click.option(
    "--reseller",
    metavar="CODE",
    default="",
    help=told("Un seul revendeur; tous par défaut.", "One reseller; all by default."),
)
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar=told("FICHIER.xlsx|.csv|.json", "FILE.xlsx|.csv|.json"),
    help=told("Le fichier à écrire.", "The file to write."),
)
@click.option(
    "--outbox",
    type=click.Path(file_okay=False, path_type=Path),
    metavar=FOLDER,
    help=told("L'OUTBOX des passages, où est le registre.", "The runs' OUTBOX, where the ledger is."),
)
@ledger_option
@lang_option
@config_option
@screen_options
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
    """Writes the summary at `out`; gives the exit code."""
    from lnp_batch.documents.fees.files import SUFFIXES, write_fees

    if out.suffix.casefold() not in SUFFIXES:
        raise UsageFault(
            told(
                f"--out doit finir par .xlsx, .csv ou .json : {harmless(str(out))}",
                f"--out must end in .xlsx, .csv or .json: {harmless(str(out))}",
            )
        )
    if ledger is None and outbox is None:
        raise UsageFault(
            told(
                "Dites où est le registre : --outbox DOSSIER ou --ledger URL.",
                "Say where the ledger is: --outbox DIR or --ledger URL.",
            )
        )
    in_lang = as_lang(settings_for(config, lang).lang)
    summary, known = _asked(ledger, outbox, month or "", printable_utf8(reseller))
    write_fees(summary, out, in_lang, dt.datetime.now(dt.UTC))
    if not quiet:
        click.echo(harmless(str(out)))
        for line in _said(summary, known, in_lang):
            click.echo(harmless(line), err=True)
    return ExitCode.OK


def _asked(ledger: str | None, outbox: Path | None, month: str, reseller: str) -> tuple[FeeSummary, bool]:
    """The summary, and whether the ledger knows the reseller that was asked for."""
    from lnp_batch.ledger.existing import one_view
    from lnp_batch.ledger.fees import fee_summary
    from lnp_batch.ledger.lookup import code_of
    from lnp_batch.model.reseller import code_key

    engine = existing(ledger, outbox)
    with one_view(engine) as connection:
        summary = fee_summary(connection, month, reseller)
        return summary, not reseller or bool(code_of(connection, code_key(reseller)))


def _said(summary: FeeSummary, known: bool, lang: Lang) -> list[str]:
    """What the terminal is told of it, line by line."""
    from lnp_batch.documents.fees.page import no_fees_sentence
    from lnp_batch.model.amounts import count_of, dollars

    if not known:
        return [NO_BATCH[lang].format(code=summary.reseller), no_fees_sentence(summary, lang)]
    if not summary.rows:
        return [no_fees_sentence(summary, lang)]
    total = summary.total
    billed, given_back = count_of(total.billed, lang), count_of(total.given_back, lang)
    return [NET[lang].format(billed=billed, given_back=given_back, net=dollars(in_dollars(total.net_cents), lang))]
