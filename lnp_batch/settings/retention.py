"""The settings of how long what is kept is kept."""

from __future__ import annotations

from typing import Any

from lnp_batch.model.retention import Retention
from lnp_batch.model.text import Text
from lnp_batch.settings.fields import MAX_DAYS, Frozen, WholeNumber, whole_number

MAX_MONTHS, MAX_YEARS = 120, 20
"""Longest terms."""


def _term(name: str, fr: str, en: str, most: int = MAX_DAYS) -> Any:
    """Return the field for a term of :class:`lnp_batch.model.retention.Retention`, from 1 to `most`."""
    return whole_number(getattr(Retention(), name), Text(fr, en), most)


class RetentionSettings(Frozen):
    """How long what is kept is kept, with the names and defaults of :class:`lnp_batch.model.retention.Retention`."""

    files_months: WholeNumber = _term(
        "files_months",
        "Mois de conservation des originaux, copies annotées, rapports et documents, après la fermeture de la dernière "
        "demande du lot.",
        "Months that originals, annotated copies, reports and documents are kept after the last request of their batch "
        "is closed.",
        MAX_MONTHS,
    )
    pins_days: WholeNumber = _term(
        "pins_days",
        "Jours de conservation des NIP, après le port du dernier numéro du lot.",
        "Days that PINs are kept after the last number of their batch is ported.",
    )
    billing_years: WholeNumber = _term(
        "billing_years",
        "Années de conservation des factures, des frais et de leurs numéros, après la fin de l'année civile; mettez-en "
        "une de plus si votre exercice ne finit pas en décembre.",
        "Years that invoices, fees and their numbers are kept after the end of the calendar year; add one if your "
        "fiscal year does not end in December.",
        MAX_YEARS,
    )
    unknown_days: WholeNumber = _term(
        "unknown_days",
        "Jours de conservation, après leur réception, des fichiers d'un expéditeur inconnu (_unknown).",
        "Days that files of an unknown sender (_unknown) are kept after they were received.",
    )
    defects_days: WholeNumber = _term(
        "defects_days",
        "Jours de conservation d'un classeur que notre programme n'avait pas su traiter (_defects), après la réponse.",
        "Days that a workbook on which our program had failed (_defects) is kept after it was answered.",
    )
    logs_months: WholeNumber = _term(
        "logs_months",
        "Mois de conservation du journal de nos erreurs, des comptes rendus de passage et des sommaires de la nuit.",
        "Months that the log of our errors, the reports of runs and the summaries of nights are kept.",
        MAX_MONTHS,
    )
