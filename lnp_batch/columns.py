"""Every column of every sheet, once. Facts only: the rules read them, and no column names a rule.

Values, columns and sheets stand once and are the same only as themselves (``eq=False``), so they are quick to look up.
Template, header recognition, the pandera schema, drop-downs, the annotated copy and ``lnp-batch schema`` are made from
:data:`SHEETS`. Keys, header texts and list values bind (the workbook's contract); widths and help texts are ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from lnp_batch.model.text import Text, same, spellings

TEMPLATE_VERSION = "2026.1"
TEMPLATE_VERSIONS = (TEMPLATE_VERSION,)


class Kind(StrEnum):
    """What a cell of the column holds."""

    TEXT = "text"
    EMAIL = "e-mail"
    PHONE = "phone"
    DATE = "date"
    INTEGER = "integer"
    LIST = "list"
    POSTAL = "postal code"
    OURS = "ours"


class Required(StrEnum):
    """When a cell must be filled."""

    NO = "no"
    YES = "yes"
    TO_PORT = "to port"
    TO_PORT_WIRELINE = "to port, unless wireless or VoIP"
    TO_PORT_NOT_WIRELESS = "to port, unless wireless"
    BILLING = "unless the account has one number or every ported number is wireless"


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """One value of a list column: its key inside, its words on the screen, other writings that are read as it."""

    key: str
    text: Text
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One column (on the batch sheet: one label). `width` in characters; `group` shades the header.

    `to_the_letter`: compared with another column, Unicode form included. `needed_when`: in words, what makes a column
    needed that is otherwise optional.
    """

    key: str
    header: Text
    kind: Kind
    help: Text = Text("", "")
    required: Required = Required.NO
    max_length: int | None = None
    values: tuple[Value, ...] = ()
    example: Text = Text("", "")
    aliases: tuple[str, ...] = ()
    width: float = 14
    group: str = ""
    unique: bool = False
    secret: bool = False
    code: bool = False
    many_lines: bool = False
    to_the_letter: bool = False
    needed_when: Text = Text("", "")
    digits_matter: bool = False
    free_list: bool = False

    @property
    def ours(self) -> bool:
        return self.kind is Kind.OURS

    @property
    def mandatory(self) -> bool:
        """Whether the header must be there and every row fills it."""
        return self.required is Required.YES

    def value(self, key: str) -> Value:
        """The list value of that key. KeyError where there is none."""
        return _by_key(self.values)[key]


@cache
def _by_key(values: tuple[Value, ...]) -> dict[str, Value]:
    return {value.key: value for value in values}


@cache
def readings(values: tuple[Value, ...]) -> dict[str, str]:
    """Every folded writing of a list's values, mapped to the value's key."""
    return {way: value.key for value in values for way in spellings(value.text, value.aliases)}


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """One sheet of the template; `columns` is empty for those without rows of ours."""

    key: str
    name: Text
    columns: tuple[Column, ...] = ()

    def column(self, key: str) -> Column:
        """The column of that key. KeyError where there is none."""
        return _columns_by_key(self)[key]


@cache
def _columns_by_key(sheet: Sheet) -> dict[str, Column]:
    return {column.key: column for column in sheet.columns}


# ------------------------------------------------------------------------------------------------ list values

YES = Value("yes", Text("Oui", "Yes"), ("o", "y"))
NO = Value("no", Text("Non", "No"), ("n",))
UNKNOWN = Value("unknown", Text("Inconnu", "Unknown"))
YES_CONFIRMED = Value("yes_confirmed", Text("Oui confirmé", "Yes confirmed"))
UNKNOWN_GO_AHEAD = Value("unknown_go_ahead", Text("Inconnu, aller de l'avant", "Unknown, go ahead"))

YES_NO = (YES, NO)
HINDRANCE = (NO, YES, UNKNOWN, UNKNOWN_GO_AHEAD)
STOPS_ON_PORT_DAY = (NO, YES, YES_CONFIRMED, UNKNOWN)

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
    Value("csr", same("CSR")),
    Value(
        "csr_and_bill",
        Text("CSR et facture", "CSR and bill"),
        ("Facture et CSR", "Bill and CSR", "CSR + facture", "CSR + bill"),
    ),
    Value("bill", Text("Facture", "Bill")),
    Value("screenshot", Text("Capture d'écran", "Screenshot")),
    Value("none", Text("Aucune", "None")),
)
PORT_TYPES = (Value("full", Text("Complet", "Full")), Value("partial", Text("Partiel", "Partial")))
ACTIONS = (
    Value("port", Text("Porter", "Port")),
    Value("keep", Text("Conserver", "Keep"), ("Garder",)),
    Value("disconnect", Text("Résilier", "Disconnect")),
)
LINE_TYPES = (
    Value("wireline", Text("Filaire", "Wireline")),
    Value("voip", same("VoIP")),
    Value("wireless", Text("Sans fil", "Wireless"), ("Cellulaire", "Cell", "Mobile")),
    Value("toll_free", Text("Sans frais", "Toll-free")),
)
LANGUAGE = (Value("fr", same("fr"), ("français", "French")), Value("en", same("en"), ("anglais", "English")))

# ------------------------------------------------------------------------------------------------ batch

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
            32,
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
        ),
        Column(
            "contact_name",
            Text("Personne-ressource", "Contact"),
            Kind.TEXT,
            Text("À qui nous répondons.", "Whom we answer."),
            Required.YES,
            80,
            example=same("Julie Tremblay"),
        ),
        Column(
            "contact_email",
            Text("Courriel", "E-mail"),
            Kind.EMAIL,
            Text(
                "Où nous renvoyons ce fichier. Plusieurs adresses : séparez-les par ;",
                "Where we send this file back. Several addresses: put ; between them.",
            ),
            Required.YES,
            254,
            example=same("julie@example.com"),
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
            Text("Il paraîtra sur la facture.", "It will stand on the invoice."),
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
                "The language of our answers: fr or en. Empty: that of this file.",
            ),
            values=LANGUAGE,
        ),
    ),
)

# ------------------------------------------------------------------------------------------------ both lists

STATUS = Column(
    "status",
    Text("État", "Status"),
    Kind.OURS,
    Text("Rempli par nous.", "Filled by us."),
    width=15,
    group="ours",
)
TO_DO = Column(
    "to_do",
    Text("À faire", "To do"),
    Kind.OURS,
    Text("Rempli par nous : ce qu'il reste à corriger.", "Filled by us: what is left to correct."),
    width=44,
    group="ours",
)
ACCOUNT_REF = Text("Repère du compte (A1, A2…)", "Account key (A1, A2…)")
CLIENT_REFERENCE = Text("Référence du client", "Customer reference")
NOTES = Column(
    "notes",
    same("Notes"),
    Kind.TEXT,
    Text("Pour vous seulement : nous ne les lisons pas au fournisseur.", "For you only: no carrier sees them."),
    max_length=500,
    width=24,
    group="more",
    many_lines=True,
)

# ------------------------------------------------------------------------------------------------ accounts

ACCOUNTS = Sheet(
    "accounts",
    Text("Comptes", "Accounts"),
    (
        STATUS,
        TO_DO,
        Column(
            "account_ref",
            ACCOUNT_REF,
            Kind.TEXT,
            Text(
                "Un repère court que vous choisissez, un par compte et adresse de service : A1, A2…",
                "A short key of your choice, one per account and service address: A1, A2…",
            ),
            Required.YES,
            32,
            example=same("A1"),
            aliases=("Repère du compte", "Account key"),
            width=14,
            group="account",
            unique=True,
        ),
        Column(
            "carrier",
            Text("Ancien fournisseur", "Losing carrier"),
            Kind.TEXT,
            Text(
                "La marque que le client paie aujourd'hui. Choisissez-la, ou écrivez-la si elle n'est pas dans la liste.",
                "The brand that the customer pays today. Pick it, or write it if it is not in the list.",
            ),
            Required.YES,
            80,
            example=same("Bell Canada"),
            width=20,
            group="account",
            free_list=True,
        ),
        Column(
            "account_number",
            Text("No de compte chez l'ancien fournisseur", "Account number at the losing carrier"),
            Kind.TEXT,
            Text(
                "Tel qu'il est imprimé sur la facture, avec ses zéros.",
                "As printed on the bill, with its zeros.",
            ),
            Required.YES,
            40,
            example=same("000451233889"),
            aliases=("No de compte", "Account number"),
            width=20,
            group="account",
            digits_matter=True,
        ),
        Column(
            "btn",
            Text("No de facturation (BTN)", "Billing number (BTN)"),
            Kind.PHONE,
            Text(
                "Le numéro principal de la facture. Laissez vide si le compte n'a qu'un numéro.",
                "The main number on the bill. Leave empty if the account has one number only.",
            ),
            Required.BILLING,
            example=same("514-555-0100"),
            aliases=("BTN", "Billing telephone number"),
            width=17,
            group="account",
        ),
        Column(
            "port_type",
            Text("Type de port", "Port type"),
            Kind.LIST,
            Text(
                "Complet : rien ne reste au compte. Partiel : au moins un numéro reste.",
                "Full: nothing stays on the account. Partial: at least one number stays.",
            ),
            Required.YES,
            values=PORT_TYPES,
            example=Text("Complet", "Full"),
            width=11,
            group="account",
        ),
        Column(
            "total_numbers",
            Text("Nombre total de numéros au compte", "Total numbers on the account"),
            Kind.INTEGER,
            Text(
                "Combien de numéros ce compte a aujourd'hui à cette adresse, sans les numéros sans frais.",
                "How many numbers this account has today at this address, without toll-free numbers.",
            ),
            Required.YES,
            example=same("1"),
            width=15,
            group="account",
        ),
        Column(
            "new_btn",
            Text("Nouveau BTN (numéro qui reste)", "New BTN (a number that stays)"),
            Kind.PHONE,
            Text(
                "Port partiel dont le BTN part : le numéro qui reste et devient le numéro de facturation.",
                "Partial port whose BTN leaves: the number that stays and becomes the billing number.",
            ),
            aliases=("Nouveau BTN", "New BTN"),
            needed_when=Text("Obligatoire si le BTN part", "Required if the BTN leaves"),
            width=19,
            group="account",
        ),
        Column(
            "evidence",
            Text("Preuve fournie", "Evidence supplied"),
            Kind.LIST,
            Text(
                "Le document que vous avez : CSR (dossier de service client), facture ou capture d'écran.",
                "The document that you hold: CSR (customer service record), bill or screenshot.",
            ),
            Required.YES,
            values=EVIDENCE,
            example=Text("CSR et facture", "CSR and bill"),
            width=16,
            group="evidence",
        ),
        Column(
            "bill_date",
            Text("Date de la facture ou de la capture", "Bill or screenshot date"),
            Kind.DATE,
            Text(
                "AAAA-MM-JJ. Sans CSR, 60 jours au plus.",
                "YYYY-MM-DD. Without a CSR, at most 60 days old.",
            ),
            example=same("2026-11-02"),
            aliases=("Date de la facture", "Bill date"),
            needed_when=Text("Obligatoire sans CSR", "Required without a CSR"),
            width=15,
            group="evidence",
        ),
        Column(
            "name_on_bill",
            Text("Nom au CSR ou à la facture", "Name on CSR or bill"),
            Kind.TEXT,
            Text(
                "Recopiez-le à la lettre : majuscules, accents, points, inc.",
                "Copy it to the letter: capitals, accents, full stops, inc.",
            ),
            Required.YES,
            120,
            example=same("Plomberie Gagné et Fils inc."),
            width=26,
            group="evidence",
            to_the_letter=True,
        ),
        Column(
            "address_on_bill",
            Text("Adresse de service au CSR ou à la facture", "Service address on CSR or bill"),
            Kind.TEXT,
            Text(
                "Là où sont les lignes : numéro, rue, bureau ou appartement. Pas l'adresse postale.",
                "Where the lines are: civic number, street, unit. Not the mailing address.",
            ),
            Required.YES,
            160,
            example=same("1250, boul. René-Lévesque O., bur. 200"),
            width=32,
            group="evidence",
            to_the_letter=True,
        ),
        Column(
            "city_on_bill",
            Text("Ville au CSR ou à la facture", "City on CSR or bill"),
            Kind.TEXT,
            Text("Recopiez-la à la lettre.", "Copy it to the letter."),
            Required.YES,
            80,
            example=same("Montréal"),
            width=15,
            group="evidence",
            to_the_letter=True,
        ),
        Column(
            "province",
            same("Province"),
            Kind.LIST,
            Text("Celle de l'adresse de service.", "That of the service address."),
            Required.YES,
            values=PROVINCES,
            example=same("QC"),
            width=11,
            group="evidence",
        ),
        Column(
            "postal_code_on_bill",
            Text("Code postal au CSR ou à la facture", "Postal code on CSR or bill"),
            Kind.POSTAL,
            Text("Celui de l'adresse de service : A1A 1A1.", "That of the service address: A1A 1A1."),
            Required.YES,
            example=same("H3B 4W8"),
            width=15,
            group="evidence",
        ),
        Column(
            "name",
            Text("Nom au dossier du revendeur", "Name in the reseller's file"),
            Kind.TEXT,
            Text(
                "Rempli, nous le comparons au nom de la facture.",
                "Where filled, we compare it with the name on the bill.",
            ),
            max_length=120,
            example=same("Plomberie Gagné et Fils inc."),
            width=26,
            group="file",
            to_the_letter=True,
        ),
        Column(
            "address",
            Text("Adresse au dossier du revendeur", "Address in the reseller's file"),
            Kind.TEXT,
            Text("Comparée à celle de la facture.", "Compared with the one on the bill."),
            max_length=160,
            example=same("1250, boul. René-Lévesque O., bur. 200"),
            width=32,
            group="file",
            to_the_letter=True,
        ),
        Column(
            "city",
            Text("Ville au dossier du revendeur", "City in the reseller's file"),
            Kind.TEXT,
            Text("Comparée à celle de la facture.", "Compared with the one on the bill."),
            max_length=80,
            example=same("Montréal"),
            width=15,
            group="file",
            to_the_letter=True,
        ),
        Column(
            "postal_code",
            Text("Code postal au dossier du revendeur", "Postal code in the reseller's file"),
            Kind.POSTAL,
            Text("Comparé à celui de la facture.", "Compared with the one on the bill."),
            example=same("H3B 4W8"),
            width=15,
            group="file",
        ),
        Column(
            "signer",
            Text("Signataire autorisé au compte", "Authorised signer on the account"),
            Kind.TEXT,
            Text(
                "Prénom et nom de la personne qui signera la lettre d'autorisation.",
                "First and last name of the person who will sign the letter of authorisation.",
            ),
            Required.YES,
            80,
            example=same("Marie Gagné"),
            aliases=("Signataire autorisé", "Authorized signer on the account", "Authorized signer"),
            width=20,
            group="consent",
        ),
        Column(
            "signer_email",
            Text("Courriel du signataire", "Signer's e-mail"),
            Kind.EMAIL,
            Text("Où la lettre d'autorisation peut être envoyée.", "Where the letter of authorisation can be sent."),
            max_length=254,
            example=same("marie@example.com"),
            width=22,
            group="consent",
        ),
        Column(
            "freeze",
            Text("Gel du service?", "Service freeze?"),
            Kind.LIST,
            Text(
                "L'ancien fournisseur a-t-il gelé le service? Il doit lever le gel avant le port.",
                "Has the losing carrier frozen the service? It must be lifted before the port.",
            ),
            Required.YES,
            values=HINDRANCE,
            example=Text("Non", "No"),
            width=14,
            group="consent",
        ),
        Column(
            "restriction",
            Text("Restriction de changement de transporteur?", "Carrier-change restriction?"),
            Kind.LIST,
            Text(
                "Le compte est-il protégé contre un changement de transporteur?",
                "Is the account protected against a change of carrier?",
            ),
            Required.YES,
            values=HINDRANCE,
            example=Text("Non", "No"),
            width=17,
            group="consent",
        ),
        Column(
            "pending_order",
            Text("Commande en cours chez l'ancien fournisseur?", "Order pending at the losing carrier?"),
            Kind.LIST,
            Text(
                "Un déménagement, un ajout, une résiliation en cours? Elle doit être terminée avant.",
                "A move, an addition, a cancellation under way? It must be over first.",
            ),
            Required.YES,
            values=HINDRANCE,
            example=Text("Non", "No"),
            width=17,
            group="consent",
        ),
        Column(
            "list_reviewed",
            Text("Liste vérifiée avec le client?", "List reviewed with the customer?"),
            Kind.LIST,
            Text(
                "Le client a-t-il relu la liste des numéros? Une fois porté, il est trop tard.",
                "Has the customer gone through the list of numbers? Once ported it is too late.",
            ),
            Required.YES,
            values=YES_NO,
            example=Text("Oui", "Yes"),
            width=15,
            group="consent",
        ),
        Column(
            "will_wait",
            Text("Le client attend la fin du port pour annuler?", "Customer cancels only after the port?"),
            Kind.LIST,
            Text(
                "Qui annule avant le port perd ses numéros.",
                "Whoever cancels before the port loses the numbers.",
            ),
            Required.YES,
            values=YES_NO,
            example=Text("Oui", "Yes"),
            width=17,
            group="consent",
        ),
        Column(
            "under_contract",
            Text("Sous contrat avec l'ancien fournisseur?", "Under contract with the losing carrier?"),
            Kind.LIST,
            Text("Des frais d'annulation peuvent s'appliquer.", "Cancellation fees may apply."),
            values=(NO, YES, UNKNOWN),
            example=Text("Non", "No"),
            width=15,
            group="more",
        ),
        Column(
            "requested_date",
            Text("Date souhaitée", "Requested date"),
            Kind.DATE,
            Text(
                "AAAA-MM-JJ. Un jour ouvrable, dans 5 jours ouvrables ou plus.",
                "YYYY-MM-DD. A business day, 5 business days ahead or more.",
            ),
            width=13,
            group="more",
        ),
        Column(
            "pin",
            Text("NIP du compte", "Account PIN"),
            Kind.TEXT,
            Text("Si l'ancien fournisseur en demande un.", "If the losing carrier asks for one."),
            max_length=32,
            aliases=("NIP", "PIN"),
            width=11,
            group="more",
            secret=True,
            digits_matter=True,
        ),
        Column(
            "reference",
            CLIENT_REFERENCE,
            Kind.TEXT,
            Text("Elle paraîtra sur la demande et la facture.", "It will stand on the request and the invoice."),
            max_length=64,
            width=16,
            group="more",
        ),
        NOTES,
    ),
)

# ------------------------------------------------------------------------------------------------ numbers

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
                "Le repère du compte de ce numéro, tel qu'il est à la feuille Comptes.",
                "The key of this number's account, as it stands on the sheet Accounts.",
            ),
            Required.YES,
            32,
            example=same("A1"),
            aliases=("Repère du compte", "Account key"),
            width=14,
            group="number",
        ),
        Column(
            "number",
            Text("Numéro de téléphone", "Phone number"),
            Kind.PHONE,
            Text(
                "Dix chiffres, dans l'écriture que vous voulez. Une plage : le premier numéro ici, le dernier à côté.",
                "Ten digits, in any usual writing. A range: its first number here, its last one beside it.",
            ),
            Required.YES,
            example=same("514-555-0100"),
            aliases=("Téléphone", "Numéro", "Phone", "Telephone", "Telephone number", "Number", "DID", "TN"),
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
            width=15,
            group="number",
        ),
        Column(
            "action",
            same("Action"),
            Kind.LIST,
            Text(
                "Porter : il vient chez nous. Conserver : il reste. Résilier : il est abandonné. Vide : Porter.",
                "Port: it comes to us. Keep: it stays. Disconnect: it is given up. Empty: Port.",
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
            values=(YES, NO, UNKNOWN),
            example=Text("Oui", "Yes"),
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
            Text("Elle paraîtra sur la facture.", "It will stand on the invoice."),
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
)

README = Sheet("readme", Text("Lisez-moi", "Read me"))
LISTS = Sheet("lists", Text("Listes", "Lists"))
SUMMARY = Sheet("summary", Text("Sommaire", "Summary"))
REQUESTS = Sheet("requests", Text("Demandes", "Port requests"))
FEES = Sheet("fees", Text("Frais", "Fees"))

DATA_SHEETS = (BATCH, ACCOUNTS, NUMBERS)
SHEETS = (README, *DATA_SHEETS, LISTS)
ADDED_SHEETS = (SUMMARY, REQUESTS, FEES)
COLUMNS = {sheet.key: sheet.columns for sheet in DATA_SHEETS}


def sheet_of(key: str) -> Sheet:
    """The sheet of that key, ours or added. KeyError where there is none."""
    return {sheet.key: sheet for sheet in (*SHEETS, *ADDED_SHEETS)}[key]


def column_of(sheet_key: str, column_key: str) -> Column:
    """The column of these keys. KeyError where there is none."""
    return sheet_of(sheet_key).column(column_key)
