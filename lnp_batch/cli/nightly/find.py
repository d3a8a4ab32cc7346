"""``lnp-batch find``: where a number, a request or a customer is, and what was billed for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lnp_batch.cli.language import examples, localized
from lnp_batch.cli.options import (
    checked_ledger,
    config_option,
    lang_option,
    ledger_of,
    ledger_option,
    outbox_of,
    outbox_option,
    settings_for,
)
from lnp_batch.errors import ExitCode, UsageFault
from lnp_batch.model.text import Lang, Text, as_lang, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lnp_batch.ledger.find import FoundFee
    from lnp_batch.model.request import HeldBy
    from lnp_batch.nightly.find import Hit

NOTHING = Text(
    "Rien trouvé pour « {what} » : ni numéro, ni demande (PR-…), ni client.",
    "Nothing found for “{what}”: no number, request (PR-…) or customer.",
)
STATES = {
    "held": Text("retenue, à corriger", "held back, to fix"),
    "taken_out": Text("numéro retiré de la demande", "number taken out of the request"),
    "ready": Text("acceptée, prête à envoyer", "accepted, ready to send"),
    "loa_sent": Text("lettre d'autorisation envoyée", "letter of authorization sent"),
    "loa_received": Text("lettre d'autorisation reçue", "letter of authorization received"),
    "loa_signed": Text("lettre d'autorisation signée", "letter of authorization signed"),
    "submitted": Text("envoyée au fournisseur", "sent to the losing carrier"),
    "confirmed": Text("confirmée par le fournisseur", "confirmed by the losing carrier"),
    "rejected": Text("rejetée par le fournisseur", "rejected by the losing carrier"),
    "ported": Text("portée", "ported"),
    "closed": Text("fermée", "closed"),
    "cancelled": Text("annulée", "cancelled"),
}
"""The words for each state of a hit."""
REQUEST = Text("Demande {request}, révision {revision} : {state}", "Request {request}, revision {revision}: {state}")
NO_REQUEST = Text("À corriger : le numéro n'est dans aucune demande", "To fix: the number is in no request")
CUSTOMER = Text("Client : {customer} ({carrier})", "Customer: {customer} ({carrier})")
HELD_BY = Text("Retenue par : {held_by}", "Held back by: {held_by}")
RESELLER = Text("Revendeur : {code}, {name}", "Reseller: {code}, {name}")
BATCH = Text("Lot : {batch}, reçu le {day}, {file}", "Batch: {batch}, received on {day}, {file}")
PURGED = Text("classeur purgé", "workbook purged")
FOLDER = Text("Réponse du {day} : {folder}", "Answer of {day}: {folder}")
NO_FOLDER = Text(
    "Réponse du {day} : dossier absent de cette boîte de sortie", "Answer of {day}: its folder is not in this outbox"
)
BILLED = Text("Facturé le {day} : {amount} avant taxes", "Billed on {day}: {amount} before tax")
GIVEN_BACK = Text("Rendu le {day} : {amount} avant taxes", "Given back on {day}: {amount} before tax")
OF_NUMBERS = Text("{amount} ({count} numéros)", "{amount} ({count} numbers)")
NOT_BILLED = Text("Rien n'est facturé.", "Nothing is billed.")


@click.command(
    epilog=examples(
        "find 514-555-0123 --outbox /srv/lnp/outbox",
        "find PR-QMQPV2IQZ3 --outbox /srv/lnp/outbox",
        'find "clinique veterinaire" --outbox /srv/lnp/outbox',
    ),
    short_help=localized("Trouve un numéro, une demande, un client.", "Find a number, a request, a customer."),
    help=localized(
        "Trouve un numéro de téléphone écrit de n'importe quelle façon, une demande (PR-…) ou un client par une partie "
        "de son nom, sans égard aux accents ni aux majuscules : où il est, dans quel état, ce qui a été facturé et "
        "rendu, et quand.",
        "Find a phone number in any spelling, a request (PR-…) or a customer by part of the name, whatever the accents "
        "and capitals: where it is, in what state, what was billed and given back, and when.",
    ),
)
@click.argument("what", metavar=localized("QUOI", "WHAT"))
@outbox_option
@ledger_option
@lang_option
@config_option
def find(what: str, outbox: Path | None, ledger: str | None, lang: str | None, config: Path | None) -> int:
    """Print a few lines for each request found."""
    from lnp_batch.nightly.find import find as find_all

    settings = settings_for(config, lang)
    outbox, terminal_lang = outbox_of(settings, outbox), as_lang(settings.lang)
    hits = find_all(outbox, checked_ledger(ledger_of(settings, ledger), outbox, may_lack=True), what)
    if not hits:
        raise UsageFault(NOTHING.put(what=printable(what))[terminal_lang])
    for position, hit in enumerate(hits):
        first, *others = lines_of(hit, terminal_lang)
        click.echo(("\n" if position else "") + printable(first))
        for line in others:
            click.echo("  " + printable(line))
    return ExitCode.OK


def lines_of(hit: Hit, lang: Lang) -> Iterator[str]:
    """Yield what the terminal says of a hit, line by line."""
    batch, facts = hit.batch, {"request": hit.request, "revision": hit.revision, "state": STATES.get(hit.state, "")}
    yield REQUEST.say(lang, facts) if hit.request else NO_REQUEST[lang]
    if hit.customer:
        yield CUSTOMER[lang].format(customer=hit.customer, carrier=hit.carrier)
    if hit.held_by:
        yield HELD_BY[lang].format(held_by=", ".join(_cell(each, lang) for each in hit.held_by))
    yield RESELLER[lang].format(code=batch.code, name=batch.name)
    yield BATCH[lang].format(batch=batch.id, day=batch.day, file=batch.file or PURGED[lang])
    yield (FOLDER if hit.folder else NO_FOLDER)[lang].format(day=batch.last_day, folder=hit.folder)
    yield from (_fee_line(fee, lang) for fee in hit.fees)
    if not hit.fees:
        yield NOT_BILLED[lang]


def _cell(held_by: HeldBy, lang: Lang) -> str:
    """Return a finding's code and its cell: `NUM010 (Numéros D8)`."""
    from lnp_batch.columns.sheets import sheet_of

    place = " ".join(filter(None, (sheet_of(held_by.sheet_key).name[lang], held_by.cell)))
    return f"{held_by.code} ({place})"


def _fee_line(fee: FoundFee, lang: Lang) -> str:
    """Return a line on what was billed or given back on a day, which says how many numbers if there are several."""
    from lnp_batch.model.amounts import count_of, dollars
    from lnp_batch.model.fees import in_dollars

    amount = dollars(in_dollars(abs(fee.cents)), lang)
    line = (BILLED if fee.billed else GIVEN_BACK)[lang].format(day=fee.day, amount=amount)
    return line if fee.numbers == 1 else OF_NUMBERS[lang].format(amount=line, count=count_of(fee.numbers, lang))
