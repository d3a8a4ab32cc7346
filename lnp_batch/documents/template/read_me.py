"""The template's first sheet: what to have at hand, how to fill the workbook, a worked example, the limits."""

from __future__ import annotations

from typing import Any

from lnp_batch.columns import Column, Kind, Required, Sheet
from lnp_batch.columns.accounts import ACCOUNTS
from lnp_batch.columns.batch import BATCH
from lnp_batch.columns.numbers import NUMBERS
from lnp_batch.columns.sheets import README, TEMPLATE_VERSION
from lnp_batch.documents.template.example import EXAMPLE_ACCOUNTS, EXAMPLE_NUMBERS, add_example
from lnp_batch.model.amounts import count_of
from lnp_batch.model.context import DEFAULT_LIMITS, Thresholds
from lnp_batch.model.text import Lang, Text
from lnp_batch.xlsx import Workbook, Worksheet, style
from lnp_batch.xlsx.style import Colours, Formats

DAYS = Thresholds().bill_days
COUNTS = {
    "in_a_range": Thresholds().range_numbers,
    "in_a_request": Thresholds().request_numbers,
    "in_a_file": DEFAULT_LIMITS.numbers,
}
"""How many numbers the limits allow, by the placeholder in their sentences; `rows` is filled in apart."""

TITLE = Text("Portabilité de numéros : un lot à nous envoyer", "Number porting: a batch to send us")
SUBTITLE = Text(
    f"Modèle {TEMPLATE_VERSION}. Un fichier est un lot : autant de comptes et de numéros que vous voulez.",
    f"Template {TEMPLATE_VERSION}. One file is one batch: as many accounts and numbers as you like.",
)

BEFORE = Text("À avoir en main", "To have at hand")
DOCUMENTS = (
    Text(
        "Le dossier de service client (CSR) de l'ancien fournisseur : pas obligatoire, mais fortement recommandé.",
        "The customer service record (CSR) of the losing carrier: not mandatory, but strongly recommended.",
    ),
    Text(
        f"La facture la plus récente, de {DAYS} jours ou moins. Sans CSR, il la faut, ou une capture d'écran.",
        f"The latest bill, {DAYS} days old or less. Without a CSR it is a must, or else a screenshot.",
    ),
    Text(
        "La liste de tous les numéros de chaque compte, relue avec le client : une fois porté, il est trop tard.",
        "The list of every number on each account, gone through with the customer: once ported it is too late.",
    ),
    Text(
        "La parole du client qu'il n'annule rien avant la fin du port : un numéro annulé est le plus souvent perdu.",
        "The customer's word to cancel nothing before the port is done: a cancelled number is most often lost.",
    ),
)

FILLING = Text("Remplir, feuille par feuille", "Filling it, sheet by sheet")
STEPS: tuple[tuple[Sheet, tuple[Text, ...]], ...] = (
    (
        BATCH,
        (
            Text(
                "Qui envoie le lot, et à qui nous répondons : une valeur par ligne.",
                "Who sends the batch, and whom we answer: a value a line.",
            ),
        ),
    ),
    (
        ACCOUNTS,
        (
            Text(
                "Une ligne par compte et par adresse de service. Donnez-lui un repère court : A1, A2…",
                "One row an account and service address. Give it a short key: A1, A2…",
            ),
            Text(
                "Recopiez le nom et l'adresse à la lettre : c'est l'une des raisons les plus courantes de refus.",
                "Copy the name and address to the letter: it is one of the most common reasons for a refusal.",
            ),
        ),
    ),
    (
        NUMBERS,
        (
            Text(
                "Une ligne par numéro, ou par plage de numéros qui se suivent. Le repère dit de quel compte il est.",
                "One row a number, or a range of numbers in a row. The key says which account it is on.",
            ),
            Text(
                "Listez aussi ceux qui restent (Conserver) et ceux que le client abandonne (Résilier).",
                "List those that stay too (Keep), and those that the customer gives up (Disconnect).",
            ),
        ),
    ),
)

SIGNS = Text("Ce que vous voyez", "What you see")
LEGEND_HEADERS: tuple[tuple[Required, str, Text, Text], ...] = (
    (
        Required.YES,
        "",
        Text("Trait doré", "Gold line"),
        Text("À remplir sur chaque ligne.", "To fill on every row."),
    ),
    (
        Required.TO_PORT,
        "",
        Text("Trait doré, pointillé", "Gold line, dashed"),
        Text(
            "À remplir dans certains cas : cliquez sur une cellule de la colonne, un message dit lesquels.",
            "To fill in some cases: click a cell of the column and a message says which.",
        ),
    ),
    (Required.NO, "", Text("Sans trait", "No line"), Text("Facultatif.", "Optional.")),
    (
        Required.NO,
        "ours",
        Text("Bleu pâle", "Pale blue"),
        Text("Rempli par nous, quand nous vous renvoyons le fichier.", "Filled by us, when we send the file back."),
    ),
)
LEGEND_CELLS: tuple[tuple[Colours, Text, Text], ...] = (
    (
        style.CONFIRM,
        Text("Cellule jaune", "Yellow cell"),
        Text(
            "Il manque quelque chose sur une ligne commencée, ou une facture jointe au CSR a vieilli.",
            "Something is missing on a row that was begun, or a bill beside a CSR has grown old.",
        ),
    ),
    (
        style.ERROR,
        Text("Cellule orange", "Orange cell"),
        Text(
            f"À corriger : numéro ou repère en double, repère absent de Comptes, facture de plus de {DAYS} jours.",
            f"To correct: a number or key twice, a key that is not on Accounts, a bill over {DAYS} days old.",
        ),
    ),
)

EXAMPLE = Text("Un exemple", "An example")
EXAMPLE_SAYS = Text(
    "A1 a un seul numéro, qui part. A2 en a douze : dix partent, un reste et devient le BTN, un est abandonné. "
    "Ici, une ligne du fichier se lit de haut en bas.",
    "A1 has a single number, which leaves. A2 has twelve: ten leave, one stays and becomes the BTN, one is given up. "
    "Here a row of the file reads from top to bottom.",
)

LIMITS = Text("Les limites", "The limits")
LIMITS_SAID: tuple[tuple[Text, Text], ...] = (
    (
        Text("Fichier", "File"),
        Text(
            "Un .xlsx de 20 Mo au plus, sans mot de passe, avec {in_a_file} numéros au plus.",
            "An .xlsx of 20 MB at most, without a password, with {in_a_file} numbers at most.",
        ),
    ),
    (
        Text("Lignes", "Rows"),
        Text(
            "{rows} lignes sont prêtes sur chaque liste; le tableau s'allonge quand vous écrivez dessous.",
            "{rows} rows are ready on each list; the table grows when you write below it.",
        ),
    ),
    (
        Text("Colonnes", "Columns"),
        Text(
            "Vous pouvez les déplacer et en ajouter. Gardez les en-têtes et les noms des feuilles; ne fusionnez rien.",
            "You may move them and add some. Keep the headers and the sheets' names; merge no cells.",
        ),
    ),
    (
        Text("Plages", "Ranges"),
        Text(
            "Mêmes six premiers chiffres, {in_a_range} numéros au plus.",
            "The same first six digits, {in_a_range} numbers at most.",
        ),
    ),
    (
        Text("Demandes", "Requests"),
        Text(
            "Une demande par compte et adresse de service; au-delà de {in_a_request} numéros, nous la partageons.",
            "One request an account and service address; past {in_a_request} numbers we split it.",
        ),
    ),
    (
        Text("Sans frais", "Toll-free"),
        Text(
            "Les 800, 833, 844… se portent par une autre voie : choisissez Conserver sous « Action ».",
            "800, 833, 844… numbers are ported another way: choose Keep under “Action”.",
        ),
    ),
)

AFTER = Text("Et ensuite", "And then")
AFTER_SAYS = (
    Text(
        "Enregistrez en .xlsx et envoyez-nous le fichier. Il vous revient annoté : chaque ligne dit où elle en est.",
        "Save as .xlsx and send us the file. It comes back annotated: each row says where it stands.",
    ),
    Text(
        "Ce qui est à corriger est marqué dans sa cellule. Corrigez là, et renvoyez-nous ce même fichier.",
        "What is to be corrected is marked in its cell. Correct it there, and send us that same file.",
    ),
)

ROW_HEIGHT = 16.5
WIDTHS = (4, 40, 36, 28, 16, 16)


def add_readme(workbook: Workbook, formats: Formats, lang: Lang, rows: int) -> None:
    """Adds the sheet, protected without a password; `rows` is how many rows of the lists are prepared."""
    sheet = workbook.add_worksheet(README.name[lang])
    sheet.set_tab_color(style.REQUIRED_MARK)
    for at, width in enumerate(WIDTHS):
        sheet.set_column(at, at, width)
    sheet.set_default_row(ROW_HEIGHT)
    sheet.set_row(0, 32)
    sheet.write_string(0, 1, TITLE[lang], formats.get(font_size=18, bold=True, font_color=style.HEADER.fill))
    sheet.write_string(1, 1, SUBTITLE[lang], formats.get(font_color=style.QUIET))
    row = _bullets(sheet, 3, BEFORE, DOCUMENTS, lang, formats)
    row = _steps(sheet, row, lang, formats)
    row = _legend(sheet, row, lang, formats)
    breaks = [row]
    row = _heading(sheet, row, EXAMPLE, lang, formats)
    sheet.write_string(row, 1, EXAMPLE_SAYS[lang], formats.get())
    row = add_example(sheet, row + 2, ACCOUNTS, EXAMPLE_ACCOUNTS, lang, formats)
    breaks.append(row)
    row = add_example(sheet, row, NUMBERS, EXAMPLE_NUMBERS, lang, formats)
    row = _limits(sheet, row, rows, lang, formats)
    _bullets(sheet, row, AFTER, AFTER_SAYS, lang, formats)
    sheet.set_h_pagebreaks(breaks)
    sheet.hide_gridlines(2)
    sheet.protect()
    sheet.activate()
    style.set_up_page(sheet, lang, TITLE[lang], header_row=None)


def _heading(sheet: Worksheet, row: int, text: Text, lang: Lang, formats: Formats) -> int:
    line = formats.get(font_size=12, bold=True, font_color=style.HEADER.fill, bottom=1, bottom_color=style.HEADER.fill)
    sheet.set_row(row, 22)
    sheet.write_string(row, 1, text[lang], line)
    for at in range(2, len(WIDTHS)):
        sheet.write_blank(row, at, None, line)
    return row + 1


def _bullets(sheet: Worksheet, row: int, heading: Text, says: tuple[Text, ...], lang: Lang, formats: Formats) -> int:
    row = _heading(sheet, row, heading, lang, formats)
    for text in says:
        sheet.write_string(row, 0, "•", formats.get(align="right", indent=1, font_color=style.HEADER.fill))
        sheet.write_string(row, 1, text[lang], formats.get())
        row += 1
    return row + 1


def _steps(sheet: Worksheet, row: int, lang: Lang, formats: Formats) -> int:
    """The three sheets in their order, each a link."""
    row = _heading(sheet, row, FILLING, lang, formats)
    for number, (target, says) in enumerate(STEPS, start=1):
        name = target.name[lang]
        sheet.write_string(
            row, 0, str(number), formats.get(align="right", indent=1, bold=True, font_color=style.HEADER.fill)
        )
        sheet.write_url(
            row, 1, f"internal:'{name}'!A1", formats.get(bold=True, underline=1, font_color=style.LINK), name
        )
        for text in says:
            sheet.write_string(row, 2, text[lang], formats.get())
            row += 1
    return row + 1


def _legend(sheet: Worksheet, row: int, lang: Lang, formats: Formats) -> int:
    """Samples of headers and cells, each beside what it means."""
    row = _heading(sheet, row, SIGNS, lang, formats)
    for required, group, name, says in LEGEND_HEADERS:
        sample = Column("", name, Kind.TEXT, required=required, group=group)
        row = _sign(sheet, row, name, style.header_props(sample), says, lang, formats)
    for look, name, says in LEGEND_CELLS:
        row = _sign(sheet, row, name, {**look.props, "border": 1, "border_color": style.LINE}, says, lang, formats)
    return row + 1


def _sign(
    sheet: Worksheet, row: int, name: Text, look: dict[str, Any], says: Text, lang: Lang, formats: Formats
) -> int:
    sheet.set_row(row, 20)
    sheet.write_string(row, 1, name[lang], formats.get(**{**look, "indent": 1}))
    sheet.write_string(row, 2, says[lang], formats.get(indent=1))
    return row + 1


def _limits(sheet: Worksheet, row: int, rows: int, lang: Lang, formats: Formats) -> int:
    row = _heading(sheet, row, LIMITS, lang, formats)
    counts = {name: count_of(number, lang) for name, number in {**COUNTS, "rows": rows}.items()}
    for name, text in LIMITS_SAID:
        sheet.write_string(row, 1, name[lang], formats.get(bold=True))
        sheet.write_string(row, 2, text[lang].format(**counts), formats.get())
        row += 1
    return row + 1
