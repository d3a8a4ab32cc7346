"""The labels of the batch sheet."""

from __future__ import annotations

from lnp_batch.columns import Column, Kind, Required, Sheet
from lnp_batch.columns.values import LANGUAGE, PROVINCES
from lnp_batch.model.patterns import EMAIL_LENGTH, RESELLER_CODE_LENGTH
from lnp_batch.model.text import Text, same

BATCH = Sheet(
    "batch",
    Text("Lot", "Batch"),
    (
        Column(
            "reseller_code",
            Text("Code du revendeur", "Reseller code"),
            Kind.TEXT,
            Text(
                "Le code que nous vous avons donné : lettres, chiffres, - et _ seulement.",
                "The code that we gave you: letters, digits, - and _ only.",
            ),
            Required.YES,
            RESELLER_CODE_LENGTH,
            example=same("HR-01"),
            code=True,
        ),
        Column(
            "reseller_name",
            Text("Nom du revendeur", "Reseller name"),
            Kind.TEXT,
            Text("Le nom légal de votre entreprise.", "Your company's legal name."),
            Required.YES,
            120,
            example=same("Heures Rouges Télécom inc."),
            proper_name=True,
        ),
        Column(
            "contact_name",
            Text("Personne-ressource", "Contact"),
            Kind.TEXT,
            Text("À qui nous répondons.", "The person we answer."),
            Required.YES,
            80,
            example=same("Julie Tremblay"),
            proper_name=True,
        ),
        Column(
            "contact_email",
            Text("Courriel", "E-mail"),
            Kind.EMAIL,
            Text(
                "Où nous renvoyons ce fichier. Plusieurs adresses : séparez-les par ;",
                "Where we send this file back. Separate several addresses with ;",
            ),
            Required.YES,
            EMAIL_LENGTH,
            example=same("julie@example.com"),
            several=True,
        ),
        Column(
            "batch_reference",
            Text("Référence du lot", "Batch reference"),
            Kind.TEXT,
            Text("Votre propre référence, s'il y en a une.", "Your own reference, if you have one."),
            max_length=64,
            example=Text("Novembre 2026", "November 2026"),
        ),
        Column(
            "purchase_order",
            Text("Bon de commande", "Purchase order"),
            Kind.TEXT,
            Text("Il paraîtra sur la facture.", "It will appear on the invoice."),
            max_length=64,
            example=Text("BC-881", "PO-881"),
        ),
        Column(
            "billing_province",
            Text("Votre province (taxes)", "Your province (taxes)"),
            Kind.LIST,
            Text(
                "La province de votre entreprise : elle décide des taxes.",
                "Your company's province: it decides the taxes.",
            ),
            Required.YES,
            values=PROVINCES,
            example=same("QC"),
        ),
        Column(
            "language",
            Text("Langue", "Language"),
            Kind.LIST,
            Text(
                "La langue de nos réponses : fr ou en. Vide : celle de ce fichier.",
                "The language of our answers: fr or en. Empty: the language of this file.",
            ),
            values=LANGUAGE,
        ),
    ),
    ("Feuille Lot", "Le lot", "Batch sheet"),
)
