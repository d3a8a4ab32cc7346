"""The true batch of a month: customers as there are, none of them with a fault."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

from tests.months.month import Customer, Row, Values

REFERENCE = dt.date(2026, 11, 23)

FRENCH = (
    "Numéro 7 inc.", "9123-4567 Québec inc.", "Garage Lépine et Fils ltée", "Clinique dentaire St-Denis inc.",
    "L’Œuf à la coque", "Dépanneur 24/7 enr.", "Le Même Café", "Pharmacie J.-F. Côté", "A1 Plomberie inc.",
    "Club de golf Ste-Rose", "Boucherie Tout-Va-Bien", "Toitures Non-Stop inc.", "Marie-Ève Gagné",
    "Coiffure Idem Style", "École de danse Attitude", "Résidence Saint-Antoine", "Notaires Roy & Associés",
    "Ferme Aux 4 Vents S.E.N.C.", "Inconnu Productions inc.", "M. Réjean Bouchard",
)  # fmt: skip
ENGLISH = (
    "Same Day Couriers", "Number 9 Holdings Ltd.", "None Such Bakery", "O’Brien & Sons Plumbing Inc.",
    "1234567 Ontario Inc.", "24-7 Towing", "St. Mary’s Dental Clinic", "Pending Designs Ltd.", "Smith Family Farm",
    "X-Ray Imaging Centre", "The Bill Murray Pub", "Nguyen Nails", "Total Landscaping Inc.", "McLeod & McLeod LLP",
    "Unknown Pleasures Records", "Keith N. Able", "Blue Heron B&B", "Key West Imports Ltd.", "Port Credit Marine",
)  # fmt: skip
FRENCH_SIGNERS = ("Marie Gagné", "Jean-Pierre O'Neil", "Luc St-Jean", "Nguyen Van An", "Ève Roy", "Réjean Bouchard")
ENGLISH_SIGNERS = ("Keith Able", "Mary O'Brien", "Siobhan McLeod", "Li Na", "John A. Smith", "D'Arcy St. Clair")

FRENCH_PLACES = (
    ("1250, boul. René-Lévesque O., bur. 200", "Montréal", "QC", "H3B 4W8", ("514", "438")),
    ("88, rue St-Jean", "Longueuil", "QC", "J4H 2X1", ("450",)),
    ("1234, rang Saint-Joseph", "St-Jérôme", "QC", "J7Z 5T3", ("450", "579")),
    ("12, 3e Rang Ouest", "Saint-Louis-du-Ha! Ha!", "QC", "G0L 3S0", ("418",)),
    ("101-A, ch. du Lac-à-l’Épaule", "Val-d’Or", "QC", "J9P 1A5", ("819",)),
    ("Km 42, route 117", "Mont-Laurier", "QC", "J9L 1A1", ("819",)),
    ("450, av. du 10-Septembre, app. 3", "L’Ancienne-Lorette", "QC", "G2E 4K2", ("418", "581")),
    ("7, place d’Youville", "Québec", "QC", "G1R 3P3", ("418",)),
)
ENGLISH_PLACES = (
    ("88 King St W, Suite 1200", "Toronto", "ON", "M5H 1A1", ("416", "647")),
    ("2450 Hwy 7", "Perth", "ON", "K7H 3C7", ("613",)),
    ("5110 County Road 10", "Lindsay", "ON", "K9V 4R1", ("705",)),
    ("100 Main St", "100 Mile House", "BC", "V0K 2E0", ("250",)),
    ("Lot 5, Concession 8", "Sault Ste. Marie", "ON", "P6A 1A1", ("705",)),
    ("27312 Range Road 223", "Leduc County", "AB", "T9E 2X4", ("780",)),
    ("14B Water St", "St. John's", "NL", "A1C 1A1", ("709",)),
    ("5000 rue Sherbrooke O", "Westmount", "QC", "H3Z 1H1", ("514",)),
)
WIRELINE = ("Bell Canada", "Vidéotron", "Cogeco", "TELUS", "Rogers", "TekSavvy", "Distributel", "Allstream")
WIRELESS = ("Koodo", "Fido", "Bell Mobilité", "Freedom Mobile")

NOTES = (
    "", "", "", "Voir avec Josée", "OK", "appeler avant 16 h", "client depuis 2009", "gate code 4521#",
    "prefers mornings", "facture jointe", "bill attached", "2e étage", "was with Rogers before", "attend l'appel",
)  # fmt: skip


@dataclass
class Numbers:
    """Gives out phone numbers, none twice."""

    rng: random.Random
    given: set[str]

    def some(self, area_codes: tuple[str, ...], count: int) -> list[str]:
        """Return `count` numbers of one exchange, ten digits each, in ascending order."""
        while True:
            exchange = self.rng.randrange(220, 990)
            if exchange % 100 != 11 and exchange not in (555, 950, 976):
                break
        prefix = f"{self.rng.choice(area_codes)}{exchange}"
        numbers: set[str] = set()
        while len(numbers) < count:
            number = f"{prefix}{self.rng.randrange(1000, 9800)}"
            if not any(f"{int(number) + step}" in self.given for step in range(10)):
                numbers.add(number)
        self.given |= numbers
        return sorted(numbers)


def customers(rng: random.Random, lang: str) -> list[Customer]:
    """Return 6 to 12 customers with 25 to 60 numbers."""
    names = rng.sample(FRENCH if lang == "fr" else ENGLISH, 12)
    numbers = Numbers(rng, set())
    count = rng.randint(6, 12)
    sizes = [rng.choice((1, 2, 3, 4, 5, 6, 8)) for _customer in range(count)]
    while not 25 <= sum(sizes) <= 60:
        at = rng.randrange(count)
        sizes[at] = min(9, sizes[at] + 1) if sum(sizes) < 25 else max(1, sizes[at] - 1)
    style = rng.choice(("A{}", "A{}", "C-{:02}", "{}"))
    return [_customer(rng, lang, style.format(at + 1), names[at], size, numbers) for at, size in enumerate(sizes)]


def _customer(rng: random.Random, lang: str, key: str, name: str, size: int, numbers: Numbers) -> Customer:
    place = rng.choice(FRENCH_PLACES if lang == "fr" else ENGLISH_PLACES)
    wireless = rng.random() < 0.2
    phones = numbers.some(place[4], size)
    kind = rng.choice(("full", "full", "keeps_last", "keeps_btn")) if size > 1 and not wireless else "full"
    ranged = kind == "full" and size > 3 and not wireless and rng.random() < 0.3
    if ranged:
        phones = [f"{int(phones[0]) + step}" for step in range(size)]
    account = _account(rng, lang, key, name, place, phones, wireless)
    if ranged:
        row = _number(rng, key, phones[1], wireless) | {"range_end": phones[-1]}
        return Customer(
            Row("accounts", account), [Row("numbers", _number(rng, key, phones[0], wireless)), Row("numbers", row)]
        )
    rows = [_number(rng, key, phone, wireless) for phone in phones]
    if kind == "keeps_last":
        account |= {"port_type": "partial", "new_btn": phones[-1]}
        rows[-1] = {"account_ref": key, "number": phones[-1], "action": "keep"}
    if kind == "keeps_btn":
        account |= {"port_type": "partial"}
        rows[0] = {"account_ref": key, "number": phones[0], "action": "keep"}
    if size > 3 and rng.random() < 0.2:
        rows[-2]["action"] = "disconnect"
    return Customer(Row("accounts", account), [Row("numbers", row) for row in rows])


def _account(
    rng: random.Random, lang: str, key: str, name: str, place: tuple, phones: list[str], wireless: bool
) -> Values:
    address, city, province, postal, _areas = place
    account: Values = {
        "account_ref": key,
        "carrier": rng.choice(WIRELESS if wireless else WIRELINE),
        "account_number": f"{rng.randrange(10**8):08}{rng.choice(('', '-01', ' 77'))}",
        "btn": None if wireless or (len(phones) == 1 and rng.random() < 0.5) else phones[0],
        "port_type": "full",
        "total_numbers": len(phones),
        "name_on_bill": name,
        "address_on_bill": address,
        "city_on_bill": city,
        "province": province,
        "postal_code_on_bill": postal,
        "signer": rng.choice(FRENCH_SIGNERS if lang == "fr" else ENGLISH_SIGNERS),
        "freeze": "no",
        "restriction": "no",
        "pending_order": rng.choice(("no", "no", "no", "unknown_go_ahead")),
        "list_reviewed": "yes",
        "will_wait": "yes",
        "pin": f"{rng.randrange(10**4):04}" if wireless else None,
        "notes": rng.choice(NOTES) or None,
        **_evidence(rng),
    }
    if rng.random() < 0.5:
        account |= {"name": name, "address": address, "city": city, "postal_code": postal}
    if rng.random() < 0.2:
        account["requested_date"] = dt.date(2026, 12, rng.choice((7, 8, 9, 10)))
    return account


def _evidence(rng: random.Random) -> Values:
    kind = rng.choice(("csr", "csr_and_bill", "bill", "bill"))
    day = REFERENCE - dt.timedelta(days=rng.randrange(2, 48))
    return {"evidence": kind, "bill_date": None if kind == "csr" else day}


def _number(rng: random.Random, key: str, phone: str, wireless: bool) -> Values:
    row: Values = {"account_ref": key, "number": phone, "action": rng.choice((None, "port")), "active": "yes"}
    if wireless:
        return row | {"line_type": "wireless"}
    row |= {"dsl": "no", "alarm": "no", "line_type": rng.choice((None, "wireline", "wireline", "voip"))}
    if rng.random() < 0.06:
        row["dsl"] = "yes_confirmed"
    if rng.random() < 0.06:
        row["alarm"] = "yes_confirmed"
    if rng.random() < 0.05:
        row["special_service"] = "Fax"
    if rng.random() < 0.15:
        row["notes"] = rng.choice(NOTES) or None
    return row
