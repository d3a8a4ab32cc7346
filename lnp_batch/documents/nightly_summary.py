"""The morning's workbook: what came in the night, a row a workbook, the most pressing first.

Nothing of an account, nothing of a customer stands in it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from lnp_batch.model.amounts import count_of, dollars
from lnp_batch.model.fees import in_dollars
from lnp_batch.model.outcome import State
from lnp_batch.model.text import NBSP, Lang, Text, cut, place_first
from lnp_batch.model.verdict import Verdict
from lnp_batch.rules import CATALOGUE
from lnp_batch.system.atomic_file import atomic_file
from lnp_batch.xlsx import row_height, style
from lnp_batch.xlsx.sheet import PlainSheet
from lnp_batch.xlsx.style import Formats, set_up_page, write_header
from lnp_batch.xlsx.workbook import new_workbook

Entry = Mapping[str, Any]

TITLE = Text("Passage de nuit du {day}", "Nightly run of {day}")
ARRIVED = (Text("{count} classeur", "{count} workbook"), Text("{count} classeurs", "{count} workbooks"))
NOTHING = Text("Rien n'est arrivé.", "Nothing has arrived.")
ORDER = {
    Verdict.DEFECT: (
        "‼",
        Text("erreur de notre part", "fault of ours"),
        Text("erreurs de notre part", "faults of ours"),
    ),
    Verdict.REFUSED: ("✖", Text("refusé", "refused"), Text("refusés", "refused")),
    Verdict.TO_FIX: ("✖", Text("à corriger", "to fix"), Text("à corriger", "to fix")),
    Verdict.ACCEPTED: ("✔", Text("accepté", "accepted"), Text("acceptés", "accepted")),
    Verdict.ALREADY_PROCESSED: (
        "–",
        Text("déjà traité", "already processed"),
        Text("déjà traités", "already processed"),
    ),
}
"""The verdicts in the order in which they stand: icon, what is said of one workbook, of several."""
DEFECT = style.Colours(style.REMOVED, style.WHITE)

STATES = (
    (State.ACCEPTED, Text("Acceptés", "Accepted")),
    (State.TO_FIX, Text("À corriger", "To fix")),
    (State.TO_CONFIRM, Text("À confirmer", "To confirm")),
    (State.WAITING, Text("En attente", "Waiting")),
    (State.NOT_PORTED, Text("Non portés", "Not ported")),
)
"""Of numbers."""
NUMBERS = Text("Numéros : {states}.", "Numbers: {states}.")
BILLED_IN_ALL = Text("Facturés : {count}, soit {amount} avant taxes.", "Billed: {count}, that is {amount} before tax.")
GIVEN_BACK = Text("Rendus : {count}, soit {amount}.", "Given back: {count}, that is {amount}.")

VERDICT = Text("Verdict", "Verdict")
WORKBOOK = Text("Classeur", "Workbook")
CODE = Text("Code", "Code")
RESELLER = Text("Revendeur", "Reseller")
BILLED = Text("Facturés", "Billed")
COMMONEST = Text("Codes les plus fréquents", "Commonest codes")
FOLDER = Text("Dossier du lot", "Batch's folder")
SECONDS = Text("Secondes", "Seconds")
OPEN = Text("Ouvrir le dossier de ce lot", "Open this batch's folder")

CODES_AT_MOST = 3
SENTENCE_AT_MOST = 80
HEADER_ROW = 4
COUNT = '#,##0_0;-#,##0_0;"–"_0'
"""Whole numbers, a dash for none."""
BOX: dict[str, Any] = {"border": 1, "border_color": style.LINE}

WIDTHS = {
    VERDICT: 24, WORKBOOK: 27, CODE: 11, RESELLER: 24, **{text: 12.5 for _state, text in STATES}, BILLED: 11,
    COMMONEST: 58, FOLDER: 26, SECONDS: 11,
}  # fmt: skip
"""The columns in their order, in characters."""
AT = {text: column for column, text in enumerate(WIDTHS)}
TO_THE_RIGHT = {*(text for _state, text in STATES), BILLED, SECONDS}


def write_nightly_summary(path: Path, day: dt.date, entries: Sequence[Entry], lang: Lang) -> None:
    """Writes the workbook of `day` at `path`, whole or not at all. The same entries give the same bytes.

    `entries`: what a run's report says of each workbook, and `folder`, the path of its folder in the outbox, "" where
    it is gone. The links work from `OUTBOX/_runs`, wherever the outbox is.
    """
    listed = sorted(map(_anew, entries), key=lambda entry: list(ORDER).index(entry["verdict"]))
    with atomic_file(path) as beside, new_workbook(beside) as workbook:
        created = dt.datetime.combine(day, dt.time())
        workbook.set_properties({"title": TITLE[lang].format(day=day), "created": created})
        formats = Formats(workbook)
        sheet: PlainSheet = workbook.add_worksheet(day.isoformat(), PlainSheet)
        _set_up(sheet, day, lang)
        _add_words(sheet, formats, day, listed, lang)
        _add_header(sheet, formats, lang)
        for row, entry in enumerate(listed, start=HEADER_ROW + 1):
            _add_entry(sheet, formats, row, entry, lang)
        sheet.autofilter(HEADER_ROW, 0, HEADER_ROW + max(len(listed), 1), len(WIDTHS) - 1)
        sheet.ignore_errors({"number_stored_as_text": f"B{HEADER_ROW + 2}:D{HEADER_ROW + 1 + max(len(listed), 1)}"})


def _anew(entry: Entry) -> Entry:
    """Nothing is counted twice: the numbers of a workbook that was processed before are those of its first answer."""
    return {**entry, **dict.fromkeys(_KEYS, 0), "codes": []} if entry["verdict"] == Verdict.ALREADY_PROCESSED else entry


def _set_up(sheet: PlainSheet, day: dt.date, lang: Lang) -> None:
    set_up_page(sheet, lang, TITLE[lang].format(day=day), HEADER_ROW)
    sheet.hide_gridlines(2)
    sheet.freeze_panes(HEADER_ROW + 1, 0)
    for text, width in WIDTHS.items():
        sheet.set_column(AT[text], AT[text], width)


# ------------------------------------------------------------------------------------------------ in words


def _add_words(sheet: PlainSheet, formats: Formats, day: dt.date, entries: Sequence[Entry], lang: Lang) -> None:
    sheet.set_row(0, 32)
    title = formats.get(font_size=17, bold=True, font_color=style.HEADER.fill)
    sheet.write_string(0, 0, headline(entries, lang), title)
    sheet.set_row(1, 20)
    sheet.write_string(1, 0, numbers_line(entries, lang), formats.get(bold=True, font_size=11))
    sheet.write_string(2, 0, TITLE[lang].format(day=day.isoformat()), formats.get(font_color=style.QUIET))


def headline(entries: Sequence[Entry], lang: Lang) -> str:
    """`12 classeurs : 1 refusé, 3 à corriger, 8 acceptés.`"""
    if not entries:
        return NOTHING[lang]
    verdicts = [entry["verdict"] for entry in entries]
    parts = []
    for verdict, (_icon, one, several) in ORDER.items():
        if count := verdicts.count(verdict):
            parts.append(f"{count_of(count, lang)} {(one if count == 1 else several)[lang]}")
    arrived = ARRIVED[len(entries) != 1][lang].format(count=count_of(len(entries), lang))
    return place_first(arrived, f"{', '.join(parts)}.", lang)


def numbers_line(entries: Sequence[Entry], lang: Lang) -> str:
    """The numbers by state, what is billed and what is given back; "" where nothing came."""
    if not entries:
        return ""
    sums = {key: sum(entry[key] for entry in entries) for key in (*_KEYS, *_MONEY)}
    states = ", ".join(
        f"{count_of(sums[state.key], lang)} {text[lang].lower()}"
        for state, text in STATES
        if sums[state.key] or state is State.ACCEPTED
    )
    said = [NUMBERS[lang].format(states=states), _amount(BILLED_IN_ALL, sums["billed"], sums["billed_cents"], lang)]
    if sums["given_back"]:
        said.append(_amount(GIVEN_BACK, sums["given_back"], -sums["given_back_cents"], lang))
    return " ".join(said)


_KEYS = [state.key for state, _text in STATES]
_MONEY = ("billed", "billed_cents", "given_back", "given_back_cents")


def _amount(text: Text, count: int, cents: int, lang: Lang) -> str:
    return text[lang].format(count=count_of(count, lang), amount=dollars(in_dollars(cents), lang))


# ------------------------------------------------------------------------------------------------ a row a workbook


def _add_header(sheet: PlainSheet, formats: Formats, lang: Lang) -> None:
    sheet.set_row(HEADER_ROW, 34)
    for text, column in AT.items():
        props = {**style.UNMARKED, **({"align": "right"} if text in TO_THE_RIGHT else {})}
        write_header(sheet, HEADER_ROW, column, Text(text[lang], text[lang]), lang, formats, props)


def _add_entry(sheet: PlainSheet, formats: Formats, row: int, entry: Entry, lang: Lang) -> None:
    words = formats.get(num_format=style.TEXT, text_wrap=True, indent=1, **BOX)
    sheet.write_string(row, AT[VERDICT], verdict(entry, lang), _verdict_look(formats, entry["verdict"]))
    codes = "\n".join(commonest(entry["codes"], lang))
    told = {WORKBOOK: entry["file"], CODE: cut(entry["reseller"]), RESELLER: entry["name"], COMMONEST: codes}
    for text, value in told.items():
        sheet.write_typed(row, AT[text], value, words)
    for state, text in STATES:
        count = entry[state.key]
        tint = style.STATE_COLOURS[state.key].props if count else {"font_color": style.QUIET}
        sheet.write_number(row, AT[text], count, formats.get(num_format=COUNT, align="right", **tint, **BOX))
    sheet.write_number(row, AT[BILLED], entry["billed"], formats.get(num_format=COUNT, align="right", **BOX))
    seconds = formats.get(num_format="0.0_0", align="right", font_color=style.QUIET, **BOX)
    sheet.write_number(row, AT[SECONDS], entry["seconds"], seconds)
    _add_link(sheet, formats, row, entry, lang)
    sheet.set_row(
        row, row_height.height(max(row_height.lines(value, WIDTHS[text]) for text, value in told.items())) + 2
    )


def verdict(entry: Entry, lang: Lang) -> str:
    """`✖ Refusé`."""
    reached = Verdict(entry["verdict"])
    words = reached.text[lang]
    return f"{ORDER[reached][0]} {words[0].upper()}{words[1:]}"


def _verdict_look(formats: Formats, key: str) -> Any:
    props = {"bold": True, "indent": 1, "text_wrap": True}
    if key == Verdict.DEFECT:
        return formats.coloured(DEFECT, **props, **BOX)
    if key == Verdict.REFUSED:
        return formats.for_severity("error", **props)
    look = style.NOT_PORTED if key == Verdict.ALREADY_PROCESSED else style.STATE_COLOURS[key]
    return formats.coloured(look, **props, **BOX)


def _add_link(sheet: PlainSheet, formats: Formats, row: int, entry: Entry, lang: Lang) -> None:
    name = entry["folder"].rpartition("/")[2] or entry["batch"]
    if not entry["folder"]:
        sheet.write_string(row, AT[FOLDER], name, formats.get(font_color=style.QUIET, indent=1, **BOX))
        return
    link = formats.get(font_color=style.LINK, underline=1, indent=1, **BOX)
    sheet.write_url(row, AT[FOLDER], f"external:{link_to(entry['folder'])}", link, name, OPEN[lang])


_ASCII = re.compile(r"[\x00-\x7f]+")


def link_to(folder: str) -> str:
    """A folder of the outbox as a workbook in `OUTBOX/_runs` names it: relative, what a link cannot hold escaped, and
    letters of other alphabets left as Excel itself writes them."""
    return "../" + _ASCII.sub(lambda plain: quote(plain[0]), folder)


# ------------------------------------------------------------------------------------------------ codes

_RULES = {rule.code: rule for rule in CATALOGUE}
_PLACEHOLDER = re.compile(r"\{[^}]*\}")
_WORDS_ENOUGH = 3


def commonest(codes: Sequence[tuple[str, int]], lang: Lang) -> list[str]:
    """The first codes of `codes` (code and how often), each with its rule's sentence: `ACC014 × 2 : Le nom …`."""
    told = []
    for code, count in codes[:CODES_AT_MOST]:
        often, said = f"{code} ×{NBSP}{count_of(count, lang)}", sentence(code, lang)
        told.append(place_first(often, said, lang) if said else often)
    return told


def sentence(code: str, lang: Lang) -> str:
    """What the rule says, with `…` for each fact; its name where that tells too little; "" for a code that has no rule."""
    if code not in _RULES:
        return ""
    said = cut(_PLACEHOLDER.sub("…", next(iter(_RULES[code].says.values()))[lang]).removesuffix("."), SENTENCE_AT_MOST)
    left = [word for word in said.replace(NBSP, " ").split() if any(mark.isalpha() for mark in word)]
    is_told = len(left) >= _WORDS_ENOUGH and not said.startswith("…")
    return said if is_told else _RULES[code].slug.replace("-", " ")
