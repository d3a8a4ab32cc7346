"""WBK: the file, its sheets and headers. A rule takes the reading and gives the spots at fault."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from lnp_batch.columns.sheets import DATA_SHEETS, TEMPLATE_VERSIONS, column_of
from lnp_batch.model.reading import Header, Reading, Table
from lnp_batch.model.reseller import code_key
from lnp_batch.model.text import Text, shown
from lnp_batch.rules.limit_messages import UNSAFE
from lnp_batch.rules.rule import ERROR, INFO, WARNING, Arrival, Spot, workbook_rule

SHOWN_AT_MOST = 20
GO_ON_AFTER = frozenset({"WBK008", "WBK010"})
"""Refusals that leave the tables readable: the other findings are told in the same pass."""


TOLD_AT_MOST = 1_000
"""Cells of one such rule that are told: the workbook is refused whole, and is mended as a whole."""


def _refused(reading: Reading, code: str) -> list[Spot]:
    refusal = reading.refusal
    return [Spot(refusal.facts)] if refusal and refusal.code == code else []


@workbook_rule(
    "WBK001",
    ERROR,
    says=Text(
        "Ce fichier n'est pas un classeur .xlsx : c'est {kind}.", "This file is not an .xlsx workbook: it is {kind}."
    ),
    remedy=Text(
        "Ouvrez-le dans Excel ou LibreOffice, puis Enregistrer sous : classeur Excel (.xlsx).",
        "Open it in Excel or LibreOffice, then Save as: Excel workbook (.xlsx).",
    ),
    why=Text(
        "Nous lisons les classeurs .xlsx, et les .xlsm comme de simples données. Les autres formats perdent des zéros, des dates ou des accents en route.",
        "We read .xlsx workbooks, and .xlsm ones as mere data. Other formats lose zeros, dates or accents on the way.",
    ),
    example={"kind": Text("un ancien classeur .xls", "an old .xls workbook")},
)
def not_a_workbook(reading: Reading, _arrival: Arrival) -> list[Spot]:
    return _refused(reading, "WBK001")


@workbook_rule(
    "WBK002",
    ERROR,
    says=Text("Ce classeur est protégé par un mot de passe.", "This workbook is protected by a password."),
    remedy=Text(
        "Dans Excel : Fichier, Informations, Protéger le classeur; retirez le mot de passe et enregistrez.",
        "In Excel: File, Info, Protect Workbook; remove the password and save.",
    ),
    why=Text(
        "Sans le mot de passe, personne ne peut lire le fichier, et un mot de passe ne s'envoie pas par courriel.",
        "Without the password nobody can read the file, and a password is not to be sent by e-mail.",
    ),
)
def encrypted(reading: Reading, _arrival: Arrival) -> list[Spot]:
    return _refused(reading, "WBK002")


@workbook_rule(
    "WBK003",
    ERROR,
    says=Text("{what}", "{what}"),
    remedy=Text("{do}", "{do}"),
    why=Text(
        "Un fichier de quelques kilo-octets peut en contenir des milliards, ou cacher des lignes : ce qui passe une limite n'est pas ouvert, pour que les autres lots ne souffrent de rien.",
        "A file of a few kilobytes may hold billions, or hide rows: what passes a limit is not opened, so that no other batch suffers.",
    ),
    example={
        "what": Text(
            "La feuille Numéros a 230000 lignes; la limite est 200000.",
            "The sheet Numbers has 230000 rows; the limit is 200000.",
        ),
        "do": UNSAFE["number_rows"].remedy,
    },
)
def unsafe(reading: Reading, _arrival: Arrival) -> list[Spot]:
    spots = _refused(reading, "WBK003")
    return [Spot(_of_limit(spot.facts)) for spot in spots]


def _of_limit(facts: Mapping[str, object]) -> dict[str, object]:
    """The sentence and the remedy of the limit that `facts` name, with its figures."""
    limit = UNSAFE[str(facts["limit"])]
    what = Text(limit.says.say("fr", facts), limit.says.say("en", facts))
    return {"what": what, "do": limit.remedy, **facts}


@workbook_rule(
    "WBK004",
    ERROR,
    says=Text("{what}", "{what}"),
    remedy=Text(
        "Le classeur a besoin des feuilles Lot, Comptes et Numéros, une fois chacune.{unexpected}",
        "The workbook needs the sheets Batch, Accounts and Numbers, once each.{unexpected}",
    ),
    why=Text(
        "Le lot, les comptes et les numéros sont lus chacun sur sa feuille; deux feuilles de même nom ne disent pas laquelle est la bonne.",
        "Batch, accounts and numbers are each read from a sheet of their own; two sheets of one name do not say which one counts.",
    ),
    example={
        "what": Text("Il manque la feuille Comptes.", "The sheet Accounts is missing."),
        "unexpected": Text(" Feuilles inconnues : Feuil1.", " Unknown sheets: Sheet1."),
    },
)
def missing_sheet(reading: Reading, _arrival: Arrival) -> list[Spot]:
    if reading.refusal:
        return []
    ours = list(reading.sheets.values())
    missing = [sheet.name for sheet in DATA_SHEETS if ours.count(sheet.key) == 0]
    twice = [sheet.name for sheet in DATA_SHEETS if ours.count(sheet.key) > 1]
    if not missing and not twice:
        return []
    lacks = [_plural(missing, "Il manque la feuille", "Il manque les feuilles", "Missing sheet:", "Missing sheets:")]
    repeats = [
        _plural(twice, "Il y a deux feuilles", "Il y a deux feuilles", "There are two sheets", "There are two sheets")
    ]
    what = lacks * bool(missing) + repeats * bool(twice)
    unexpected = [name for name, key in reading.sheets.items() if key is None]
    return [Spot({"what": _joined(what), "unexpected": _unknown(unexpected, "Feuilles inconnues", "Unknown sheets")})]


def _plural(names: list[Text], one_fr: str, several_fr: str, one_en: str, several_en: str) -> Text:
    several = len(names) > 1
    return Text(
        f"{several_fr if several else one_fr} {shown(names, 'fr')}.",
        f"{several_en if several else one_en} {shown(names, 'en')}.",
    )


def _joined(sentences: list[Text]) -> Text:
    return Text(" ".join(one.fr for one in sentences), " ".join(one.en for one in sentences))


def _unknown(names: list[str], fr: str, en: str) -> Text:
    """` Feuilles inconnues : …`, or nothing."""
    listed = shown([f"« {name} »" for name in names], "fr"), shown([f"“{name}”" for name in names], "en")
    return Text(f" {fr} : {listed[0]}.", f" {en}: {listed[1]}.") if names else Text("", "")


@workbook_rule(
    "WBK005",
    ERROR,
    says=Text("{what}", "{what}"),
    remedy=Text(
        "Écrivez exactement {missing}{near}{unexpected}",
        "Write exactly {missing}{near}{unexpected}",
    ),
    why=Text(
        "Un titre qui ressemble seulement au nôtre n'est jamais deviné : une colonne lue pour une autre ferait rejeter tout le lot.",
        "A header that merely resembles ours is never guessed: one column read for another would get the whole batch rejected.",
    ),
    example={
        "what": Text("Il manque un titre sur cette feuille.", "One header is missing on this sheet."),
        "missing": Text("« Type de port ».", "“Port type”."),
        "near": Text(" « Type du port » est sans doute « Type de port ».", " “Type of port” is no doubt “Port type”."),
        "unexpected": Text(" Titres inconnus : « Type du port ».", " Unknown headers: “Type of port”."),
    },
)
def missing_column(reading: Reading, _arrival: Arrival) -> list[Spot]:
    return [
        Spot(_header_facts(reading.sheets[sheet] or "", header), sheet)
        for sheet, header in reading.headers.items()
        if header.missing
    ]


def _quoted(headers: Iterable[Text]) -> Text:
    named = list(headers)
    return Text(
        ", ".join(f"« {header.fr} »" for header in named) + ".", ", ".join(f"“{header.en}”" for header in named) + "."
    )


def _header_facts(key: str, header: Header) -> dict[str, object]:
    near = [
        Text(
            f" « {typed} » est sans doute « {column_of(key, known).header.fr} ».",
            f" “{typed}” is no doubt “{column_of(key, known).header.en}”.",
        )
        for typed, known in header.near.items()
    ]
    return {
        "what": _what_is_missing(key, header),
        "missing": _quoted(column_of(key, column).header for column in header.missing),
        "near": Text("".join(one.fr for one in near), "".join(one.en for one in near)),
        "unexpected": _unknown(list(header.unknown.values()), "Titres inconnus", "Unknown headers"),
    }


def _what_is_missing(key: str, header: Header) -> Text:
    if header.row is None and key != "batch":
        return Text(
            "Aucune ligne de titres n'a été trouvée dans les 20 premières lignes de cette feuille.",
            "No header row was found in the first 20 rows of this sheet.",
        )
    several = len(header.missing)
    return Text(
        f"Il manque {several} titres sur cette feuille." if several > 1 else "Il manque un titre sur cette feuille.",
        f"{several} headers are missing on this sheet." if several > 1 else "One header is missing on this sheet.",
    )


@workbook_rule(
    "WBK006",
    ERROR,
    says=Text(
        "Le titre « {header} » paraît deux fois, en {first} et ici.",
        "The header “{header}” stands twice, in {first} and here.",
    ),
    remedy=Text(
        "Gardez la bonne colonne et renommez ou supprimez l'autre.",
        "Keep the right column; rename or delete the other.",
    ),
    why=Text(
        "Avec deux colonnes de même titre, on ne peut savoir laquelle lire.",
        "With two columns of one header, which to read cannot be known.",
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
    """A header's own cell: in the header row, or in column A of the batch sheet, where `at` is a row."""
    from lnp_batch.model.cell_address import cell_name

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
    says=Text(
        "La colonne « {header} » n'est pas des nôtres : gardée, pas lue.{near}",
        "The column “{header}” is not ours: kept, not read.{near}",
    ),
    remedy=Text("Rien à faire, à moins que ce soit une des nôtres.", "Nothing to do, unless it is one of ours."),
    why=Text(
        "Vos propres colonnes ont le droit d'être là; elles vous reviennent telles quelles.",
        "Columns of your own may stand there; they come back as they are.",
    ),
    example={"header": Text("Vendeur", "Salesperson"), "near": ""},
)
def unknown_column(reading: Reading, _arrival: Arrival) -> list[Spot]:
    return [
        _header_spot(reading, sheet, at, {"header": words, "near": _near(reading.sheets[sheet] or "", header, words)})
        for sheet, header in reading.headers.items()
        if not header.missing
        for at, words in header.unknown.items()
    ]


def _near(key: str, header: Header, words: str) -> Text:
    known = header.near.get(words)
    if not known:
        return Text("", "")
    meant = column_of(key, known).header
    return Text(f" Est-ce « {meant.fr} »? Écrivez-le ainsi.", f" Is it “{meant.en}”? Write it so.")


def _tables(reading: Reading) -> Iterator[Table]:
    """The tables that were understood."""
    for table in reading.tables.values():
        if not table.header.missing:
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
        "Nous lisons les résultats que le tableur a enregistrés et ne calculons rien; sans résultat, la cellule est vide pour nous.",
        "We read the results that the spreadsheet program stored and compute nothing; without one, the cell is empty to us.",
    ),
)
def formula_without_value(reading: Reading, _arrival: Arrival) -> list[Spot]:
    return list(islice(_without_value(reading), TOLD_AT_MOST))


def _without_value(reading: Reading) -> Iterator[Spot]:
    """The formulas in cells that we read: our columns below the header, and the values of the batch sheet."""
    for table in _tables(reading):
        cells, where = table.oddities.formulas_without_value, table.header.where
        labels, below = set(where.values()), table.header.row or 0
        ours = {at for key, at in where.items() if not column_of(table.key, key).ours}
        for row, column in cells:
            if (column == 1 and row in labels) if table.key == "batch" else (column in ours and row > below):
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
        "Show them, and delete those that are not to be sent.",
    ),
    why=Text(
        "Un filtre cache des lignes sans les enlever; des numéros oubliés ainsi seraient portés, et une fois portés il est trop tard.",
        "A filter hides rows without removing them; numbers forgotten that way would be ported, and once ported it is too late.",
    ),
    example={"rows": "12, 13, 14"},
)
def hidden_rows(reading: Reading, _arrival: Arrival) -> list[Spot]:
    spots = []
    for table in _tables(reading):
        data = set(table.header.where.values()) if table.key == "batch" else set(table.raw.index)
        hidden = [row for row in table.oddities.hidden_rows if row in data]
        if hidden:
            more = ("…",) if len(hidden) > SHOWN_AT_MOST else ()
            spots.append(Spot({"rows": (*hidden[:SHOWN_AT_MOST], *more)}, table.sheet))
    return spots


@workbook_rule(
    "WBK010",
    ERROR,
    says=Text("Ces cellules sont fusionnées : {cells}.", "These cells are merged: {cells}."),
    remedy=Text(
        "Annulez la fusion et écrivez la valeur sur chaque ligne.", "Unmerge them and write the value on each row."
    ),
    why=Text(
        "Une cellule fusionnée n'a de valeur que dans son coin; les autres lignes sont vides sans que cela se voie.",
        "Merged cells hold a value in their corner only; the other rows are empty without looking so.",
    ),
    example={"cells": "D4:D6"},
)
def merged_cells(reading: Reading, _arrival: Arrival) -> list[Spot]:
    from lnp_batch.model.cell_address import cell_name

    spots = (
        Spot({"cells": f"{cell_name(top, left)}:{cell_name(bottom, right)}"}, table.sheet, top, left)
        for table in _tables(reading)
        for top, left, bottom, right in table.oddities.merged
        if _covers_data(table, top, left, bottom, right)
    )
    return list(islice(spots, TOLD_AT_MOST))


def _covers_data(table: Table, top: int, left: int, bottom: int, right: int) -> bool:
    if table.key == "batch":
        return left <= 1 and any(top <= row <= bottom for row in table.header.where.values())
    rows = table.raw.index
    last = int(rows[-1]) if len(rows) else 0
    ours = (at for key, at in table.header.where.items() if not column_of(table.key, key).ours)
    return (table.header.row or 0) < bottom and top <= last and any(left <= at <= right for at in ours)


@workbook_rule(
    "WBK011",
    WARNING,
    says=Text(
        "Ce fichier vient d'un modèle que nous ne connaissons pas : {version}.",
        "This file comes from a template that we do not know: {version}.",
    ),
    remedy=Text(
        "Vérifiez le résultat, ou repartez du modèle {current}.", "Check the result, or start from template {current}."
    ),
    why=Text(
        "Un modèle plus récent peut avoir des colonnes que cette version ne lit pas encore.",
        "A newer template may hold columns that this version does not read yet.",
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
        "Cette feuille n'a aucune ligne remplie sous ses titres.", "This sheet has no filled row below its headers."
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


@workbook_rule(
    "WBK013",
    INFO,
    says=Text("Pas lu et pas recopié : {what}.", "Not read and not copied: {what}."),
    remedy=Text(
        "Rien à faire : votre fichier d'origine reste tel quel.", "Nothing to do: your original file stays as it is."
    ),
    why=Text(
        "La copie annotée est faite à neuf : seules nos feuilles y reviennent, sans macro ni lien.",
        "The annotated copy is made anew: only our sheets come back in it, without macros or links.",
    ),
    example={"what": Text("la feuille « Feuil1 »", "the sheet “Sheet1”")},
)
def not_copied(reading: Reading, _arrival: Arrival) -> list[Spot]:
    known = set(reading.sheets.values())
    foreign = [name for name, key in reading.sheets.items() if key is None]
    whole = all(sheet.key in known for sheet in DATA_SHEETS)
    sheets = [Text(f"la feuille « {name} »", f"the sheet “{name}”") for name in foreign] if whole else []
    what = (*sheets, *(EXTRAS[extra] for extra in reading.extras))
    return [Spot({"what": what})] if what else []


@workbook_rule(
    "WBK014",
    ERROR,
    says=Text(
        "Ce classeur porte le code « {value} », mais il est arrivé par le dossier de {expected}.",
        "This workbook bears the code “{value}” but came through the folder of {expected}.",
    ),
    remedy=Text(
        "Écrivez {expected} si le lot est à vous; sinon, déposez le classeur dans le bon dossier.",
        "Write {expected} if the batch is yours; if not, put the workbook into the right folder.",
    ),
    why=Text(
        "Le dossier dit qui envoie, le code dit qui paie : s'ils ne s'accordent pas, personne ne doit payer pour un autre.",
        "The folder says who sends, the code says who pays: where they do not agree, nobody shall pay for another.",
    ),
    example={"value": "HR-01", "expected": "CT-02"},
)
def wrong_reseller(reading: Reading, arrival: Arrival) -> list[Spot]:
    table = reading.tables.get("batch")
    if not (table and arrival.code and arrival.folder) or code_key(arrival.code) == code_key(arrival.folder):
        return []
    facts = {"value": arrival.code, "expected": arrival.folder}
    return [Spot(facts, table.sheet, table.header.where["reseller_code"], 1)]
