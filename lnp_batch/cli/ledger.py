"""The ledger and the outbox as commands are told of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lnp_batch.cli.language import told
from lnp_batch.errors import EnvironmentFault

if TYPE_CHECKING:
    from lnp_batch.ledger.store import Ledger

FOLDER = told("DOSSIER", "DIR")


def ledger_option(command: Any) -> Any:
    """--ledger, wherever the ledger matters."""
    return click.option(
        "--ledger",
        metavar="URL",
        help=told(
            "Le registre : sqlite:///FICHIER ou postgresql://…; par défaut OUTBOX/.lnp/ledger.sqlite.",
            "The ledger: sqlite:///FILE or postgresql://…; OUTBOX/.lnp/ledger.sqlite by default.",
        ),
    )(command)


def outbox_option(command: Any) -> Any:
    """--outbox."""
    return click.option(
        "--outbox",
        required=True,
        type=click.Path(file_okay=False, path_type=Path),
        metavar=FOLDER,
        help=told("Où paraissent les dossiers des lots.", "Where the batches' folders appear."),
    )(command)


def existing(ledger: str | None, outbox: Path | None) -> Ledger:
    """The ledger at that URL, or of that outbox. EnvironmentFault where there is none, and none is made."""
    from lnp_batch.ledger.store import NoLedger, default_url, open_existing

    try:
        return open_existing(ledger or default_url(outbox or Path()))
    except NoLedger:
        raise EnvironmentFault(
            told(
                "Aucun registre à cet endroit : « lnp-batch run » le crée à son premier passage. Rien n'est écrit.",
                "There is no ledger at that place: “lnp-batch run” makes it on its first run. Nothing is written.",
            )
        ) from None
