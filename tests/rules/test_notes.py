"""Notes that contradict the rest of a row, and notes of real life that do not."""

from __future__ import annotations

import pytest

from lnp_batch.rules.notes import contradiction_in

SAID = {
    "cancelled": (
        "Le service a été résilié hier", "La ligne a été annulée la semaine passée", "Numéro annulé",
        "Les lignes sont débranchées depuis lundi", "Le client a annulé hier chez Bell", "Le client a déjà annulé.",
        "Le client a appelé pour annuler", "A téléphoné chez Bell pour résilier son compte", "Ligne coupée",
        "Le client est en train d'annuler", "sur le point de résilier", "Va annuler demain", "Compte déjà résilié",
        "Customer cancelled last week", "customer canceled service", "Numbers were cancelled", "They already disconnected",
        "has already called to cancel", "Called Bell to cancel his service yesterday", "is about to cancel",
        "Will cancel this week", "Rang only once. Line disconnected since Monday", "Account has been cancelled",
        "Client called us after his service was cancelled", "Sans. Ligne annulée", "phones cut off",
    ),
    "moved": (
        "moved last week", "Customer moved", "They have moved to a new address", "Office is moving next month",
        "We moved out", "Le client a déménagé", "A déménagé la semaine passée", "Vient de déménager", "Déménage bientôt",
        "va déménager en mars", "ont déjà déménagé au printemps",
    ),
    "wait": (
        "Wants to wait", "customer prefers to wait until January", "Do not port yet", "Don't port now", "not ready to port",
        "Mme Gagné préfère attendre janvier", "Veut attendre", "Ne pas porter tout de suite", "Pas prêt pour le port",
    ),
    "other_name": (
        "Compte au nom de son mari", "Facture à un autre nom", "Le compte est encore au nom de l'ancien propriétaire",
        "The bill is in her late husband's name", "Account is still under the previous owner's name",
        "Account under a different name",
    ),
}  # fmt: skip
SILENT = (
    "Customer called to cancel the pending order, it is done", "Pending order already cancelled",
    "Le client a appelé pour annuler le gel", "Interurbain déjà annulé", "Internet déjà résilié",
    "Le client a annulé la commande en cours", "Facture au nom de Plomberie Gagné et Fils inc.",
    "Compte au nom de la compagnie", "Account is under the company name", "Ne pas porter avant le 15 décembre",
    "Do not port before 9 am", "Customer moved to a new plan", "They are moving to a new phone system",
    "Fax moved to line 2", "Le client veut attendre la fin du port pour annuler", "Wants to wait until the port is done",
    "doesn't want to wait", "no longer wants to wait", "Ne veut plus attendre", "Attendre 10 minutes avant de rappeler",
    "line not cancelled, never disconnected", "Never call: never line cancelled", "Call if the line is cancelled",
    "Unless the service is cancelled, port", "Without his line disconnected", "N'a jamais déménagé", "Pas de ligne annulée",
    "Si la ligne est annulée, rappeler", "Sans ligne coupée", "Ni compte résilié", "Frais de service annulés",
    "Ne pas annuler avant le port", "Le client n'a pas déménagé", "Will cancel after the port", "Customer didn't move",
    "", "Ascenseur", "Demander Marie au nom de l'agence",
)  # fmt: skip


@pytest.mark.parametrize(("variant", "note"), [(variant, note) for variant, notes in SAID.items() for note in notes])
def test_it_is_noticed(variant: str, note: str) -> None:
    assert contradiction_in(note) == variant


@pytest.mark.parametrize("note", SILENT)
def test_it_contradicts_nothing(note: str) -> None:
    assert contradiction_in(note) == ""
