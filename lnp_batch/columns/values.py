"""The values of the list columns: key, text in both languages, other spellings."""

from __future__ import annotations

from lnp_batch.columns import TICKS, Value
from lnp_batch.model.text import Text, same

_YES_WORDS = ("o", "y", "VRAI", "TRUE", "1")

YES = Value("yes", Text("Oui", "Yes"), _YES_WORDS)

YES_OR_TICK = Value("yes", Text("Oui", "Yes"), (*_YES_WORDS, "x", *sorted(TICKS)))
"""For a question whose Yes is what a tick means. Under “Service freeze?” a tick may mean that there is none."""

NO = Value("no", Text("Non", "No"), ("n", "FAUX", "FALSE", "0"))

UNKNOWN = Value("unknown", Text("Inconnu", "Unknown"))

YES_CONFIRMED = Value("yes_confirmed", Text("Oui confirmé", "Yes confirmed"))

UNKNOWN_GO_AHEAD = Value("unknown_go_ahead", Text("Inconnu, aller de l'avant", "Unknown, go ahead"))

YES_NO = (YES_OR_TICK, NO)

HINDRANCE = (NO, YES, UNKNOWN, UNKNOWN_GO_AHEAD)

STOPS_ON_PORT_DAY = (NO, YES_OR_TICK, YES_CONFIRMED, UNKNOWN)

PROVINCES = (
    Value("AB", same("AB"), ("Alberta", "Alta.")),
    Value("BC", same("BC"), ("B.C.", "British Columbia", "Colombie-Britannique", "C.-B.")),
    Value("MB", same("MB"), ("Manitoba", "Man.")),
    Value("NB", same("NB"), ("New Brunswick", "Nouveau-Brunswick", "N.-B.")),
    Value("NL", same("NL"), ("Newfoundland and Labrador", "Terre-Neuve-et-Labrador", "T.-N.-L.")),
    Value("NS", same("NS"), ("Nova Scotia", "Nouvelle-Écosse", "N.-É.")),
    Value("NT", same("NT"), ("Northwest Territories", "Territoires du Nord-Ouest", "T.N.-O.")),
    Value("NU", same("NU"), ("Nunavut",)),
    Value("ON", same("ON"), ("Ontario", "Ont.")),
    Value("PE", same("PE"), ("Prince Edward Island", "Île-du-Prince-Édouard", "Î.-P.-É.", "PEI")),
    Value("QC", same("QC"), ("Québec", "Qué.", "Que.", "PQ")),
    Value("SK", same("SK"), ("Saskatchewan", "Sask.")),
    Value("YT", same("YT"), ("Yukon",)),
)

EVIDENCE = (
    Value("csr", same("CSR"), ("Dossier de service client", "Customer service record")),
    Value(
        "csr_and_bill",
        Text("CSR et facture", "CSR and bill"),
        ("Facture et CSR", "Bill and CSR", "CSR + facture", "CSR + bill"),
    ),
    Value("bill", Text("Facture", "Bill"), ("Relevé", "Relevé de compte", "Invoice", "Statement")),
    Value("screenshot", Text("Capture d'écran", "Screenshot"), ("Capture", "Impression d'écran", "Screen capture")),
    Value("none", Text("Aucune", "None")),
)

BUSINESS = Value(
    "business", Text("Affaires", "Business"), ("Entreprise", "Commercial", "Compagnie", "Company", "Corporate")
)

RESIDENTIAL = Value(
    "residential",
    Text("Résidentiel", "Residential"),
    ("Résidence", "Résidentielle", "Particulier", "Home"),
)

CUSTOMER_TYPES = (BUSINESS, RESIDENTIAL)

PORT_TYPES = (
    Value("full", Text("Complet", "Full"), ("Total", "Port complet", "Full port")),
    Value("partial", Text("Partiel", "Partial"), ("Port partiel", "Partial port")),
)

ACTIONS = (
    Value("port", Text("Porter", "Port")),
    Value("keep", Text("Conserver", "Keep"), ("Garder",)),
    Value("disconnect", Text("Résilier", "Disconnect")),
)

LINE_TYPES = (
    Value(
        "wireline",
        Text("Filaire", "Wireline"),
        ("Fixe", "Ligne fixe", "Ligne filaire", "Analogique", "Ligne analogique", "Landline", "Analog", "POTS"),
    ),
    Value("voip", same("VoIP"), ("SIP", "IP", "Voix sur IP", "Téléphonie IP")),
    Value("wireless", Text("Sans fil", "Wireless"), ("Cellulaire", "Cell", "Mobile")),
    Value("toll_free", Text("Sans frais", "Toll-free")),
)

LANGUAGE = (Value("fr", same("fr"), ("français", "French")), Value("en", same("en"), ("anglais", "English")))
