"""Workbooks whose fault is not a cell's value: built from rows, then edited, as a workbook or as XML."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from lnp_batch.columns.answers import FINGERPRINTS
from lnp_batch.columns.sheets import ADDED_SHEETS, DATA_SHEETS, LISTS, README, column_of, sheet_of
from lnp_batch.model.text import LANGUAGES, Lang
from tests import answers
from tests.factory import content, openpyxl_workbook
from tests.hostile import SMALL

Rows = dict[str, Any]
Edit = Callable[[Rows, Lang], bytes]
Change = Callable[[Workbook, Lang], None]


def saved(workbook: Workbook) -> bytes:
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def edited(change: Change) -> Edit:
    """Return an edit that applies `change` to the workbook."""

    def edit(rows: Rows, lang: Lang) -> bytes:
        workbook = openpyxl_workbook(rows, lang=lang)
        change(workbook, lang)
        return saved(workbook)

    return edit


def bytes_of(file: bytes) -> Edit:
    """Return an edit whose result is always `file`."""
    return lambda _rows, _lang: file


def with_parts(package: bytes, added: Mapping[str, bytes] | None = None, change: Callable[[str], str] = str) -> bytes:
    """Return the package with parts added, and `change` applied to its XML."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as before, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(name, change(before.read(name).decode()))
        for name, part in (added or {}).items():
            after.writestr(name, part)
    return stream.getvalue()


def zipped(**parts: bytes) -> bytes:
    """Return a ZIP of these parts; in their names `__` becomes `/` and `_` becomes `.`."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), part)
    return stream.getvalue()


def sheet(workbook: Workbook, lang: Lang, key: str) -> Any:
    return workbook[sheet_of(key).name[lang]]


def header(workbook: Workbook, lang: Lang, key: str, column: str) -> Any:
    """Return the cell of a column's header, or of a label of the batch sheet."""
    words = column_of(key, column).header.both(lang)
    return next(cell for row in sheet(workbook, lang, key).iter_rows() for cell in row if cell.value == words)


# ------------------------------------------------------------------------------------------------ not a workbook

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)

pdf = bytes_of(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n")
csv = bytes_of("Repère;Numéro de téléphone\nA1;514-555-0100\n".encode("cp1252"))
html = bytes_of(b"<html xmlns:x='urn:schemas-microsoft-com:office:excel'><table><tr><td>A1</td></tr></table></html>")
xls = bytes_of(OLE + "Workbook".encode("utf-16-le") + bytes(4096))
ods = bytes_of(zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet", content_xml=b"<x/>"))
xlsb = bytes_of(zipped(xl__workbook_bin=bytes(64)))
archive = bytes_of(zipped(lot_csv=b"A1;514-555-0100"))
empty = bytes_of(b"")
encrypted = bytes_of(
    OLE + "EncryptionInfo".encode("utf-16-le") + bytes(100) + "EncryptedPackage".encode("utf-16-le") + bytes(4096)
)


def truncated(rows: Rows, lang: Lang) -> bytes:
    """A download that stopped half-way."""
    complete = content(rows, lang=lang)
    return complete[: len(complete) // 2]


def macro_workbook(rows: Rows, lang: Lang) -> bytes:
    """An .xlsm."""
    plain, macros = "openxmlformats-officedocument.spreadsheetml.sheet.main", "ms-excel.sheet.macroEnabled.main"
    return with_parts(
        content(rows, lang=lang), {"xl/vbaProject.bin": OLE}, lambda xml: xml.replace("vnd." + plain, "vnd." + macros)
    )


def linked(rows: Rows, lang: Lang) -> bytes:
    """A workbook that holds a link to another."""
    link = b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    return with_parts(content(rows, lang=lang), {"xl/externalLinks/externalLink1.xml": link})


def of_1904(rows: Rows, lang: Lang) -> bytes:
    """A workbook that counts its days from 1904, as old Macs did."""
    workbook = openpyxl_workbook(rows, lang=lang)
    workbook.epoch = CALENDAR_MAC_1904
    return saved(workbook)


# ------------------------------------------------------------------------------------------------ sheets


@edited
def protected_sheets(workbook: Workbook, lang: Lang) -> None:
    """Sheets protected against changes by a password: the file opens without it."""
    for key in ("accounts", "numbers"):
        sheet(workbook, lang, key).protection.set_password("secret")


@edited
def no_numbers_sheet(workbook: Workbook, lang: Lang) -> None:
    workbook.remove(sheet(workbook, lang, "numbers"))


@edited
def foreign_workbook(workbook: Workbook, _lang: Lang) -> None:
    """None of our sheets: they have other names."""
    for number, foreign in enumerate(workbook.worksheets, 1):
        foreign.title = f"Feuil{number}"
        foreign.delete_rows(1, 20)


@edited
def default_names(workbook: Workbook, lang: Lang) -> None:
    """Sheets that kept the names that the program gave them."""
    for number, ours in enumerate(workbook.worksheets, 1):
        ours.title = f"{'Feuil' if lang == 'fr' else 'Sheet'}{number}"


@edited
def other_names(workbook: Workbook, lang: Lang) -> None:
    names = {"fr": ("Feuille Lot", "Compte", "Numero"), "en": ("Batch sheet", "Account", "Number")}[lang]
    for name, ours in zip(names, list(workbook.worksheets), strict=True):
        ours.title = name


def second(key: str, change: Change) -> Edit:
    """Return an edit that copies a sheet of ours, then applies `change` to the copy, whose name ends in (2)."""

    def edit(rows: Rows, lang: Lang) -> bytes:
        workbook = openpyxl_workbook(rows, lang=lang)
        copy = workbook.copy_worksheet(sheet(workbook, lang, key))
        copy.title = f"{sheet_of(key).name[lang]} (2)"
        change(copy, lang)
        return saved(workbook)

    return edit


def _another_account(copy: Any, _lang: Lang) -> None:
    copy["C3"] = "A7"


def _another_number(copy: Any, _lang: Lang) -> None:
    copy["D3"] = "514-555-0177"


def _no_rows(copy: Any, _lang: Lang) -> None:
    copy.delete_rows(2, 20)


def _nothing(_copy: Any, _lang: Lang) -> None: ...


second_accounts = second("accounts", _another_account)
second_numbers = second("numbers", _another_number)
second_without_rows = second("numbers", _no_rows)
backup = second("accounts", _nothing)
second_batch = second("batch", _nothing)


@edited
def near_sheet(workbook: Workbook, lang: Lang) -> None:
    """A sheet name that is similar to ours."""
    sheet(workbook, lang, "numbers").title = "Les numéros" if lang == "fr" else "The numbers"


@edited
def near_sheet_without_headers(workbook: Workbook, lang: Lang) -> None:
    sheet(workbook, lang, "numbers").delete_rows(1)
    sheet(workbook, lang, "numbers").title = "Inventaire"


@edited
def accounts_twice(workbook: Workbook, _lang: Lang) -> None:
    """Comptes and Accounts in one workbook."""
    for lang in LANGUAGES:
        if sheet_of("accounts").name[lang] not in workbook.sheetnames:
            workbook.create_sheet(sheet_of("accounts").name[lang])


@edited
def accounts_twice_alone(workbook: Workbook, lang: Lang) -> None:
    for key in ("batch", "numbers"):
        workbook.remove(sheet(workbook, lang, key))
    workbook.create_sheet(sheet_of("accounts").name[lang].upper() + " ")


@edited
def accounts_twice_without_batch(workbook: Workbook, lang: Lang) -> None:
    workbook.remove(sheet(workbook, lang, "batch"))
    workbook.create_sheet(sheet_of("accounts").name[lang].upper() + " ")


@edited
def loose_sheet_names(workbook: Workbook, lang: Lang) -> None:
    """Other case, accents, spaces and punctuation."""
    names = {"batch": "Lot", "accounts": "Comptes", "numbers": "Numeros"} if lang == "fr" else {}
    for key in ("batch", "accounts", "numbers"):
        renamed_sheet = sheet(workbook, lang, key)
        renamed_sheet.title = f" {names.get(key, renamed_sheet.title).upper()}_"


@edited
def sheets_of_other_language(workbook: Workbook, lang: Lang) -> None:
    for key in ("batch", "accounts", "numbers"):
        sheet(workbook, lang, key).title = sheet_of(key).name["en" if lang == "fr" else "fr"]


@edited
def sheets_reversed(workbook: Workbook, _lang: Lang) -> None:
    workbook._sheets.reverse()


@edited
def every_sheet_of_ours(workbook: Workbook, lang: Lang) -> None:
    """The template's other sheets, and those that the annotated copy adds."""
    for added in (README, LISTS, *ADDED_SHEETS):
        workbook.create_sheet(added.name[lang])


@edited
def foreign_sheet(workbook: Workbook, _lang: Lang) -> None:
    workbook.create_sheet("Calculs")["A1"] = 12


def foreign_sheet_and_macros(rows: Rows, lang: Lang) -> bytes:
    return with_parts(foreign_sheet(rows, lang), {"xl/vbaProject.bin": OLE})


def of_template(version: str) -> Edit:
    def change(workbook: Workbook, lang: Lang) -> None:
        for name, value in {"lnp_template": "lnp-batch", "lnp_template_version": version, "lnp_lang": lang}.items():
            workbook.custom_doc_props.append(StringProperty(name=name, value=value))

    return edited(change)


template_2026 = of_template("2026.1")
template_2031 = of_template("2031.1")
template_2019 = of_template("2019.3")


# ------------------------------------------------------------------------------------------------ headers and labels


def renamed(names: Mapping[tuple[str, str], str]) -> Edit:
    """Return an edit that renames the headers of (sheet key, column key); `""` removes a header."""

    def change(workbook: Workbook, lang: Lang) -> None:
        for place, words in names.items():
            header(workbook, lang, *place).value = words or None

    return edited(change)


def headed(words: Callable[[Any, Lang], str]) -> Edit:
    """Return an edit that sets every header and label to `words` of its column and the workbook's language."""

    def change(workbook: Workbook, lang: Lang) -> None:
        for data_sheet in DATA_SHEETS:
            for column in data_sheet.columns:
                header(workbook, lang, data_sheet.key, column.key).value = words(column, lang)

    return edited(change)


no_port_type = renamed({("accounts", "port_type"): ""})
no_carrier_no_number = renamed({("accounts", "carrier"): "", ("numbers", "number"): ""})
no_account_keys = renamed({("accounts", "account_ref"): ""})
no_email_label = renamed({("batch", "contact_email"): ""})
no_optional_headers = renamed(
    {("accounts", key): "" for key in ("bill_date", "name", "pin", "notes")}
    | {("numbers", key): "" for key in ("range_end", "action", "line_type", "special_service")}
    | {("batch", "purchase_order"): ""}
)
near_header = renamed({("accounts", "port_type"): "Type du port / Type of port"})
no_carrier_no_signer = renamed({("accounts", "carrier"): "", ("accounts", "signer"): ""})
misspelt_header = renamed({("accounts", "signer"): "Signataire autorizé au compte"})
misspelt_headers = renamed({("accounts", "signer"): "Signataire autorizé", ("accounts", "port_type"): "Type de pord"})
misspelt_optional_header = renamed({("numbers", "special_service"): "Service particulié"})
like_an_optional_header = renamed({("numbers", "special_service"): "Service particulier du client"})
two_alike = renamed({("accounts", "signer"): "Signataire autorizé", ("accounts", "notes"): "Signataire autorizée"})
near_two = renamed({("accounts", "name_on_bill"): "Nom ou ville à la facture", ("accounts", "city_on_bill"): ""})
misspelt_label = renamed({("batch", "contact_name"): "Personne ressourse"})
foreign_header_for_needed = renamed({("accounts", "signer"): "Vendeur"})
phone_alias = renamed({("numbers", "number"): "Téléphone"})
headers_of_trade = renamed(
    {
        ("accounts", "carrier"): "Fournisseur",
        ("accounts", "account_number"): "Acct #",
        ("accounts", "evidence"): "Preuve",
        ("numbers", "number"): "Tél.",
        ("numbers", "dsl"): "DSL",
    }
)
did_alias = renamed({("numbers", "number"): "DID"})
french_headers = headed(lambda column, _lang: column.header.fr)
english_headers = headed(lambda column, _lang: column.header.en)
loose_headers = headed(lambda column, lang: f" {column.header[lang].upper().replace('É', 'E').replace(' ', '  ')} *")


@edited
def no_header_row(workbook: Workbook, lang: Lang) -> None:
    sheet(workbook, lang, "numbers").delete_rows(1)


def header_at(row: int) -> Edit:
    """Return an edit that puts the header in a lower row, with a title above it."""

    def edit(rows: Rows, lang: Lang) -> bytes:
        workbook = openpyxl_workbook(rows, lang=lang, header_row=row)
        for key in ("accounts", "numbers"):
            sheet(workbook, lang, key)["A1"] = "Novembre"
        return saved(workbook)

    return edit


header_in_row_20 = header_at(20)
header_in_row_21 = header_at(21)


def moved_columns(rows: Rows, lang: Lang) -> bytes:
    """The columns that both sheets have, in another order."""
    return content(rows, lang=lang, order=("notes", "reference", "account_ref"))


def extra(key: str, *words: str) -> Edit:
    """Return an edit that adds headers to the right, with a value below each; on the batch sheet, labels at the bottom."""

    def change(workbook: Workbook, lang: Lang) -> None:
        extended = sheet(workbook, lang, key)
        for added in words:
            if key == "batch":
                extended.append((added, "Julie"))
            else:
                column = extended.max_column + 1
                extended.cell(1, column, added)
                extended.cell(2, column, "Julie")

    return edited(change)


def again(key: str, column: str, lang: Lang) -> Edit:
    """Return an edit that repeats one of our headers, in `lang`."""
    return extra(key, column_of(key, column).header[lang])


account_number_again = again("accounts", "account_number", "fr")
active_again_in_english = again("numbers", "active", "en")
email_again = again("batch", "contact_email", "fr")
number_again_by_alias = extra("numbers", "Téléphone")
salesperson = extra("accounts", "Vendeur")
two_foreign_columns = extra("numbers", "Vendeur", "Étage")
salesperson_label = extra("batch", "Vendeur")


# ------------------------------------------------------------------------------------------------ cells


def formulas(places: Iterable[tuple[str, str]], stored: str = "", kind: str = "") -> Edit:
    """Return an edit that puts formulas at (sheet key, cell). `stored`: the result, if any; `kind`: `str`, or a number."""

    def edit(rows: Rows, lang: Lang) -> bytes:
        workbook = openpyxl_workbook(rows, lang=lang)
        for key, cell in places:
            sheet(workbook, lang, key)[cell].value = "=1+2"
        if not stored and not kind:
            return saved(workbook)
        pattern = re.compile(r"<c ([^>]*?)(?: t=\"\w+\")?>\s*<f>1\+2</f>\s*<v\s*(?:/>|></v>)")
        typed = f' t="{kind}"' if kind else ""
        return with_parts(
            saved(workbook), change=lambda xml: pattern.sub(rf"<c \1{typed}><f>1+2</f><v>{stored}</v>", xml)
        )

    return edit


@edited
def total_by_formula(workbook: Workbook, lang: Lang) -> None:
    sheet(workbook, lang, "numbers")["C9"] = "Total"
    sheet(workbook, lang, "numbers")["D9"] = "=COUNTA(D2:D7)"


formula_in_total = formulas([("accounts", "H2")])
formulas_everywhere = formulas([("batch", "B1"), ("accounts", "D3"), ("numbers", "D2")])
formula_with_result = formulas([("accounts", "H2")], "3")
formula_with_empty_text = formulas([("accounts", "AF2")], "", "str")
formula_of_ours = formulas([("accounts", "B2"), ("numbers", "P2")])
formula_in_foreign_column = formulas([("accounts", "AH2"), ("numbers", "R2")])


def error_cells(places: Iterable[tuple[str, str]], words: str = "#REF!") -> Edit:
    """Return an edit that puts a cell of type error at (sheet key, cell)."""

    def change(workbook: Workbook, lang: Lang) -> None:
        for key, cell in places:
            error = sheet(workbook, lang, key)[cell]
            error.value, error.data_type = words, "e"

    return edited(change)


errors_of_excel = error_cells([("batch", "B2"), ("accounts", "E2"), ("numbers", "D2")])
errors_of_google = error_cells([("batch", "B1"), ("accounts", "E2"), ("numbers", "D2")], "Loading...")
errors_like_a_name = error_cells([("batch", "B2"), ("accounts", "U2"), ("numbers", "D2")], "Jeanne Roy")
errors_without_words = error_cells([("batch", "B2"), ("accounts", "E2"), ("numbers", "D2")], " ")
error_in_foreign_column = error_cells([("accounts", "AH2"), ("numbers", "A2")])


def hidden(key: str, *rows: int) -> Change:
    def change(workbook: Workbook, lang: Lang) -> None:
        for row in rows:
            sheet(workbook, lang, key).row_dimensions[row].hidden = True

    return change


hide_rows = edited(hidden("numbers", 3, 4))
hide_batch_row = edited(hidden("batch", 5))
hide_empty_row = edited(hidden("numbers", 12))


@edited
def hide_rows_of_both(workbook: Workbook, lang: Lang) -> None:
    hidden("accounts", 3)(workbook, lang)
    hidden("numbers", 5, 6, 7)(workbook, lang)


@edited
def filtered(workbook: Workbook, lang: Lang) -> None:
    """A filter on the account key hides account A2."""
    accounts = sheet(workbook, lang, "accounts")
    accounts.auto_filter.ref = "A1:AF3"
    accounts.auto_filter.add_filter_column(2, ["A1"])
    hidden("accounts", 3)(workbook, lang)


@edited
def hide_column(workbook: Workbook, lang: Lang) -> None:
    sheet(workbook, lang, "numbers").column_dimensions["K"].hidden = True


def merged(key: str, *areas: str) -> Edit:
    def change(workbook: Workbook, lang: Lang) -> None:
        for area in areas:
            sheet(workbook, lang, key).merge_cells(area)

    return edited(change)


merged_numbers = merged("numbers", "D3:D4")
merged_twice = merged("numbers", "C2:D2", "H5:H6")
merged_label = merged("batch", "A1:B1")
merged_twice_aside = merged("numbers", "K2:K3", "L2:M2")
merged_values = merged("batch", "B5:B6")
merged_of_one_account = merged("numbers", "C2:C4", "H2:H4")
merged_notes_and_below = merged("numbers", "M2:M4", "A10:F12")


@edited
def merged_active_of_a_row_without_key(workbook: Workbook, lang: Lang) -> None:
    sheet(workbook, lang, "numbers")["C4"].value = None
    sheet(workbook, lang, "numbers").merge_cells("H3:H4")


@edited
def no_label(workbook: Workbook, lang: Lang) -> None:
    """The values alone, without any label beside them."""
    for row in sheet(workbook, lang, "batch").iter_rows(max_col=1):
        row[0].value = None


@edited
def merged_over_accounts(workbook: Workbook, lang: Lang) -> None:
    sheet(workbook, lang, "numbers").merge_cells("H4:H5")
    sheet(workbook, lang, "accounts").merge_cells("D2:D3")


merged_help = merged("batch", "C1:D9")


def merged_title(rows: Rows, lang: Lang) -> bytes:
    """A title across the columns, above the header."""
    workbook = openpyxl_workbook(rows, lang=lang, header_row=3)
    sheet(workbook, lang, "numbers").merge_cells("A1:F1")
    return saved(workbook)


def hostile(kind: str) -> Edit:
    """Return an edit whose result is always this hostile workbook."""
    return lambda _rows, _lang: SMALL[kind].make()


stray_cell = hostile("a cell at XFD1048576")
stray_format = hostile("an empty cell at XFD1048576")
too_many_numbers = hostile("ranges of 201,000 numbers")
rows_out_of_order = hostile("rows out of order")
laughing_sheet = hostile("billion laughs in a sheet")
part_twice = hostile("a part twice")


# ------------------------------------------------------------------------------------------------ answers


def agreed(rows: Rows, lang: Lang) -> bytes:
    """The annotated copy, with every OK cell filled."""
    return answers.answered(answers.annotated(answers.judged(content(rows, lang=lang))))


def agreed_then_equal_rows(rows: Rows, lang: Lang) -> bytes:
    """The same, and the first row of the numbers is there twice."""

    def repeat(workbook: Workbook) -> None:
        target = sheet(workbook, lang, "numbers")
        target.append([cell.value for cell in target[2]])

    return answers.edited(agreed(rows, lang), repeat)


def agreed_to_a_changed_row(rows: Rows, lang: Lang) -> bytes:
    """The same, and each row's proposal was written over."""

    def write_over(workbook: Workbook) -> None:
        summary = answers.summary_of(workbook)
        for row in answers.rows_to_answer(summary):
            row[answers.hidden_column(summary) - 1].value = "autre chose"

    return answers.edited(agreed(rows, lang), write_over)


def agreed_in_a_broken_summary(rows: Rows, lang: Lang) -> bytes:
    """The same, and the Summary's rows are out of order in the file."""
    return with_parts(
        agreed(rows, lang), change=lambda xml: xml.replace('<row r="3"', '<row r="1"') if FINGERPRINTS in xml else xml
    )
