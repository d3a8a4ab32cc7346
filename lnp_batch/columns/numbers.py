"""The columns of the numbers sheet."""

from __future__ import annotations

from lnp_batch.columns import Column, Kind, Required, Sheet
from lnp_batch.columns.accounts import ACCOUNT_REF, CLIENT_REFERENCE, NOTES, STATUS, TO_DO
from lnp_batch.columns.values import ACTIONS, LINE_TYPES, NO, STOPS_ON_PORT_DAY, UNKNOWN, YES_OR_TICK
from lnp_batch.model.text import Text, same

EXAMPLE_PHONES = ("514-555-0100", "450-555-0150", "450-555-0160", "450-555-0161")
"""The numbers in the template's worked example: one of the first account, three of the second."""

NUMBERS = Sheet(
    "numbers",
    Text("Numéros", "Numbers"),
    (
        STATUS,
        TO_DO,
        Column(
            "account_ref",
            ACCOUNT_REF,
            Kind.TEXT,
            Text(
                "Le repère du compte de ce numéro, comme à la feuille Comptes.",
                "The key of this number's account, as on the Accounts sheet.",
            ),
            Required.YES,
            32,
            example=same("A1"),
            aliases=("Repère du compte", "Repère", "Clé du compte", "Clé", "Account key", "Account ref", "Key"),
            width=14,
            group="number",
        ),
        Column(
            "number",
            Text("Numéro de téléphone", "Phone number"),
            Kind.PHONE,
            Text(
                "Dix chiffres, écrits comme vous voulez. Une plage : le premier numéro ici, le dernier à côté.",
                "Ten digits, written as you like. For a range: the first number here, the last one beside it.",
            ),
            Required.YES,
            example=same(EXAMPLE_PHONES[0]),
            aliases=(
                *("Téléphone", "Numéro", "Numéros", "Numéros de téléphone", "Numéro de tél.", "Numéro à porter"),
                *("Tél.", "No de téléphone", "No de tél.", "No tél.", "N° de téléphone", "Nº de téléphone"),
                *("Phone", "Phones", "Phone numbers", "Phone no", "Phone #", "Number", "Numbers", "Number to port"),
                *("Telephone", "Telephone number", "Telephone no", "Tel #", "Tel no", "DID", "TN"),
            ),
            width=17,
            group="number",
        ),
        Column(
            "range_end",
            Text("Fin de plage", "Range end"),
            Kind.PHONE,
            Text(
                "Le dernier numéro d'une plage; laissez vide pour un seul numéro.",
                "The last number of a range; leave empty for a single number.",
            ),
            aliases=("Fin de la plage", "Dernier numéro", "End of range", "Last number"),
            width=15,
            group="number",
        ),
        Column(
            "action",
            same("Action"),
            Kind.LIST,
            Text(
                "Porter : il vient chez nous. Conserver : il reste. Résilier : il est abandonné. Vide : Porter.",
                "Port: it comes to us. Keep: it stays. Disconnect: it is cancelled. Empty: Port.",
            ),
            values=ACTIONS,
            example=Text("Porter", "Port"),
            width=13,
            group="number",
        ),
        Column(
            "line_type",
            Text("Type de ligne", "Line type"),
            Kind.LIST,
            Text("Filaire, VoIP, sans fil ou sans frais.", "Wireline, VoIP, wireless or toll-free."),
            values=LINE_TYPES,
            example=Text("Filaire", "Wireline"),
            width=14,
            group="line",
        ),
        Column(
            "active",
            Text("Actif?", "Active?"),
            Kind.LIST,
            Text(
                "Un numéro doit être en service au moment du port.",
                "A number must be in service when it is ported.",
            ),
            Required.TO_PORT,
            values=(YES_OR_TICK, NO, UNKNOWN),
            example=Text("Oui", "Yes"),
            aliases=("En service", "In service"),
            width=10,
            group="line",
        ),
        Column(
            "dsl",
            Text("Internet DSL?", "DSL Internet?"),
            Kind.LIST,
            Text(
                "Internet DSL sur cette ligne s'arrête le jour du port. Le client le sait : Oui confirmé.",
                "DSL Internet on this line stops on port day. If the customer knows: Yes confirmed.",
            ),
            Required.TO_PORT_WIRELINE,
            values=STOPS_ON_PORT_DAY,
            example=Text("Non", "No"),
            aliases=("DSL", "ADSL"),
            width=15,
            group="line",
        ),
        Column(
            "alarm",
            Text("Système d'alarme?", "Alarm system?"),
            Kind.LIST,
            Text(
                "Un système d'alarme sur cette ligne s'arrête le jour du port. Le client le sait : Oui confirmé.",
                "An alarm system on this line stops on port day. If the customer knows: Yes confirmed.",
            ),
            Required.TO_PORT_NOT_WIRELESS,
            values=STOPS_ON_PORT_DAY,
            example=Text("Non", "No"),
            aliases=("Alarme", "Alarm"),
            width=14,
            group="line",
        ),
        Column(
            "special_service",
            Text("Service particulier", "Special service"),
            Kind.TEXT,
            Text(
                "Groupe de recherche, sonnerie distinctive, ascenseur, télécopieur, Centrex, PRI…",
                "Hunt group, distinctive ring, elevator, fax, Centrex, PRI…",
            ),
            max_length=80,
            width=20,
            group="line",
        ),
        Column(
            "reference",
            CLIENT_REFERENCE,
            Kind.TEXT,
            Text("Elle paraîtra sur la facture.", "It will appear on the invoice."),
            max_length=64,
            width=16,
            group="more",
        ),
        NOTES,
        Column(
            "normalized",
            Text("Numéro normalisé", "Normalised number"),
            Kind.OURS,
            Text("Rempli par nous.", "Filled by us."),
            width=21,
            group="ours",
        ),
        Column(
            "request",
            Text("Demande de port", "Port request"),
            Kind.OURS,
            Text("Rempli par nous.", "Filled by us."),
            width=19,
            group="ours",
        ),
        Column(
            "fee",
            Text("Frais", "Fee"),
            Kind.OURS,
            Text("Rempli par nous : en dollars, avant taxes.", "Filled by us: in dollars, before tax."),
            width=11,
            group="ours",
        ),
    ),
    ("Numéro", "Feuille Numéros", "Les numéros", "Number", "Numbers sheet"),
)
