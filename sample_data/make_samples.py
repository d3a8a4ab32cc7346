"""Writes the sample workbooks beside this file: copies of our templates, filled in as a reseller fills them in.

Run it again after a template changes: `python sample_data/make_samples.py`. Two runs write the same bytes. Every phone
number is one of 555-0100 to 555-0199, which nobody has; names and addresses are made up.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from lnp_batch.columns import ACCOUNTS, BATCH, NUMBERS, Sheet
from lnp_batch.model.text import Lang

HERE = Path(__file__).parent
TEMPLATES = HERE.parent / "templates"
TEMPLATE: dict[Lang, str] = {"fr": "portabilite-fr.xlsx", "en": "port-in-en.xlsx"}
SAVED = dt.datetime(2026, 11, 23, 9, 0)
FORMATTED = ("font", "fill", "border", "alignment", "protection", "number_format")

Row = dict[str, Any]


@dataclass(frozen=True)
class Story:
    """One workbook: what its rows hold, by column key; `own` are columns of the reseller's own on Numbers."""

    name: str
    lang: Lang
    batch: Row
    accounts: tuple[Row, ...]
    numbers: tuple[Row, ...]
    own: tuple[str, ...] = ()


# ------------------------------------------------------------------------------------------------ the stories


def two_carriers() -> Story:
    """Une entreprise, deux fournisseurs: ten numbers over Bell Canada and Vidéotron, right the first time."""
    consent = {
        "signer": "Manon Charbonneau",
        "signer_email": "manon@quincaillerie.example",
        "freeze": "Non",
        "restriction": "Non",
        "pending_order": "Non",
        "list_reviewed": "Oui",
        "will_wait": "Oui",
        "under_contract": "Non",
        "requested_date": dt.date(2026, 12, 7),
    }
    bell = {
        "account_ref": "A1",
        "carrier": "Bell Canada",
        "account_number": "000451233889",
        "btn": "514-555-0100",
        "port_type": "Complet",
        "total_numbers": 6,
        "evidence": "CSR et facture",
        "bill_date": dt.date(2026, 11, 2),
        "name_on_bill": "Quincaillerie Charbonneau et Filles inc.",
        "address_on_bill": "2455, rue Beaubien E.",
        "city_on_bill": "Montréal",
        "province": "QC",
        "postal_code_on_bill": "H1Y 1G4",
        "name": "Quincaillerie Charbonneau et Filles inc.",
        "address": "2455, rue Beaubien E.",
        "city": "Montréal",
        "postal_code": "H1Y 1G4",
        **consent,
        "pin": "73016482",
        "reference": "Magasin",
    }
    videotron = {
        "account_ref": "A2",
        "carrier": "Vidéotron",
        "account_number": "70123-44-0018",
        "btn": "450-555-0140",
        "port_type": "Complet",
        "total_numbers": 4,
        "evidence": "Facture",
        "bill_date": dt.date(2026, 10, 28),
        "name_on_bill": "QUINCAILLERIE CHARBONNEAU ET FILLES INC",
        "address_on_bill": "610, boul. Industriel, local 4",
        "city_on_bill": "Boucherville",
        "province": "QC",
        "postal_code_on_bill": "J4B 2X4",
        **consent,
        "reference": "Entrepôt",
        "notes": "Ouvert de 7 h à 15 h.\nAppeler le magasin d'abord.",
    }
    line = {"action": "Porter", "line_type": "Filaire", "active": "Oui", "dsl": "Non", "alarm": "Non"}
    shop = (
        {"number": "514-555-0100", "reference": "Comptoir"},
        {"number": "514-555-0101", "reference": "Comptoir"},
        {"number": "514-555-0102", "reference": "Peinture"},
        {"number": "514-555-0103", "reference": "Bureau", "dsl": "Oui confirmé"},
        {"number": "514-555-0104", "reference": "Alarme", "alarm": "Oui confirmé"},
        {"number": "514-555-0105", "reference": "Bureau", "special_service": "Télécopieur"},
    )
    warehouse = (
        {"number": "450-555-0140", "reference": "Réception"},
        {"number": "450-555-0141", "reference": "Réception"},
        {"number": "450-555-0142", "reference": "Cour à bois"},
        {"number": "450-555-0143", "reference": "Livraison"},
    )
    return Story(
        "1-entreprise-deux-fournisseurs.xlsx",
        "fr",
        {
            "reseller_code": "BOR-104",
            "reseller_name": "Télécom Boréal inc.",
            "contact_name": "Julie Tremblay",
            "contact_email": "ports@boreal.example",
            "batch_reference": "Quincaillerie Charbonneau",
            "purchase_order": "BC-881",
            "billing_province": "QC",
        },
        (bell, videotron),
        (
            *({"account_ref": "A1", **line, **row} for row in shop),
            *({"account_ref": "A2", **line, **row} for row in warehouse),
        ),
    )


def first_time() -> Story:
    """Première fois: what a reseller gets wrong who never did this; two accounts of six go through all the same."""
    usual = {
        "province": "QC",
        "freeze": "Non",
        "restriction": "Non",
        "pending_order": "Non",
        "list_reviewed": "Oui",
        "will_wait": "Oui",
    }
    bakery = {
        **usual,
        "account_ref": "A1",
        "carrier": "Bell",
        "account_number": "000318840277",
        "btn": "(450) 555-0110",
        "port_type": "complet",
        "total_numbers": 5,
        "evidence": "CSR",
        "name_on_bill": "Boulangerie Le Fournil Doré inc.",
        "address_on_bill": "312, rue Saint-Charles O.",
        "city_on_bill": "Longueuil",
        "postal_code_on_bill": "j4h1e3",
        "name": "Boulangerie Le Fournil Doré inc.",
        "signer": "Hélène Gagnon",
        "pin": " 58204619 ",
    }
    vet = {
        **usual,
        "account_ref": "A2",
        "carrier": "videotron",
        "account_number": "70988-21-0043",
        "btn": "450-555-0120",
        "port_type": "Complet",
        "total_numbers": 6,
        "evidence": "Facture",
        "bill_date": dt.date(2026, 9, 10),
        "name_on_bill": "Clinique vétérinaire des Patriotes inc.",
        "address_on_bill": "1180, boul. Curé-Poirier O.",
        "city_on_bill": "Longueuil",
        "postal_code_on_bill": "J4K 2E5",
        "name": "Clinique Vétérinaire des Patriotes",
        "address": "1180 boulevard Cure-Poirier Ouest",
        "city": "LONGUEUIL",
        "postal_code": "J4K 2E5",
        "signer": "Dre Sophie Bergeron",
        "under_contract": "Oui",
    }
    garage = {
        **usual,
        "account_ref": "A3",
        "carrier": "Cogeco",
        "account_number": "8811-202-4415",
        "btn": "819-555-0130",
        "port_type": "Complet",
        "total_numbers": 3,
        "evidence": "CSR et facture",
        "bill_date": dt.date(2026, 11, 5),
        "name_on_bill": "Garage M. Lavoie et Fils enr.",
        "address_on_bill": "4020, boul. des Forges",
        "city_on_bill": "Trois-Rivières",
        "postal_code_on_bill": "G8Y 1V8",
        "signer": "Marcel Lavoie",
        "freeze": "Inconnu",
    }
    accountant = {
        **usual,
        "account_ref": "A4",
        "carrier": "TELUS",
        "account_number": 7012244551,
        "btn": "418-555-0140",
        "port_type": "Partiel",
        "total_numbers": 4,
        "evidence": "CSR",
        "name_on_bill": "Ouellet Simard CPA S.E.N.C.R.L.",
        "address_on_bill": "825, boul. Lebourgneuf, bur. 310",
        "city_on_bill": "Québec",
        "postal_code_on_bill": "G2J 0B9",
    }
    campsite = {
        **usual,
        "account_ref": "A5",
        "carrier": "Distributel",
        "account_number": "D-5520817",
        "btn": "450-555-0150",
        "port_type": "Complet",
        "total_numbers": 3,
        "evidence": "Facture",
        "bill_date": "03/11/2026",
        "name_on_bill": "Camping du Lac-à-l'Épaule inc.",
        "address_on_bill": "C.P. 412",
        "city_on_bill": "Sainte-Adèle",
        "postal_code_on_bill": "J8B 2N1",
        "address": "1450, ch. du Moulin",
        "signer": "Réjean  Thibault",
    }
    electrician = {
        **usual,
        "account_ref": "A6",
        "carrier": "Koodo Mobile",
        "account_number": "32117745",
        "port_type": "Complet",
        "total_numbers": 2,
        "evidence": "Facture",
        "bill_date": dt.date(2026, 10, 1),
        "name_on_bill": "Électricité Nguyen enr.",
        "address_on_bill": "77, 4e Avenue, app. 2",
        "city_on_bill": "Montréal",
        "postal_code_on_bill": "H4G 2X7",
        "name": "ELECTRICITE NGUYEN ENR",
        "signer": "Minh Nguyen",
        "will_wait": "oui",
    }
    line = {"action": "Porter", "line_type": "Filaire", "active": "Oui", "dsl": "Non", "alarm": "Non"}
    mobile = {"action": "Porter", "line_type": "Sans fil", "active": "Oui"}
    return Story(
        "2-premiere-fois.xlsx",
        "fr",
        {
            "reseller_code": "RIVE-217",
            "reseller_name": "Services TI Rive-Sud inc.",
            "contact_name": "Kevin Roy",
            "contact_email": "kevin@rivesud.example",
            "batch_reference": "Premier envoi",
            "billing_province": "Québec",
        },
        (bakery, vet, garage, accountant, campsite, electrician),
        (
            {**line, "account_ref": "A1", "number": "450-555-0110", "Étage": "RC"},
            {**line, "account_ref": "A1", "number": "(450) 555-0111", "Étage": "RC"},
            {**line, "account_ref": "a1", "number": "+1 450.555.0112", "Étage": 2},
            {**line, "account_ref": "A1", "number": 4505550113, "Étage": 2},
            {**line, "account_ref": "A1", "number": "450\u00a0555\u20110114", "special_service": "fax"},
            {**line, "account_ref": "A2", "number": "450-555-0120", "reference": "Accueil"},
            {**line, "account_ref": "A2", "number": "450-555-0121", "reference": "Accueil"},
            {**line, "account_ref": "A2", "number": "450-555-012", "reference": "Chirurgie"},
            {**line, "account_ref": "A2", "number": "450-555-0123 / 450-555-0124", "reference": "Pharmacie"},
            {**line, "account_ref": "A2", "number": "450-555-0121", "reference": "Urgences"},
            {**line, "account_ref": "A2", "number": "450-555-0125", "reference": "Bureau"},
            {**line, "account_ref": "A3", "number": "819-555-0130", "dsl": "Oui"},
            {**line, "account_ref": "A3", "number": "819-555-0131", "alarm": "Inconnu"},
            {**line, "account_ref": "A3", "number": "819-555-0132", "special_service": "Groupe de recherche"},
            {**line, "account_ref": "A4", "number": "418-555-0140"},
            {**line, "account_ref": "A4", "number": "418-555-0141"},
            {"account_ref": "A4", "number": "418-555-0142", "action": "Conserver", "notes": "Ligne de l'ascenseur"},
            {**line, "account_ref": 7012244551, "number": "418-555-0143"},
            {**line, "account_ref": "A5", "number": "450-555-0150", "line_type": "VoIP"},
            {**line, "account_ref": "A5", "number": "450-555-0151 poste 12", "line_type": "VoIP"},
            {**line, "account_ref": "A5", "number": "450-555-0152", "line_type": "VoIP", "active": "Inconnu"},
            {**line, "account_ref": "A5", "number": "1-800-555-0199", "line_type": "Sans frais"},
            {**mobile, "account_ref": "A6", "number": "514.555.0160"},
            {**mobile, "account_ref": "A6", "number": "514-555-0161", "active": "o"},
        ),
        ("Étage",),
    )


def did_ranges() -> Story:
    """A partial port: the billing number leaves with blocks of direct-dial numbers, three lines stay."""
    firm = {
        "account_ref": "A1",
        "carrier": "Allstream",
        "account_number": "0041-77-220915",
        "btn": "416-555-0100",
        "port_type": "Partial",
        "total_numbers": 153,
        "new_btn": "416-555-0190",
        "evidence": "CSR and bill",
        "bill_date": dt.date(2026, 11, 6),
        "name_on_bill": "Harbour & Quay Barristers LLP",
        "address_on_bill": "207 Queens Quay W, Suite 620",
        "city_on_bill": "Toronto",
        "province": "ON",
        "postal_code_on_bill": "M5J 1A7",
        "name": "Harbour & Quay Barristers LLP",
        "address": "207 Queens Quay W, Suite 620",
        "city": "Toronto",
        "postal_code": "M5J 1A7",
        "signer": "Priya Raman",
        "signer_email": "priya@harbourquay.example",
        "freeze": "No",
        "restriction": "No",
        "pending_order": "No",
        "list_reviewed": "Yes",
        "will_wait": "Yes",
        "under_contract": "No",
        "requested_date": dt.date(2026, 12, 9),
        "pin": "60937125",
        "reference": "Matter 4471",
    }
    port = {"account_ref": "A1", "action": "Port", "line_type": "Wireline", "active": "Yes", "dsl": "No", "alarm": "No"}
    stays = {"account_ref": "A1", "action": "Keep", "line_type": "Wireline"}
    leaves = {"account_ref": "A1", "action": "Disconnect", "line_type": "Wireline", "dsl": "No", "alarm": "No"}
    return Story(
        "3-partial-port-did-ranges.xlsx",
        "en",
        {
            "reseller_code": "LKS-330",
            "reseller_name": "Lakeshore Voice Ltd.",
            "contact_name": "Daniel Osei",
            "contact_email": "daniel@lakeshorevoice.example; ports@lakeshorevoice.example",
            "batch_reference": "Harbour & Quay",
            "purchase_order": "PO-3317",
            "billing_province": "ON",
            "language": "en",
        },
        (firm,),
        (
            {**port, "number": "416-555-0100", "reference": "Main line"},
            {**port, "number": "416-555-0101", "range_end": "416-555-0149", "reference": "Partners"},
            {**port, "number": "416-555-0160", "range_end": "416-555-0179", "reference": "Associates"},
            {**port, "number": "647-555-0100", "range_end": "647-555-0149", "reference": "Clerks"},
            {**port, "number": "437-555-0120", "range_end": "437-555-0139", "reference": "Meeting rooms"},
            {**leaves, "number": "416-555-0150", "range_end": "416-555-0159", "notes": "Old fax pool"},
            {**stays, "number": "416-555-0190", "notes": "Fire panel: becomes the billing number"},
            {**stays, "number": "416-555-0191", "range_end": "416-555-0192", "notes": "Elevators"},
            {**stays, "number": "1-800-555-0155", "line_type": "Toll-free"},
        ),
    )


STORIES = (two_carriers, first_time, did_ranges)


# ------------------------------------------------------------------------------------------------ filling in


def made(story: Story) -> bytes:
    """The story's workbook."""
    workbook = openpyxl.load_workbook(TEMPLATES / TEMPLATE[story.lang], rich_text=True)
    labels = workbook[BATCH.name[story.lang]]
    rows = {str(cell.value): at for at, cell in enumerate(labels["A"], 1)}
    for key, value in story.batch.items():
        labels.cell(rows[BATCH.column(key).header.both(story.lang)], 2, value)
    _fill(workbook[ACCOUNTS.name[story.lang]], ACCOUNTS, story.accounts, story)
    _fill(workbook[NUMBERS.name[story.lang]], NUMBERS, story.numbers, story)
    stream = io.BytesIO()
    workbook.save(stream)
    return _dated(stream.getvalue())


def _fill(sheet: Worksheet, described: Sheet, rows: tuple[Row, ...], story: Story) -> None:
    places = {str(cell.value): at for at, cell in enumerate(sheet[1], 1)}
    headers = {column.key: column.header.both(story.lang) for column in described.columns}
    for header in story.own if described is NUMBERS else ():
        places[header] = sheet.max_column + 1
        sheet.cell(1, places[header], header)
    for number, row in enumerate(rows, 2):
        for key, value in row.items():
            _put(sheet, number, places[headers.get(key, key)], value)


def _put(sheet: Worksheet, row: int, at: int, value: Any) -> None:
    """The value in its column's format; a number in a text column keeps the format that it was pasted with."""
    cell = sheet.cell(row, at, value)
    for column in sheet.column_dimensions.values():
        if column.min and column.max and column.min <= at <= column.max:
            for name in FORMATTED:
                setattr(cell, name, copy(getattr(column, name)))
    if isinstance(value, int) and cell.number_format == "@":
        cell.number_format = "General"


_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def _dated(content: bytes) -> bytes:
    """The same package as if it had been saved at :data:`SAVED`."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            part = _MODIFIED.sub(rb"\g<1>" + f"{SAVED:%Y-%m-%dT%H:%M:%SZ}".encode(), old.read(entry))
            new.writestr(zipfile.ZipInfo(entry.filename, SAVED.timetuple()[:6]), part, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


if __name__ == "__main__":
    for tell in STORIES:
        story = tell()
        (HERE / story.name).write_bytes(made(story))
