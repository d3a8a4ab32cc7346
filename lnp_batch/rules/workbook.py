"""WBK: the file, its sheets and headers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from lnp_batch.columns.sheets import DATA_SHEETS, HEADER_ROWS, TEMPLATE_VERSIONS, column_of
from lnp_batch.model.cell_address import CellName, cell_name
from lnp_batch.model.context import DEFAULT_LIMITS
from lnp_batch.model.reading import Area, Grid, Header, Reading, Table, Unread
from lnp_batch.model.reseller import code_key
from lnp_batch.model.text import Text, cut
from lnp_batch.rules.limit_messages import LIMIT_MESSAGES, SAVE_AGAIN
from lnp_batch.rules.rule import CONFIRM, ERROR, INFO, NOTHING_TO_DO, WARNING, Arrival, Spot, workbook_rule

EACH_CELL_UP_TO = 1_000
"""Formulas without a result that are reported each; of more, one in each row, so that every such row is held."""
ROWS_SHOWN = 20
"""Hidden rows that a sentence lists."""


def _quotes(names: Iterable[Text | str]) -> tuple[Text, ...]:
    """Return names in quotation marks; long ones are cut."""
    pairs = ((name, name) if isinstance(name, str) else (name.fr, name.en) for name in names)
    return tuple(Text(f"« {cut(fr)} »", f"“{cut(en)}”") for fr, en in pairs)


def _refused(reading: Reading, code: str) -> list[Spot]:
    refusal = reading.refusal
    return [Spot(refusal.facts)] if refusal and refusal.code == code else []


@workbook_rule(
    "WBK001",
    ERROR,
    refuses=True,
    says=Text(
        "Ce fichier n'est pas un classeur .xlsx : c'est {kind}.", "This file is not an .xlsx workbook: it is {kind}."
    ),
    remedy=SAVE_AGAIN,
    why=Text(
        "Nous lisons les classeurs .xlsx, et les .xlsm comme de simples données. Les autres formats perdent des zéros, "
        "des dates ou des accents en route.",
        "We read .xlsx workbooks, and .xlsm workbooks as plain data. Other formats lose zeros, dates or accents on the "
        "way.",
    ),
    example={"kind": Text("un ancien classeur .xls", "an old .xls workbook")},
)
def not_a_workbook(reading: Reading, _arrival: Arrival) -> list[Spot]:
    return _refused(reading, "WBK001")


@workbook_rule(
    "WBK002",
    ERROR,
    refuses=True,
    says=Text("Ce classeur est protégé par un mot de passe.", "This workbook is protected by a password."),
    remedy=Text(
        "Dans Excel : Fichier, Informations, Protéger le classeur; retirez le mot de passe et enregistrez.",
        "In Excel: File, Info, Protect Workbook; remove the password and save.",
    ),
    why=Text(
        "Sans le mot de passe, personne ne peut lire le fichier, et un mot de passe ne s'envoie pas par courriel.",
        "Without the password nobody can read the file, and a password should not be sent by e-mail.",
    ),
)
def encrypted(reading: Reading, _arrival: Arrival) -> list[Spot]:
    return _refused(reading, "WBK002")


@workbook_rule(
    "WBK003",
    ERROR,
    refuses=True,
    says={limit: message.says for limit, message in LIMIT_MESSAGES.items()},
    remedy={limit: message.remedy for limit, message in LIMIT_MESSAGES.items()},
    why=Text(
        "Un fichier de quelques kilo-octets peut en contenir des milliards, ou cacher des lignes : ce qui passe une "
        "limite n'est pas ouvert, pour que les autres lots ne souffrent de rien.",
        "A file of a few kilobytes can expand to billions, or hide rows: a file over a limit is not opened, so that no "
        "other batch suffers.",
    ),
    examples={
        limit: {"most": getattr(DEFAULT_LIMITS, limit, ""), **message.example}
        for limit, message in LIMIT_MESSAGES.items()
    },
)
def unsafe(reading: Reading, _arrival: Arrival) -> list[Spot]:
    spots = _refused(reading, "WBK003")
    return [Spot({"says": spot.facts["limit"], "remedy": spot.facts["limit"], **spot.facts}) for spot in spots]


@workbook_rule(
    "WBK004",
    ERROR,
    refuses=True,
    says={
        "missing": Text("Il manque la feuille {missing}.", "Missing sheet: {missing}."),
        "several_missing": Text("Il manque les feuilles {missing}.", "Missing sheets: {missing}."),
        "twice": Text("En double : {twice}.", "Found twice: {twice}."),
        "missing_and_twice": Text(
            "Il manque la feuille {missing}. En double : {twice}.", "Missing sheet: {missing}. Found twice: {twice}."
        ),
        "several_missing_and_twice": Text(
            "Il manque les feuilles {missing}. En double : {twice}.",
            "Missing sheets: {missing}. Found twice: {twice}.",
        ),
    },
    remedy={
        "names": Text(
            "Le classeur a besoin des feuilles Lot, Comptes et Numéros, une fois chacune.",
            "The workbook needs the Batch, Accounts and Numbers sheets, once each.",
        ),
        "unknown": Text(
            "Le classeur a besoin des feuilles Lot, Comptes et Numéros, une fois chacune. Feuilles inconnues : "
            "{unknown}.",
            "The workbook needs the Batch, Accounts and Numbers sheets, once each. Unknown sheets: {unknown}.",
        ),
    },
    why=Text(
        "Le lot, les comptes et les numéros sont lus chacun sur sa feuille; deux feuilles de même nom ne disent pas "
        "laquelle est la bonne.",
        "Batch, accounts and numbers are each read from their own sheet; if two sheets have the same name, we cannot "
        "know which one counts.",
    ),
    example={
        "missing": Text("Comptes", "Accounts"),
        "twice": Text("Numéros", "Numbers"),
        "unknown": Text("« Feuil1 »", "“Sheet1”"),
    },
    examples={
        "several_missing": {"missing": Text("Lot, Comptes", "Batch, Accounts")},
        "several_missing_and_twice": {"missing": Text("Lot, Comptes", "Batch, Accounts")},
    },
)
def missing_sheet(reading: Reading, _arrival: Arrival) -> list[Spot]:
    if reading.refusal:
        return []
    ours = list(reading.sheets.values())
    missing = tuple(sheet.name for sheet in DATA_SHEETS if ours.count(sheet.key) == 0)
    twice = tuple(sheet.name for sheet in DATA_SHEETS if ours.count(sheet.key) > 1)
    if not missing and not twice:
        return []
    unknown = _quotes(name for name, key in reading.sheets.items() if key is None)
    parts = [("missing", "several_missing")[len(missing) > 1]] * bool(missing) + ["twice"] * bool(twice)
    facts = {"missing": missing, "twice": twice, "unknown": unknown}
    return [Spot({"says": "_and_".join(parts), "remedy": "unknown" if unknown else "names", **facts})]


@workbook_rule(
    "WBK005",
    ERROR,
    says={
        "header": Text("Il manque un titre sur cette feuille.", "One header is missing on this sheet."),
        "headers": Text("Il manque {count} titres sur cette feuille.", "{count} headers are missing on this sheet."),
        "no_header_row": Text(
            f"Aucune ligne de titres n'a été trouvée dans les {HEADER_ROWS} premières lignes de cette feuille.",
            f"No header row was found in the first {HEADER_ROWS} rows of this sheet.",
        ),
    },
    remedy={
        "near": Text(
            "Écrivez exactement {missing}. « {typed} » est sans doute « {meant} ». Titres inconnus : {unknown}.",
            "Write exactly {missing}. “{typed}” is probably “{meant}”. Unknown headers: {unknown}.",
        ),
        "several_near": Text(
            "Écrivez exactement {missing}. Ressemblent aux nôtres : {near}. Titres inconnus : {unknown}.",
            "Write exactly {missing}. Close to ours: {near}. Unknown headers: {unknown}.",
        ),
        "unknown": Text(
            "Écrivez exactement {missing}. Titres inconnus : {unknown}.",
            "Write exactly {missing}. Unknown headers: {unknown}.",
        ),
        "missing": Text("Écrivez exactement {missing}.", "Write exactly {missing}."),
    },
    why=Text(
        "Sans cette colonne, aucune demande n'est complète. Tout le reste est vérifié quand même.",
        "Without this column no request is complete. Everything else is checked all the same.",
    ),
    example={
        "count": 2,
        "missing": Text("« Type de port »", "“Port type”"),
        "typed": Text("Type du port", "Type of port"),
        "meant": Text("Type de port", "Port type"),
        "near": Text("« Type du port » → « Type de port »", "“Type of port” → “Port type”"),
        "unknown": Text("« Type du port »", "“Type of port”"),
    },
    examples={
        "several_near": {
            "missing": Text("« Type de port », « Province »", "“Port type”, “Province”"),
            "near": Text(
                "« Type du port » → « Type de port », « Prov. » → « Province »",
                "“Type of port” → “Port type”, “Prov.” → “Province”",
            ),
            "unknown": Text("« Type du port », « Prov. »", "“Type of port”, “Prov.”"),
        },
        "unknown": {"unknown": Text("« Vendeur »", "“Salesperson”")},
    },
)
def missing_column(reading: Reading, _arrival: Arrival) -> list[Spot]:
    return [
        Spot(
            _header_facts(reading.sheets[sheet] or "", header), sheet, *_place_of_header(reading.sheets[sheet], header)
        )
        for sheet, header in reading.headers.items()
        if header.missing
    ]


def _place_of_header(key: str | None, header: Header) -> tuple[int | None, int | None]:
    """Return A1 for a sheet without a header row, else no cell: there is none for what is missing."""
    return (None, None) if key == "batch" or header.row else (1, 0)


def _header_facts(key: str, header: Header) -> dict[str, object]:
    """Return the facts and variants of WBK005 for the header of the sheet with that key."""
    typed, meant = tuple(header.near), tuple(column_of(key, column).header for column in header.near.values())
    pairs = zip(_quotes(typed), _quotes(meant), strict=True)
    no_header_row = header.row is None and key != "batch"
    remedies = ("near", len(typed) == 1), ("several_near", len(typed) > 1), ("unknown", bool(header.unknown))
    return {
        "says": "no_header_row" if no_header_row else "headers" if len(header.missing) > 1 else "header",
        "remedy": next((name for name, applies in remedies if applies), "missing"),
        "count": len(header.missing),
        "missing": _quotes(column_of(key, column).header for column in header.missing),
        "typed": typed,
        "meant": meant,
        "near": tuple(Text(f"{foreign.fr} → {ours.fr}", f"{foreign.en} → {ours.en}") for foreign, ours in pairs),
        "unknown": _quotes(header.unknown.values()),
    }


@workbook_rule(
    "WBK006",
    ERROR,
    says=Text(
        "Le titre « {header} » paraît deux fois, en {first} et ici.",
        "The header “{header}” appears twice, in {first} and here.",
    ),
    remedy=Text(
        "Gardez la bonne colonne et renommez ou supprimez l'autre.",
        "Keep the right column; rename or delete the other.",
    ),
    why=Text(
        "Avec deux colonnes de même titre, on ne peut savoir laquelle lire.",
        "If two columns have the same header, we cannot know which one to read.",
    ),
    example={"header": Text("Actif?", "Active?"), "first": "H1"},
)
def duplicate_column(reading: Reading, _arrival: Arrival) -> list[Spot]:
    return [
        _header_spot(reading, sheet, at, {"header": column_of(key, column).header}, first)
        for sheet, header in reading.headers.items()
        for at, (column, first) in header.twice.items()
        for key in (reading.sheets[sheet] or "",)
    ]


def _header_spot(reading: Reading, sheet: str, at: int, facts: dict[str, object], first: int | None = None) -> Spot:
    """Return the spot of a header: in the header row, or in column A of the batch sheet, where `at` is a row."""
    header = reading.headers[sheet]

    def cell(position: int) -> tuple[int, int]:
        return (position, 0) if reading.sheets[sheet] == "batch" else (header.row or 1, position)

    row, column = cell(at)
    if first is None:
        return Spot(facts, sheet, row, column)
    return Spot({**facts, "first": cell_name(*cell(first))}, sheet, row, column, (cell(first),))


@workbook_rule(
    "WBK007",
    INFO,
    says={
        "foreign": Text(
            "La colonne « {header} » n'est pas dans notre modèle : gardée, mais pas lue.",
            "The column “{header}” is not in our template: kept, but not read.",
        ),
        "near": Text(
            "La colonne « {header} » n'est pas dans notre modèle : gardée, mais pas lue. Est-ce « {meant} »? "
            "Écrivez-le ainsi.",
            "The column “{header}” is not in our template: kept, but not read. Is it “{meant}”? Write it that way.",
        ),
    },
    remedy=Text("Rien à faire, à moins que ce soit une des nôtres.", "Nothing to do, unless it is one of ours."),
    why=Text(
        "Vos propres colonnes ont le droit d'être là; elles vous reviennent telles quelles.",
        "Your own columns may be there; they come back as they are.",
    ),
    example={"header": Text("Vendeur", "Salesperson"), "meant": Text("Signataire autorisé", "Authorised signer")},
    examples={
        "near": {"header": Text("Signataire", "Signer")},
    },
)
def unknown_column(reading: Reading, _arrival: Arrival) -> list[Spot]:
    return [
        _header_spot(reading, sheet, at, _foreign_facts(reading.sheets[sheet] or "", header, words))
        for sheet, header in reading.headers.items()
        if not header.missing
        for at, words in header.unknown.items()
    ]


def _foreign_facts(key: str, header: Header, words: str) -> dict[str, object]:
    """Return the facts and the variant of WBK007 for a foreign header on the sheet with that key."""
    if words not in header.near:
        return {"says": "foreign", "header": words}
    return {"says": "near", "header": words, "meant": column_of(key, header.near[words]).header}


def _tables(reading: Reading) -> Iterator[Table]:
    """Yield the tables whose header was found, perhaps without some columns."""
    for table in reading.tables.values():
        if table.key == "batch" or table.header.row:
            yield table


@workbook_rule(
    "WBK008",
    ERROR,
    says=Text("Cette formule n'a pas de résultat enregistré.", "This formula has no stored result."),
    remedy=Text(
        "Ouvrez le fichier dans Excel et enregistrez-le, ou écrivez la valeur à la place de la formule.",
        "Open the file in Excel and save it, or write the value instead of the formula.",
    ),
    why=Text(
        "Nous lisons les résultats que le tableur a enregistrés et ne calculons rien; sans résultat, la cellule est "
        "vide pour nous.",
        "We read the results that the spreadsheet program stored and compute nothing; without a result, the cell is "
        "empty for us.",
    ),
)
def formula_without_value(reading: Reading, _arrival: Arrival) -> list[Spot]:
    spots: list[Spot] = []
    rows: set[tuple[str | None, int | None]] = set()
    for spot in _without_value(reading):
        if len(spots) < EACH_CELL_UP_TO or (spot.sheet, spot.row) not in rows:
            spots.append(spot)
            rows.add((spot.sheet, spot.row))
    return spots


def _without_value(reading: Reading) -> Iterator[Spot]:
    """Yield the formulas in cells that we read: our columns below the header, and the values of the batch sheet."""
    for table in _tables(reading):
        cells, where = table.oddities.formulas_without_value, table.header.where
        labels, below = set(where.values()), table.header.row or 0
        ours = {at for key, at in where.items() if not column_of(table.key, key).ours}
        for row, column in cells:
            read = (column == 1 and row in labels) if table.key == "batch" else (column in ours and row > below)
            if read and row not in table.no_rows:
                yield Spot(sheet=table.sheet, row=row, column=column)


@workbook_rule(
    "WBK009",
    WARNING,
    says=Text(
        "Des lignes masquées ou filtrées ont été lues comme les autres : {rows}.",
        "Hidden or filtered rows were read like the others: {rows}.",
    ),
    remedy=Text(
        "Affichez-les et supprimez celles qui ne sont pas à envoyer.",
        "Show them, and delete those that should not be sent.",
    ),
    why=Text(
        "Un filtre cache des lignes sans les enlever; des numéros oubliés ainsi seraient portés, et une fois portés il "
        "est trop tard.",
        "A filter hides rows without removing them; numbers forgotten there would be ported, and once they are ported "
        "it is too late.",
    ),
    example={"rows": "12, 13, 14"},
)
def hidden_rows(reading: Reading, _arrival: Arrival) -> list[Spot]:
    spots = []
    for table in _tables(reading):
        data = set(table.header.where.values()) if table.key == "batch" else set(table.raw.index)
        hidden = [row for row in table.oddities.hidden_rows if row in data]
        if hidden:
            more = ("…",) if len(hidden) > ROWS_SHOWN else ()
            spots.append(Spot({"rows": (*hidden[:ROWS_SHOWN], *more)}, table.sheet))
    return spots


@workbook_rule(
    "WBK010",
    ERROR,
    says={
        "held": Text("Ces cellules sont fusionnées : {cells}.", "These cells are merged: {cells}."),
        "ignored": Text(
            "Ces cellules sont fusionnées : {cells}. Elles sont lues comme si elles ne l'étaient pas.",
            "These cells are merged: {cells}. They are read as if they were not.",
        ),
    },
    remedy={
        "unmerge": Text(
            "Annulez la fusion et écrivez la valeur sur chaque ligne.", "Unmerge them and write the value on each row."
        ),
        "nothing": NOTHING_TO_DO,
    },
    why=Text(
        "Une cellule fusionnée n'a de valeur que dans son coin; les autres lignes sont vides sans que cela se voie.",
        "Merged cells hold a value only in their corner; the other rows are empty without looking empty.",
    ),
    example={"cells": "D4:D6"},
)
def merged_cells(reading: Reading, _arrival: Arrival) -> list[Spot]:
    spots = []
    for table in _tables(reading):
        held = {row: area for area in reversed(table.merges.held) for row in _rows_inside(table, area)}
        spots += [
            Spot({"cells": _area_name(area)}, table.sheet, row, _first_column(table, area))
            for row, area in sorted(held.items())
        ]
        spots += [
            Spot(
                {"says": "ignored", "remedy": "nothing", "cells": _area_name(area)},
                table.sheet,
                *area[:2],
                milder=INFO,
            )
            for area in table.merges.ignored
        ]
    return spots


def _area_name(area: Area) -> CellName:
    return CellName(f"{cell_name(*area[:2])}:{cell_name(*area[2:])}")


def _rows_inside(table: Table, area: Area) -> list[int]:
    """Return the spreadsheet's rows with data that a merged area covers."""
    if table.key == "batch":
        return [row for row in table.header.where.values() if area[0] <= row <= area[2]]
    rows = table.raw.index
    inside: list[int] = rows[rows.slice_indexer(area[0], area[2])].tolist()
    return inside


def _first_column(table: Table, area: Area) -> int:
    """Return the first column of a merged area that we read."""
    if table.key == "batch":
        return area[1]
    where = table.header.where.items()
    return min(at for key, at in where if area[1] <= at <= area[3] and not column_of(table.key, key).ours)


@workbook_rule(
    "WBK011",
    WARNING,
    says=Text(
        "Ce fichier vient d'une version du modèle que nous ne connaissons pas : {version}.",
        "This file comes from a template version that we do not know: {version}.",
    ),
    remedy=Text(
        "Vérifiez le résultat, ou repartez du modèle {current}.", "Check the result, or start from template {current}."
    ),
    why=Text(
        "Un modèle plus récent peut avoir des colonnes que cette version ne lit pas encore.",
        "A newer template may have columns that this version does not read yet.",
    ),
    example={"version": "2031.1", "current": TEMPLATE_VERSIONS[-1]},
)
def other_version(reading: Reading, _arrival: Arrival) -> list[Spot]:
    version = reading.properties.get("lnp_template_version")
    if not version or version in TEMPLATE_VERSIONS:
        return []
    return [Spot({"version": version, "current": TEMPLATE_VERSIONS[-1]})]


@workbook_rule(
    "WBK012",
    ERROR,
    says=Text(
        "Cette feuille n'a aucune ligne remplie sous ses titres.", "This sheet has no filled rows below its headers."
    ),
    remedy=Text("Il faut au moins un compte et un numéro.", "At least one account and one number are needed."),
    why=Text(
        "Sans compte ou sans numéro, il n'y a rien à porter.",
        "Without an account or a number there is nothing to port.",
    ),
)
def no_rows(reading: Reading, _arrival: Arrival) -> list[Spot]:
    return [Spot(sheet=table.sheet) for table in _tables(reading) if table.key != "batch" and table.raw.empty]


EXTRAS = {
    "macros": Text("des macros", "macros"),
    "links": Text("des liens vers d'autres fichiers", "links to other files"),
}
"""Names of what a file may hold beside sheets, by the key in :class:`~lnp_batch.model.reading.Reading`."""


@workbook_rule(
    "WBK013",
    INFO,
    says=Text("Pas lu et pas recopié : {what}.", "Not read and not copied: {what}."),
    remedy=NOTHING_TO_DO,
    why=Text(
        "La copie annotée est un fichier neuf : seules nos feuilles y reviennent, sans macro ni lien.",
        "The annotated copy is a new file: only our sheets come back in it, without macros or links.",
    ),
    example={"what": Text("la feuille « Feuil1 »", "the sheet “Sheet1”")},
)
def not_copied(reading: Reading, _arrival: Arrival) -> list[Spot]:
    found = set(reading.sheets.values())
    foreign = [name for name, key in reading.sheets.items() if key is None]
    complete = all(sheet.key in found for sheet in DATA_SHEETS)
    sheets = [_named(name, reading) for name in foreign] if complete else []
    what = (*sheets, *(EXTRAS[extra] for extra in reading.extras))
    return [Spot({"what": what})] if what else []


def _named(name: str, reading: Reading) -> Text:
    """Return a sheet's name in words, with what kept it from being looked at."""
    words = Text(f"la feuille « {name} »", f"the sheet “{name}”")
    if reading.unread.get(name) is not Unread.NOT_LOOKED_AT:
        return words
    return Text(f"{words.fr} (trop grande ou illisible)", f"{words.en} (too large or not readable)")


@workbook_rule(
    "WBK014",
    ERROR,
    refuses=True,
    says=Text(
        "Ce classeur porte le code « {value} », mais il est arrivé par le dossier de {expected}.",
        "This workbook has the code “{value}” but came through the folder of {expected}.",
    ),
    remedy=Text(
        "Écrivez {expected} si le lot est à vous; sinon, déposez le classeur dans le bon dossier.",
        "Write {expected} if the batch is yours; if not, put the workbook into the right folder.",
    ),
    why=Text(
        "Le dossier dit qui envoie, le code dit qui paie : s'ils ne s'accordent pas, personne ne doit payer pour un "
        "autre.",
        "The folder says who sends, the code says who pays: if they disagree, nobody should pay for someone else.",
    ),
    example={"value": "HR-01", "expected": "CT-02"},
)
def wrong_reseller(reading: Reading, arrival: Arrival) -> list[Spot]:
    table = reading.tables.get("batch")
    if not (table and arrival.code and arrival.folder) or code_key(arrival.code) == code_key(arrival.folder):
        return []
    facts = {"value": arrival.code, "expected": arrival.folder}
    return [Spot(facts, table.sheet, table.header.where["reseller_code"], 1)]


@workbook_rule(
    "WBK015",
    CONFIRM,
    confirmable=True,
    says={
        "second": Text(
            "La feuille « {second} » a des lignes, mais elle n'est pas lue : seule « {read} » l'est.",
            "The sheet “{second}” has rows, but it is not read: only “{read}” is.",
        ),
        "backup": Text(
            "La feuille « {second} » n'est pas lue : toutes ses lignes sont aussi à « {read} ».",
            "The sheet “{second}” is not read: all of its rows are also on “{read}”.",
        ),
    },
    remedy={
        "move": Text(
            "Déplacez ses lignes à la feuille « {read} »; si elles ne sont pas à porter, supprimez-la ou répondez Oui "
            "au Sommaire.",
            "Move its rows to the sheet “{read}”; if they are not to be ported, delete it, or answer Yes in the "
            "Summary.",
        ),
        "nothing": NOTHING_TO_DO,
    },
    why=Text(
        "Une deuxième feuille de comptes ou de numéros est souvent celle d'un autre client; ses numéros resteraient "
        "en arrière sans que personne le voie.",
        "A second sheet of accounts or numbers is often another customer's; its numbers would be left behind and "
        "nobody would notice.",
    ),
    example={"second": Text("Comptes (2)", "Accounts (2)"), "read": Text("Comptes", "Accounts")},
)
def second_sheet(reading: Reading, _arrival: Arrival) -> list[Spot]:
    if len(reading.tables) < len(DATA_SHEETS):
        return []
    return [
        Spot({"says": "backup", "remedy": "nothing", "second": name, "read": second.read}, name, milder=INFO)
        if reading.unread[name] is Unread.BACKUP
        else Spot({"second": name, "read": second.read, "content": _digest(second.grid)}, name)
        for name, second in reading.second.items()
    ]


def _digest(grid: Grid) -> str:
    """Return a hash of a sheet's filled cells: an OK counts only for the rows that were there."""
    filled = [
        (row, column, str(cell)) for row, cells in enumerate(grid) for column, cell in enumerate(cells) if cell != ""
    ]
    return hashlib.sha256(repr(filled).encode("utf-8", "surrogatepass")).hexdigest()


@workbook_rule(
    "WBK016",
    CONFIRM,
    confirmable=True,
    says=Text("Le titre « {header} » est lu comme « {meant} ».", "The header “{header}” is read as “{meant}”."),
    remedy=Text(
        "Si c'est cela, répondez Oui au Sommaire ou écrivez-le ainsi; sinon, donnez un autre titre à cette colonne.",
        "If that is right, answer Yes in the Summary or write it that way; if not, give this column another header.",
    ),
    why=Text(
        "Un titre qui ressemble à un seul des nôtres est lu comme lui, pour que tout soit vérifié d'un coup; mais une "
        "colonne prise pour une autre ferait rejeter tout le lot.",
        "A header that resembles only one of ours is read as it, so that everything is checked at once; but one column "
        "taken for another would get the whole batch rejected.",
    ),
    example={"header": Text("Type du port", "Type of port"), "meant": Text("Type de port", "Port type")},
)
def header_guessed(reading: Reading, _arrival: Arrival) -> list[Spot]:
    return [
        _header_spot(reading, sheet, header.where[key], {"header": words, "meant": column_of(name, key).header})
        for sheet, header in reading.headers.items()
        for name in (reading.sheets[sheet] or "",)
        for key, words in header.guessed.items()
    ]


@workbook_rule(
    "WBK017",
    WARNING,
    says={
        "unreadable": Text(
            "La feuille Sommaire ne peut pas être lue : vos OK n'ont pas servi.",
            "The Summary sheet cannot be read: your OKs were not used.",
        ),
        "unusable": Text(
            "{count} OK n'ont pas servi : ces lignes du Sommaire ne proposent rien, ou ont été modifiées.",
            "OKs that were not used: {count}. These rows of the Summary propose nothing, or were changed.",
        ),
        "ambiguous": Text(
            "{count} OK n'ont pas servi : des lignes pareilles du classeur ne se distinguent pas.",
            "OKs that were not used: {count}. Equal rows of the workbook cannot be told apart.",
        ),
    },
    remedy={
        "again": Text(
            "Répondez dans le Sommaire de cette copie, sans toucher aux autres cellules de la ligne; ou corrigez la "
            "cellule elle-même.",
            "Answer in this copy's Summary without changing the row's other cells, or correct the cell itself.",
        ),
        "in_the_cell": Text("Corrigez la cellule elle-même.", "Correct the cell itself."),
    },
    why=Text(
        "Un OK ne vaut que pour ce qui était montré; dans le doute, rien n'est écrit.",
        "An OK counts only for what was shown; in doubt, nothing is written.",
    ),
    example={"count": 2},
)
def answers_unused(reading: Reading, _arrival: Arrival) -> list[Spot]:
    answers = reading.answers
    counts = {"unreadable": int(answers.unreadable), "unusable": answers.unusable, "ambiguous": answers.ambiguous}
    remedies = {"unreadable": "again", "unusable": "again", "ambiguous": "in_the_cell"}
    return [Spot({"says": says, "remedy": remedies[says], "count": count}) for says, count in counts.items() if count]
