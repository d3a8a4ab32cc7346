"""``lnp-batch person``: what is held of somebody, a copy of it, and its removal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lnp_batch.cli.language import examples, localized
from lnp_batch.cli.options import (
    FOLDER,
    by_option,
    checked_ledger,
    config_option,
    context_for,
    lang_option,
    ledger_of,
    ledger_option,
    outbox_of,
    outbox_option,
    settings_for,
    words_of,
)
from lnp_batch.errors import ExitCode, Locked, UsageFault
from lnp_batch.model.text import Lang, Text, as_lang, fold, printable

if TYPE_CHECKING:
    from lnp_batch.ledger.store import Ledger
    from lnp_batch.model.context import Limits
    from lnp_batch.model.person import Person
    from lnp_batch.nightly.person import Held
    from lnp_batch.nightly.person_forget import Forgotten

FIND, EXPORT, FORGET = ACTIONS = ("find", "export", "forget")
EVENTS = {FIND: "person_found", EXPORT: "person_exported"}
"""What the ledger says was done; `forget` says so itself, in the transaction that does it."""

NOTHING = Text("Rien n'est gardé sur cette personne.", "Nothing is held of this person.")
BATCH = Text("Lot {folder}", "Batch {folder}")
INVOICED = Text("  {file} (facture)", "  {file} (invoice)")
REQUEST = Text("Demande {id}, état {state}", "Request {id}, state {state}")
IN_LEDGER = Text(
    "Au registre : numéros {numbers}, lignes de frais {fee_lines}, arrivées {arrivals}.",
    "In the ledger: numbers {numbers}, fee lines {fee_lines}, arrivals {arrivals}.",
)
NOT_SEARCHED = Text(
    "Non vérifiés : {list}. Ce sont des fichiers refusés, non traités ou illisibles, ou des documents dont le nom ne "
    "correspond à aucun compte : ouvrez-les vous-même.",
    "Not searched: {list}. These are files that were refused, not processed or cannot be read, or documents whose name "
    "matches no account: look into them yourself.",
)
EXPORTED = Text("Copie écrite dans {to}; fichiers : {count}.", "Copy written to {to}; files: {count}.")
FORGOTTEN = Text(
    "Fichiers supprimés ou masqués : {files}; demandes vidées au registre : {requests}.",
    "Files removed or masked: {files}; requests emptied in the ledger: {requests}.",
)
NOTHING_LEFT = Text("Il n'y avait plus rien à supprimer.", "There was nothing left to remove.")
KEPT_BY_LAW = Text(
    "Gardés parce que la loi l'exige : factures et frais, avec leurs numéros et numéros de compte, jusqu'à la fin de "
    "{year}.",
    "Kept because the law requires it: invoices and fees, with their numbers and account numbers, until the end of "
    "{year}.",
)
IN_PROGRESS = Text(
    "Aucun fichier du lot {folder} n'est supprimé : une de ses demandes est en cours. Recommencez quand elle sera "
    "fermée.",
    "No file of batch {folder} is removed: one of its requests is in progress. Try again when it is closed.",
)
REQUEST_IN_PROGRESS = Text("Demande en cours, gardée : {id}.", "Request in progress, kept: {id}.")
NOT_MASKED = Text(
    "{file} ne peut être masqué : ouvrez ce classeur et effacez-y les lignes, ou supprimez-le.",
    "{file} cannot be masked: open this workbook and clear the rows, or remove it.",
)


@click.command(
    epilog=examples(
        'person find --number 514-555-0100 --by "Marie Roy" --outbox /srv/lnp/outbox',
        'person export --name "Luc St-Jean" --to copie --by "Marie Roy" --outbox /srv/lnp/outbox',
        'person forget --name "Luc St-Jean" --by "Marie Roy" --outbox /srv/lnp/outbox',
    ),
    short_help=localized("Ce qui est gardé sur une personne.", "What is held of a person."),
    help=localized(
        "Cherche ce qui est gardé sur une personne (find), en fait une copie (export) ou le supprime (forget). Une "
        "personne est celle dont le compte a ce numéro, ou dont le compte ou le signataire porte ce nom, sans égard "
        "aux accents ni aux majuscules; tout ce compte est à elle. Le registre garde qui l'a fait et quand, sans le "
        "nom.",
        "Find what is held of a person (find), copy it (export) or remove it (forget). A person is the one whose "
        "account has this number, or whose account or signer has this name, whatever the accents and capitals; all of "
        "that account is theirs. The ledger keeps who did so and when, without the name.",
    ),
)
@click.argument("action", type=click.Choice(ACTIONS))
@click.option(
    "--number", metavar=localized("NUMÉRO", "NUMBER"), help=localized("Un de ses numéros.", "One of their numbers.")
)
@click.option("--name", metavar=localized("NOM", "NAME"), help=localized("Son nom, au complet.", "Their whole name."))
@click.option("--reseller", metavar="CODE", help=localized("Chez ce revendeur seulement.", "At this reseller only."))
@click.option(
    "--to",
    type=click.Path(path_type=Path),
    metavar=FOLDER,
    help=localized("Nouveau dossier de la copie (export).", "New folder for the copy (export)."),
)
@by_option
@outbox_option
@ledger_option
@lang_option
@config_option
def person(
    action: str,
    number: str | None,
    name: str | None,
    reseller: str | None,
    to: Path | None,
    who: str,
    outbox: Path | None,
    ledger: str | None,
    lang: str | None,
    config: Path | None,
) -> int:
    """Do what was asked; return 7 if a nightly run is in progress, 1 if a file could not be masked."""
    from lnp_batch.nightly.lock import only_run, only_run_in_ledger
    from lnp_batch.nightly.person import find_held

    settings = settings_for(config, lang)
    outbox = outbox_of(settings, outbox)
    wanted = _person(number, name, reseller)
    actor = words_of(who, "--by", localized("écrivez votre nom.", "write your name."))
    if (action == EXPORT) != (to is not None):
        raise UsageFault(
            localized("--to nomme le dossier d'export, et de rien d'autre.", "--to names the folder of export, only.")
        )
    engine = checked_ledger(ledger_of(settings, ledger), outbox)
    limits = context_for(settings, lang, None).limits
    try:
        with only_run(outbox), only_run_in_ledger(engine, outbox):
            held = find_held(outbox, engine, wanted, limits)
            lines, code = _act(action, held, engine, wanted, limits, actor, to, settings.retention.billing_years)
    except Locked:
        click.echo(localized("Un passage est en cours.", "A run is in progress."), err=True)
        return ExitCode.LOCKED
    for line in lines:
        click.echo(printable(line[as_lang(settings.lang)]))
    return code


def _person(number: str | None, name: str | None, reseller: str | None) -> Person:
    """Return who is meant. Raises BadParameter or UsageFault if nobody is."""
    from lnp_batch.model.person import Person
    from lnp_batch.model.phone_number import phone
    from lnp_batch.model.reseller import code_key

    if not number and not name:
        raise UsageFault(localized("Indiquez --number ou --name.", "Write --number or --name."))
    digits = phone(number).digits if number else ""
    if number and not digits:
        raise click.BadParameter(localized("il faut dix chiffres.", "ten digits are needed."), param_hint="--number")
    if name and not fold(name):
        raise click.BadParameter(localized("écrivez un nom.", "write a name."), param_hint="--name")
    return Person(int(digits or 0), name or "", code_key(reseller or ""))


def _act(
    action: str, held: Held, ledger: Ledger, who_is_it: Person, limits: Limits, actor: str, to: Path | None, years: int
) -> tuple[list[Text], ExitCode]:
    """Do it, and return the lines for the terminal and the exit code."""
    from lnp_batch.nightly.person_copy import export_held
    from lnp_batch.nightly.person_forget import forget_held

    at = dt.datetime.now(dt.UTC)
    if action == FORGET:
        forgotten = forget_held(held, ledger, who_is_it, limits, actor, at)
        lines = [*_forgotten(held, forgotten, years), *_not_searched(held)]
        return lines, ExitCode.DEFECT if forgotten.not_masked or held.unfinished else ExitCode.OK
    lines = list(_found(held))
    if to is not None and (held.folders or held.ledger.requests):
        count = export_held(held, to)
        lines = [_line(EXPORTED, to=to, count=count)]
    _note(ledger, actor, EVENTS[action], at)
    return lines, ExitCode.OK


def _note(ledger: Ledger, actor: str, what: str, at: dt.datetime) -> None:
    from lnp_batch.ledger.people import add_event
    from lnp_batch.ledger.store import writing

    with writing(ledger) as transaction:
        add_event(transaction, actor, what, at, "")


def _found(held: Held) -> Iterator[Text]:
    """Yield what is held, line by line."""
    if not (held.folders or held.ledger.requests or held.ledger.arrivals):
        yield NOTHING
    for folder in held.folders:
        yield _line(BATCH, folder=folder.name)
        yield from (_line(Text("  {file}", "  {file}"), file=path.relative_to(folder.path)) for path in folder.files)
        yield from (_line(INVOICED, file=path.name) for path in folder.invoices)
    for id_, row in held.ledger.requests.items():
        yield _line(REQUEST, id=id_, state=row["state"])
    if held.ledger.requests or held.ledger.arrivals:
        ledger = held.ledger
        yield _line(IN_LEDGER, numbers=ledger.numbers, fee_lines=ledger.fee_lines, arrivals=ledger.arrivals)
    yield from _not_searched(held)


def _not_searched(held: Held) -> Iterator[Text]:
    if held.not_searched:
        yield _line(NOT_SEARCHED, list=", ".join(held.not_searched))


def _forgotten(held: Held, forgotten: Forgotten, years: int) -> Iterator[Text]:
    from lnp_batch.nightly.rejudge_claim import UNFINISHED

    waits = forgotten.in_progress or held.ledger.in_progress or held.unfinished or forgotten.not_masked
    if forgotten.is_nothing and not waits:
        yield NOTHING_LEFT
    elif not forgotten.is_nothing:
        yield _line(FORGOTTEN, files=forgotten.files, requests=forgotten.requests)
    yield from (_line(IN_PROGRESS, folder=folder) for folder in forgotten.in_progress)
    yield from (_line(REQUEST_IN_PROGRESS, id=id_) for id_ in sorted(held.ledger.in_progress))
    yield from (UNFINISHED.put(batch=batch) for batch in sorted(held.unfinished))
    yield from (_line(NOT_MASKED, file=file) for file in forgotten.not_masked)
    if held.ledger.last_day:
        yield _line(KEPT_BY_LAW, year=held.ledger.last_day.year + years)


def _line(text: Text, **facts: object) -> Text:
    """Return the sentence with facts as they are: names of files and folders are not cut."""
    langs: tuple[Lang, Lang] = ("fr", "en")
    return Text(*(text[lang].format(**facts) for lang in langs))
