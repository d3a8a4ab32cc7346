"""The samples in French."""

from __future__ import annotations

import datetime as dt

from sample_data.story import Layout, Row, Story

AGREED: Row = {
    "freeze": "Non",
    "restriction": "Non",
    "pending_order": "Non",
    "list_reviewed": "Oui",
    "will_wait": "Oui",
}
LINE: Row = {"action": "Porter", "line_type": "Filaire", "active": "Oui", "dsl": "Non", "alarm": "Non"}
MOBILE: Row = {"action": "Porter", "line_type": "Sans fil", "active": "Oui"}


def two_carriers() -> Story:
    """Une entreprise, deux fournisseurs: ten numbers at Bell Canada and Vidéotron, correct the first time."""
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
    """Première fois: the mistakes of a reseller who has never done this; two accounts of six are accepted all the same."""
    common = {
        "province": "QC",
        "freeze": "Non",
        "restriction": "Non",
        "pending_order": "Non",
        "list_reviewed": "Oui",
        "will_wait": "Oui",
    }
    bakery = {
        **common,
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
        **common,
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
        **common,
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
        **common,
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
        **common,
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
        **common,
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


def unconfirmed() -> Story:
    """Internet et l'alarme, premier envoi: nothing is wrong, but nobody asked the customer what stops on port day."""
    physio = {
        **AGREED,
        "account_ref": "A1",
        "carrier": "Bell Canada",
        "account_number": "000477120365",
        "btn": "418-555-0100",
        "port_type": "Complet",
        "total_numbers": 7,
        "evidence": "CSR et facture",
        "bill_date": dt.date(2026, 11, 9),
        "name_on_bill": "Physiothérapie du Vieux-Limoilou inc.",
        "address_on_bill": "1015, 3e Avenue",
        "city_on_bill": "Québec",
        "province": "QC",
        "postal_code_on_bill": "G1L 2X3",
        "name": "Physiothérapie du Vieux-Limoilou inc.",
        "address": "1015, 3e Avenue",
        "city": "Québec",
        "postal_code": "G1L 2X3",
        "signer": "Geneviève Plante",
        "signer_email": "gplante@physiolimoilou.example",
        "list_reviewed": "Non",
        "requested_date": dt.date(2026, 12, 8),
        "pin": "48120573",
    }
    lines = (
        {"number": "418-555-0100", "reference": "Accueil"},
        {"number": "418-555-0101", "reference": "Accueil"},
        {"number": "418-555-0102", "reference": "Bureau", "dsl": "Oui"},
        {"number": "418-555-0103", "reference": "Salle d'exercice", "dsl": "Inconnu"},
        {"number": "418-555-0104", "reference": "Panneau d'alarme", "alarm": "Oui"},
        {"number": "418-555-0105", "reference": "Sous-sol", "active": "Inconnu", "alarm": "Inconnu"},
        {"number": "418-555-0106", "reference": "Télécopieur", "special_service": "Télécopieur"},
    )
    return Story(
        "4-dsl-et-alarme-a-confirmer.xlsx",
        "fr",
        {
            "reseller_code": "CAP-058",
            "reseller_name": "Cap-Diamant Voix IP inc.",
            "contact_name": "Olivier Nadeau",
            "contact_email": "olivier@capdiamant.example",
            "batch_reference": "Physio Limoilou",
            "billing_province": "QC",
        },
        (physio,),
        tuple({**LINE, "account_ref": "A1", **line} for line in lines),
    )


def confirmed() -> Story:
    """Internet et l'alarme, second envoi: the same batch, every question answered in its own cell."""
    first_round = unconfirmed()
    (physio,) = first_round.accounts
    answers = {
        "418-555-0102": {"dsl": "Oui confirmé"},
        "418-555-0103": {"dsl": "Non"},
        "418-555-0104": {"alarm": "Oui confirmé"},
        "418-555-0105": {"active": "Oui", "alarm": "Oui confirmé"},
    }
    return Story(
        "5-dsl-et-alarme-confirmes.xlsx",
        "fr",
        first_round.batch,
        ({**physio, "list_reviewed": "Oui"},),
        tuple({**row, **answers.get(row["number"], {})} for row in first_round.numbers),
    )


def own_writing() -> Story:
    """Écrit à sa façon: hasty, uneven, and legible; everything is understood, and there is nothing to do."""
    florist = {
        "account_ref": " a1",
        "carrier": "BELL",
        "account_number": "  000390\u00a0114\u00a0820 ",
        "btn": "(450) 555.0110",
        "port_type": "COMPLET",
        "total_numbers": "14 ",
        "evidence": "csr et facture",
        "bill_date": "2 novembre 2026",
        "name_on_bill": "Les  Fleurs de Mme Thérien   enr.",
        "address_on_bill": "88, rue de l'Église\nlocal 2",
        "city_on_bill": "Saint-Jérôme ",
        "province": "Québec",
        "postal_code_on_bill": "j7z 3b1",
        "name": "Les Fleurs de Mme Thérien enr.",
        "address": "88, rue de l'Église local 2",
        "city": "Saint-Jérôme",
        "postal_code": "J7Z3B1",
        "signer": "Odette\u00a0Thérien",
        "signer_email": " odette@fleurstherien.example",
        "freeze": "non",
        "restriction": "NON",
        "pending_order": "n",
        "list_reviewed": "oui",
        "will_wait": "O",
        "under_contract": "No",
        "requested_date": "9 déc. 2026",
        "pin": " 61184027",
        "reference": " Boutique  ",
    }
    workshop = {
        "account_ref": "a2 ",
        "carrier": "videotron affaires",
        "account_number": "70811-40-0027",
        "btn": 5145550150,
        "port_type": "partiel",
        "total_numbers": 5,
        "new_btn": "514 555\u20110154",
        "evidence": "FACTURE",
        "bill_date": "1er novembre 2026",
        "name_on_bill": "Atelier vert forêt coop",
        "address_on_bill": "5605, av. de  Gaspé, bur. 106",
        "city_on_bill": "Montréal",
        "province": "quebec",
        "postal_code_on_bill": "H2T2A4",
        "signer": "Samuel  Ouellette",
        "freeze": "N",
        "restriction": "no",
        "pending_order": "Non ",
        "list_reviewed": "YES",
        "will_wait": "y",
        "requested_date": "december 10, 2026",
    }
    chalet = {
        "account_ref": "A3",
        "carrier": "Telus Québec",
        "account_number": "4417 20 8856",
        "port_type": "Complet",
        "total_numbers": 1,
        "evidence": "Csr",
        "name_on_bill": "Gîte de la Pointe-au-Père SENC",
        "address_on_bill": "1034, rue du Phare",
        "city_on_bill": "Rimouski",
        "province": "qc",
        "postal_code_on_bill": "g5m-1l8",
        "signer": "Élise D'Amours",
        "freeze": "inconnu aller de l’avant",
        "restriction": "Non",
        "pending_order": "Non",
        "list_reviewed": "OUI",
        "will_wait": "Oui",
        "notes": "Fermé de novembre à avril.\nLaisser un message.",
    }
    shop = (
        "450-555-0110",
        "(450) 555-0111",
        "450.555.0112",
        "450 555 0113",
        4505550114,
        14505550115,
        "+1 450 555-0116",
        "1-450-555-0117",
        "tel:+1-450-555-0118",
        "Tél. : 450 555-0119",
        "450\u00a0555\u00a00120",
        "450\u2011555\u20130121",
        "\uff14\uff15\uff10\uff0d\uff15\uff15\uff15\uff0d\uff10\uff11\uff12\uff12",
        "'4505550123",
    )
    written = {"account_ref": "a1", "action": "porter", "line_type": "filaire"}
    answers = (
        {"active": "oui", "dsl": "non", "alarm": "non"},
        {"active": "O", "dsl": "N", "alarm": "N"},
        {"active": "YES", "dsl": "NO", "alarm": "NO"},
        {"active": "Oui ", "dsl": "Non", "alarm": "oui confirme"},
        {"active": "y", "dsl": "Oui, confirmé", "alarm": "n"},
    )
    return Story(
        "7-ecrit-a-sa-facon.xlsx",
        "fr",
        {
            "reseller_code": " NORD-12 ",
            "reseller_name": "Téléphonie du  Nord",
            "contact_name": "Ginette\u00a0Paquin",
            "contact_email": " ginette@telnord.example ;ports@telnord.example; ",
            "batch_reference": "lot de novembre\n",
            "billing_province": "Quebec",
            "language": "FR",
        },
        (florist, workshop, chalet),
        (
            *({**written, "number": number, **answers[place % len(answers)]} for place, number in enumerate(shop)),
            {"account_ref": "A2", "number": "514\u2212555\u22120150", **answers[0], "line_type": "FILAIRE"},
            {"account_ref": "A2", "number": "\u200b514-555\u00ad-0151\u200b", **answers[1]},
            {"account_ref": " A2", "number": "514-555-0152\n", "range_end": "514 555.0153", **answers[2]},
            {"account_ref": "A2", "number": "514\u202f555-0154", "action": "CONSERVER"},
            {"account_ref": "a3", "number": "418 - 555 - 0160", "line_type": "voip", "active": "oui", "alarm": "non"},
        ),
    )


def wireless() -> Story:
    """Des cellulaires: no billing number, a PIN, a consent to give; and one account that mixes them with other lines."""
    common = {
        **AGREED,
        "port_type": "Complet",
        "evidence": "Facture",
        "city_on_bill": "Sherbrooke",
        "province": "QC",
    }
    plumber = {
        **common,
        "account_ref": "A1",
        "carrier": "Koodo",
        "account_number": "32884410",
        "total_numbers": 3,
        "bill_date": dt.date(2026, 11, 3),
        "name_on_bill": "Plomberie Turcotte inc.",
        "address_on_bill": "2210, rue King O.",
        "postal_code_on_bill": "J1J 2E8",
        "signer": "Luc Turcotte",
        "pin": "704418",
    }
    daughter = {
        **common,
        "account_ref": "A2",
        "carrier": "Fido",
        "account_number": "511903377",
        "port_type": "Partiel",
        "total_numbers": 3,
        "bill_date": dt.date(2026, 10, 26),
        "name_on_bill": "Audrey Turcotte",
        "address_on_bill": "415, rue Papineau, app. 6",
        "postal_code_on_bill": "J1E 1Y4",
        "signer": "Audrey Turcotte",
        "pin": "550921",
    }
    sales = {
        **common,
        "account_ref": "A3",
        "carrier": "Telus Mobilité",
        "account_number": "29017755",
        "total_numbers": 4,
        "evidence": "CSR et facture",
        "bill_date": dt.date(2026, 11, 12),
        "name_on_bill": "Équipements Bel-Air ltée",
        "address_on_bill": "1825, boul. de Portland",
        "postal_code_on_bill": "J1J 1V3",
        "signer": "Nathalie Bélair",
        "pin": "831460",
    }
    store = {
        **common,
        "account_ref": "A4",
        "carrier": "Vidéotron",
        "account_number": "70655-12-0093",
        "btn": "819-555-0130",
        "total_numbers": 4,
        "bill_date": dt.date(2026, 11, 1),
        "name_on_bill": "Équipements Bel-Air ltée",
        "address_on_bill": "1825, boul. de Portland",
        "postal_code_on_bill": "J1J 1V3",
        "signer": "Nathalie Bélair",
    }
    return Story(
        "9-sans-fil.xlsx",
        "fr",
        {
            "reseller_code": "EST-401",
            "reseller_name": "Solutions Estrie Mobile inc.",
            "contact_name": "Patrick Ménard",
            "contact_email": "patrick@estriemobile.example",
            "batch_reference": "Cellulaires, novembre",
            "billing_province": "QC",
        },
        (plumber, daughter, sales, store),
        (
            *({**MOBILE, "account_ref": "A1", "number": f"819-555-010{digit}"} for digit in range(3)),
            {**MOBILE, "account_ref": "A2", "number": "819-555-0110", "reference": "Audrey"},
            {**MOBILE, "account_ref": "A2", "number": "819-555-0111", "reference": "Théo"},
            {**MOBILE, "account_ref": "A2", "number": "819-555-0112", "action": "Conserver", "notes": "Tablette"},
            *({**MOBILE, "account_ref": "A3", "number": f"873-555-012{digit}"} for digit in range(4)),
            {**LINE, "account_ref": "A4", "number": "819-555-0130", "reference": "Magasin"},
            {**LINE, "account_ref": "A4", "number": "819-555-0131", "reference": "Magasin"},
            {**LINE, "account_ref": "A4", "number": "819-555-0132", "reference": "Atelier"},
            {**MOBILE, "account_ref": "A4", "number": "819-555-0133", "reference": "Camion"},
        ),
    )


def two_sites() -> Story:
    """Deux adresses, un compte: one account number and carrier, two service addresses, so two rows and two requests."""
    bookshop = {
        **AGREED,
        "carrier": "Bell Aliant",
        "account_number": "000866230417",
        "evidence": "CSR et facture",
        "bill_date": dt.date(2026, 11, 4),
        "name_on_bill": "Librairie du Mascaret ltée",
        "province": "NB",
        "name": "Librairie du Mascaret ltée",
        "signer": "Rhéal Cormier",
        "signer_email": "rheal@mascaret.example",
        "under_contract": "Inconnu",
    }
    moncton = {
        **bookshop,
        "account_ref": "A1",
        "btn": "506-555-0100",
        "port_type": "Complet",
        "total_numbers": 5,
        "address_on_bill": "740, rue Main",
        "city_on_bill": "Moncton",
        "postal_code_on_bill": "E1C 1E6",
        "pin": "27713908",
        "reference": "Moncton",
    }
    dieppe = {
        **bookshop,
        "account_ref": "A2",
        "btn": "506-555-0120",
        "port_type": "Partiel",
        "total_numbers": 4,
        "address_on_bill": "333, av. Acadie",
        "city_on_bill": "Dieppe",
        "postal_code_on_bill": "E1A 1G9",
        "pin": "27713908",
        "reference": "Dieppe",
    }
    stays = {"account_ref": "A2", "number": "506-555-0120", "action": "Conserver", "notes": "Panneau d'incendie"}
    return Story(
        "10-deux-adresses-un-compte.xlsx",
        "fr",
        {
            "reseller_code": "ACA-090",
            "reseller_name": "Acadie Téléphonie inc.",
            "contact_name": "Monique LeBlanc",
            "contact_email": "monique@acadietel.example",
            "batch_reference": "Mascaret",
            "purchase_order": "4410",
            "billing_province": "NB",
        },
        (moncton, dieppe),
        (
            *({**LINE, "account_ref": "A1", "number": f"506-555-010{digit}"} for digit in range(5)),
            stays,
            *({**LINE, "account_ref": "A2", "number": f"506-555-012{digit}"} for digit in range(1, 4)),
        ),
    )


def foreign_headers() -> Story:
    """Les titres d'un autre logiciel: an export with other headers, two of which are guessed and asked about, and one missing."""
    motel = {
        **AGREED,
        "account_ref": "A1",
        "carrier": "Cogeco",
        "account_number": "8811-340-7716",
        "btn": "819-555-0170",
        "port_type": "Complet",
        "total_numbers": 3,
        "evidence": "CSR",
        "name_on_bill": "Motel de la Mauricie inc.",
        "address_on_bill": "2950, boul. Royal",
        "city_on_bill": "Shawinigan",
        "province": "QC",
        "postal_code_on_bill": "G9N 8R8",
        "signer": "Denis Lafrenière",
        "pin": "90355172",
        "CONSEILLER": "M. Hébert",
    }
    line = {"account_ref": "A1", "active": "Oui", "dsl": "Non", "alarm": "Non"}
    return Story(
        "12-titres-d-un-autre-logiciel.xlsx",
        "fr",
        {
            "reseller_code": "MAU-310",
            "reseller_name": "Mauricie Télécom enr.",
            "contact_name": "Line Gélinas",
            "contact_email": "line@mauricietel.example",
            "billing_province": "QC",
        },
        (motel,),
        tuple({**line, "number": f"819-555-017{digit}"} for digit in range(3)),
        layout=Layout(
            {"batch": "Lot", "accounts": "Comptes", "numbers": "Numéros"},
            {
                "batch": {
                    "reseller_code": "Code du revendeur",
                    "reseller_name": "Nom du revendeur",
                    "contact_name": "Personne-ressource",
                    "contact_email": "Courriel",
                    "billing_province": "Votre province (taxes)",
                },
                "accounts": {
                    "account_ref": "Repère du compte",
                    "carrier": "Ancien fournisseur",
                    "account_number": "No de compte",
                    "btn": "BTN",
                    "port_type": "Type du port",
                    "total_numbers": "Nombre total de numéros au compte",
                    "evidence": "Preuve fournie",
                    "name_on_bill": "Nom au CSR ou à la facture",
                    "address_on_bill": "Adresse de service au CSR ou à la facture",
                    "city_on_bill": "Ville au CSR ou à la facture",
                    "province": "Province",
                    "postal_code_on_bill": "Code postal au CSR ou à la facture",
                    "signer": "Signataire",
                    "freeze": "Gel du service?",
                    "restriction": "Restriction de changement de transporteur?",
                    "pending_order": "Commande en cours chez l'ancien fournisseur?",
                    "list_reviewed": "Liste vérifiée avec le client?",
                    "will_wait": "Le client attend la fin du port pour annuler?",
                    "pin": "NIP",
                    "CONSEILLER": "Conseiller",
                },
                "numbers": {
                    "account_ref": "Repère du compte",
                    "number": "Téléphone",
                    "active": "Ligne ouverte?",
                    "dsl": "Internet DSL?",
                    "alarm": "Système d'alarme?",
                },
            },
        ),
    )


STORIES_FR = (two_carriers, first_time, unconfirmed, confirmed, own_writing, wireless, two_sites, foreign_headers)
