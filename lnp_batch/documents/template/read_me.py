"""The template's first sheet: what to have ready, how to fill in the workbook, a worked example, the limits."""

from __future__ import annotations

from typing import Any

from lnp_batch.columns import Column, Kind, Required, Sheet
from lnp_batch.columns.accounts import ACCOUNTS
from lnp_batch.columns.batch import BATCH
from lnp_batch.columns.numbers import NUMBERS
from lnp_batch.columns.sheets import README, TEMPLATE_VERSION
from lnp_batch.documents.template.example import EXAMPLE_ACCOUNTS, EXAMPLE_NUMBERS, add_example
from lnp_batch.model.amounts import count_of
from lnp_batch.model.context import DEFAULT_LIMITS, DEFAULT_THRESHOLDS
from lnp_batch.model.text import Lang, Text
from lnp_batch.xlsx import Workbook, Worksheet, style
from lnp_batch.xlsx.style import Colours, Formats

BILL_DAYS = DEFAULT_THRESHOLDS.bill_days
LIMITS_BY_NAME = {
    "in_a_range": DEFAULT_THRESHOLDS.range_numbers,
    "in_a_request": DEFAULT_THRESHOLDS.request_numbers,
    "in_a_file": DEFAULT_LIMITS.numbers,
    "file_mib": DEFAULT_LIMITS.file_mib,
}
"""The figures in :data:`LIMIT_LINES` by placeholder, except `rows`."""

TITLE = Text("Portabilité de numéros : un lot à nous envoyer", "Number porting: a batch to send us")
SUBTITLE = Text(
    f"Modèle {TEMPLATE_VERSION}. Un fichier est un lot : autant de comptes et de numéros que vous voulez.",
    f"Template {TEMPLATE_VERSION}. One file is one batch: as many accounts and numbers as you like.",
)

BEFORE = Text("À avoir en main", "What to have ready")
DOCUMENTS = (
    Text(
        "Le dossier de service client (CSR) de l'ancien fournisseur : pas obligatoire, mais fortement recommandé.",
        "The customer service record (CSR) of the losing carrier: not mandatory, but strongly recommended.",
    ),
    Text(
        f"La facture la plus récente, d'au plus {BILL_DAYS} jours. "
        "Sans CSR, il faut la facture ou une capture d'écran.",
        f"The latest bill, at most {BILL_DAYS} days old. Without a CSR, the bill or a screenshot is required.",
    ),
    Text(
        "La liste de tous les numéros de chaque compte, revue avec le client : après le port, il est trop tard.",
        "The list of every number on each account, reviewed with the customer: after the port it is too late.",
    ),
    Text(
        "L'engagement du client à ne rien annuler avant la fin du port : un numéro annulé est presque toujours perdu.",
        "The customer's word to cancel nothing before the port is done: a cancelled number is almost always lost.",
    ),
)

FILLING = Text("Remplir le fichier, feuille par feuille", "Filling in the file, sheet by sheet")
STEPS: tuple[tuple[Sheet, tuple[Text, ...]], ...] = (
    (
        BATCH,
        (
            Text(
                "Qui envoie le lot, et à qui nous répondons : une valeur par ligne.",
                "Who sends the batch, and whom we answer: one value per line.",
            ),
        ),
    ),
    (
        ACCOUNTS,
        (
            Text(
                "Une ligne par compte et par adresse de service. Donnez-lui un repère court : A1, A2…",
                "One row per account and service address. Give it a short key: A1, A2…",
            ),
            Text(
                "Recopiez le nom et l'adresse à la lettre : un écart est l'une des causes de refus les plus courantes.",
                "Copy the name and address exactly: a difference is one of the most common reasons for a refusal.",
            ),
        ),
    ),
    (
        NUMBERS,
        (
            Text(
                "Une ligne par numéro, ou par plage de numéros consécutifs. Le repère indique leur compte.",
                "One row per number, or per range of consecutive numbers. The key says which account they are on.",
            ),
            Text(
                "Listez aussi ceux qui restent (Conserver) et ceux que le client abandonne (Résilier).",
                "Also list those that stay (Keep) and those that the customer gives up (Disconnect).",
            ),
        ),
    ),
)

LEGEND = Text("Ce que vous voyez", "What you see")
LEGEND_HEADERS: tuple[tuple[Required, str, Text, Text], ...] = (
    (
        Required.YES,
        "",
        Text("Trait doré", "Gold line"),
        Text("Obligatoire sur chaque ligne.", "Required on every row."),
    ),
    (
        Required.TO_PORT,
        "",
        Text("Trait doré, pointillé", "Gold line, dashed"),
        Text(
            "Obligatoire dans certains cas : cliquez sur une cellule de la colonne, un message dit lesquels.",
            "Required in some cases: click a cell of the column and a message says which.",
        ),
    ),
    (Required.NO, "", Text("Sans trait", "No line"), Text("Facultatif.", "Optional.")),
    (
        Required.NO,
        "ours",
        Text("Bleu pâle", "Pale blue"),
        Text("Rempli par nous, quand nous vous renvoyons le fichier.", "Filled by us when we send the file back."),
    ),
)
LEGEND_CELLS: tuple[tuple[Colours, Text, Text], ...] = (
    (
        style.CONFIRM,
        Text("Cellule jaune", "Yellow cell"),
        Text(
            "Il manque quelque chose sur une ligne commencée, "
            f"ou la facture jointe au CSR a plus de {BILL_DAYS} jours.",
            f"Something is missing on a row you have started, or a bill sent with a CSR is over {BILL_DAYS} days old.",
        ),
    ),
    (
        style.ERROR,
        Text("Cellule orange", "Orange cell"),
        Text(
            f"À corriger : numéro ou repère en double, repère absent de Comptes, facture de plus de {BILL_DAYS} jours.",
            f"To correct: a duplicate number or key, a key that is not on Accounts, a bill over {BILL_DAYS} days old.",
        ),
    ),
)

EXAMPLE = Text("Un exemple", "An example")
EXAMPLE_SAYS = Text(
    "A1 a un seul numéro, qui est porté. A2 en a douze : dix sont portés, un reste et devient le BTN, un est résilié. "
    "Ici, chaque ligne du fichier est présentée en colonne.",
    "A1 has a single number, which is ported. A2 has twelve: ten are ported, one stays and becomes the BTN, one is "
    "disconnected. Here, each row of the file is shown as a column.",
)

LIMITS = Text("Les limites", "The limits")
LIMIT_LINES: tuple[tuple[Text, Text], ...] = (
    (
        Text("Fichier", "File"),
        Text(
            "Un .xlsx de {file_mib} Mo au plus, sans mot de passe, avec {in_a_file} numéros au plus.",
            "An .xlsx of at most {file_mib} MB, without a password, with at most {in_a_file} numbers.",
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
            "You may move them and add your own. Keep the headers and the sheet names; do not merge cells.",
        ),
    ),
    (
        Text("Plages", "Ranges"),
        Text(
            "Mêmes six premiers chiffres, {in_a_range} numéros au plus.",
            "The same first six digits, at most {in_a_range} numbers.",
        ),
    ),
    (
        Text("Demandes", "Requests"),
        Text(
            "Une demande par compte et adresse de service; au-delà de {in_a_request} numéros, nous la divisons.",
            "One request per account and service address; above {in_a_request} numbers we split it.",
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

AFTER = Text("Et ensuite", "What happens next")
AFTER_SAYS = (
    Text(
        "Enregistrez en .xlsx et envoyez-nous le fichier. Il vous revient annoté : chaque ligne dit où elle en est.",
        "Save as .xlsx and send us the file. It comes back annotated: each row shows its status.",
    ),
    Text(
        "Les cellules à corriger sont marquées. Corrigez-les dans ce fichier, puis renvoyez-le-nous.",
        "The cells to correct are marked. Correct them in that file, then send it back to us.",
    ),
)

ROW_HEIGHT = 16.5
WIDTHS = (4, 40, 36, 28, 16, 16)


def add_read_me(workbook: Workbook, formats: Formats, lang: Lang, rows: int) -> None:
    """Add the sheet, protected without a password; `rows` is the number of prepared rows on each list."""
    sheet = workbook.add_worksheet(README.name[lang])
    sheet.set_tab_color(style.REQUIRED_MARK)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
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
    for column in range(2, len(WIDTHS)):
        sheet.write_blank(row, column, None, line)
    return row + 1


def _bullets(sheet: Worksheet, row: int, heading: Text, texts: tuple[Text, ...], lang: Lang, formats: Formats) -> int:
    row = _heading(sheet, row, heading, lang, formats)
    for text in texts:
        sheet.write_string(row, 0, "•", formats.get(align="right", indent=1, font_color=style.HEADER.fill))
        sheet.write_string(row, 1, text[lang], formats.get())
        row += 1
    return row + 1


def _steps(sheet: Worksheet, row: int, lang: Lang, formats: Formats) -> int:
    """Write the steps: the three sheets in their order, each with a link."""
    row = _heading(sheet, row, FILLING, lang, formats)
    for number, (described, texts) in enumerate(STEPS, start=1):
        name = described.name[lang]
        sheet.write_string(
            row, 0, str(number), formats.get(align="right", indent=1, bold=True, font_color=style.HEADER.fill)
        )
        sheet.write_url(
            row, 1, f"internal:'{name}'!A1", formats.get(bold=True, underline=1, font_color=style.LINK), name
        )
        for text in texts:
            sheet.write_string(row, 2, text[lang], formats.get())
            row += 1
    return row + 1


def _legend(sheet: Worksheet, row: int, lang: Lang, formats: Formats) -> int:
    """Write samples of headers and cells, each beside its meaning."""
    row = _heading(sheet, row, LEGEND, lang, formats)
    for required, group, name, text in LEGEND_HEADERS:
        sample = Column("", name, Kind.TEXT, required=required, group=group)
        row = _legend_line(sheet, row, name, style.header_props(sample), text, lang, formats)
    for colours, name, text in LEGEND_CELLS:
        row = _legend_line(
            sheet, row, name, {**colours.props, "border": 1, "border_color": style.LINE}, text, lang, formats
        )
    return row + 1


def _legend_line(
    sheet: Worksheet, row: int, name: Text, props: dict[str, Any], text: Text, lang: Lang, formats: Formats
) -> int:
    sheet.set_row(row, 20)
    sheet.write_string(row, 1, name[lang], formats.get(**{**props, "indent": 1}))
    sheet.write_string(row, 2, text[lang], formats.get(indent=1))
    return row + 1


def _limits(sheet: Worksheet, row: int, rows: int, lang: Lang, formats: Formats) -> int:
    row = _heading(sheet, row, LIMITS, lang, formats)
    counts = {name: count_of(number, lang) for name, number in {**LIMITS_BY_NAME, "rows": rows}.items()}
    for name, text in LIMIT_LINES:
        sheet.write_string(row, 1, name[lang], formats.get(bold=True))
        sheet.write_string(row, 2, text[lang].format(**counts), formats.get())
        row += 1
    return row + 1
