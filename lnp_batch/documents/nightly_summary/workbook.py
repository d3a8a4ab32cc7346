"""The nightly summary: a workbook with a row for each workbook of a nightly run, the most urgent first.

It has no data of accounts or customers.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any
from urllib.parse import quote

from lnp_batch.documents.nightly_summary.failed import Trouble, add_trouble_sheet
from lnp_batch.documents.nightly_summary.left import add_left_sheet
from lnp_batch.model.amounts import count_of, dollars
from lnp_batch.model.fees import in_dollars
from lnp_batch.model.left import Left
from lnp_batch.model.outcome import State
from lnp_batch.model.text import NBSP, Lang, Text, cut, place_first
from lnp_batch.model.verdict import Verdict
from lnp_batch.rules import CATALOGUE
from lnp_batch.system.atomic_file import atomic_file
from lnp_batch.xlsx import row_height, style
from lnp_batch.xlsx.sheet import PlainSheet
from lnp_batch.xlsx.style import COUNT_CELL, Formats, set_up_page, write_header
from lnp_batch.xlsx.workbook import new_workbook

Entry = Mapping[str, Any]

TITLE = Text("Passage de nuit du {day}", "Nightly run of {day}")
ARRIVED = (
    Text("{count} classeur : {verdicts}.", "{count} workbook: {verdicts}."),
    Text("{count} classeurs : {verdicts}.", "{count} workbooks: {verdicts}."),
)
"""For one workbook, and for several."""
NOTHING = Text("Aucun classeur n'a été traité.", "No workbook was processed.")
VERDICTS = (Verdict.DEFECT, Verdict.REFUSED, Verdict.TO_FIX, Verdict.ACCEPTED, Verdict.ALREADY_PROCESSED)
"""The most urgent first."""
DEFECT = style.Colours(style.REMOVED, style.WHITE)

STATES = (State.ACCEPTED, State.TO_FIX, State.TO_CONFIRM, State.WAITING, State.NOT_PORTED)


def _header(state: State) -> Text:
    words = state.of_numbers(2)
    return Text(words.fr.capitalize(), words.en.capitalize())


STATE_HEADERS = tuple((state, _header(state)) for state in STATES)
"""The states of numbers and their headers."""
NUMBERS = Text("Numéros : {states}.", "Numbers: {states}.")
BILLED_IN_ALL = Text("Facturés : {count}, soit {amount} avant taxes.", "Billed: {count}, that is {amount} before tax.")
GIVEN_BACK = Text("Rendus : {count}, soit {amount}.", "Given back: {count}, that is {amount}.")

VERDICT = Text("Verdict", "Verdict")
WORKBOOK = Text("Classeur", "Workbook")
CODE = Text("Code", "Code")
RESELLER = Text("Revendeur", "Reseller")
BILLED = Text("Facturés", "Billed")
MOST_FREQUENT = Text("Codes les plus fréquents", "Commonest codes")
FOLDER = Text("Dossier du lot", "Batch's folder")
SECONDS = Text("Secondes", "Seconds")
OPEN = Text("Ouvrir le dossier de ce lot", "Open this batch's folder")

CODES_AT_MOST = 3
SENTENCE_AT_MOST = 80
HEADER_ROW = 4
COUNT = f'{COUNT_CELL};-{COUNT_CELL};"–"_0'
"""Number format of whole numbers, with a dash for 0."""
BOX: dict[str, Any] = {"border": 1, "border_color": style.LINE}

WIDTHS = {
    VERDICT: 24, WORKBOOK: 27, CODE: 11, RESELLER: 24, **{text: 12.5 for _state, text in STATE_HEADERS}, BILLED: 11,
    MOST_FREQUENT: 58, FOLDER: 26, SECONDS: 11,
}  # fmt: skip
"""The columns in their order, with their widths in characters."""
COLUMN_OF = {text: column for column, text in enumerate(WIDTHS)}
RIGHT_ALIGNED = {*(text for _state, text in STATE_HEADERS), BILLED, SECONDS}


def write_nightly_summary(
    path: Path,
    day: dt.date,
    entries: Sequence[Entry],
    left: Sequence[Left],
    lang: Lang,
    trouble: Trouble | None = None,
) -> None:
    """Write the summary of `day` to `path`, atomically. The same values give the same bytes.

    `entries` are those of the run's report, with `folder`, the path of the batch's folder in the outbox ("" if it no
    longer exists); `left` is what is left in the inbox; `trouble`, if any, gets the first page. The links are relative
    to `OUTBOX/_runs`, so the outbox may be moved.
    """
    ordered = sorted(map(_without_repeats, entries), key=lambda entry: VERDICTS.index(entry["verdict"]))
    with atomic_file(path) as temporary, new_workbook(temporary) as workbook:
        created = dt.datetime.combine(day, dt.time())
        workbook.set_properties({"title": TITLE[lang].format(day=day), "created": created})
        formats = Formats(workbook)
        if trouble:
            done = (headline(ordered, lang), numbers_line(ordered, lang))
            add_trouble_sheet(workbook, formats, trouble, done, lang)
        sheet: PlainSheet = workbook.add_worksheet(day.isoformat(), PlainSheet)
        _set_up(sheet, day, lang)
        _add_words(sheet, formats, day, ordered, lang)
        _add_header(sheet, formats, lang)
        for row, entry in enumerate(ordered, start=HEADER_ROW + 1):
            _add_entry(sheet, formats, row, entry, lang)
        sheet.autofilter(HEADER_ROW, 0, HEADER_ROW + max(len(ordered), 1), len(WIDTHS) - 1)
        sheet.ignore_errors({"number_stored_as_text": f"B{HEADER_ROW + 2}:D{HEADER_ROW + 1 + max(len(ordered), 1)}"})
        if left:
            add_left_sheet(workbook, formats, left, lang)


def _without_repeats(entry: Entry) -> Entry:
    """Return `entry` without the numbers of a workbook that was processed before: they were counted then."""
    if entry["verdict"] != Verdict.ALREADY_PROCESSED:
        return entry
    return {**entry, **dict.fromkeys(_STATE_KEYS, 0), "codes": []}


def _set_up(sheet: PlainSheet, day: dt.date, lang: Lang) -> None:
    set_up_page(sheet, lang, TITLE[lang].format(day=day), HEADER_ROW)
    sheet.hide_gridlines(2)
    sheet.freeze_panes(HEADER_ROW + 1, 0)
    for text, width in WIDTHS.items():
        sheet.set_column(COLUMN_OF[text], COLUMN_OF[text], width)


# ------------------------------------------------------------------------------------------------ in words


def _add_words(sheet: PlainSheet, formats: Formats, day: dt.date, entries: Sequence[Entry], lang: Lang) -> None:
    sheet.set_row(0, 32)
    title = formats.get(font_size=17, bold=True, font_color=style.HEADER.fill)
    sheet.write_string(0, 0, headline(entries, lang), title)
    sheet.set_row(1, 20)
    sheet.write_string(1, 0, numbers_line(entries, lang), formats.get(bold=True, font_size=11))
    sheet.write_string(2, 0, TITLE[lang].format(day=day.isoformat()), formats.get(font_color=style.QUIET))


def headline(entries: Sequence[Entry], lang: Lang) -> str:
    """Return the counts by verdict: `12 classeurs : 1 refusé, 3 à corriger, 8 acceptés.`"""
    if not entries:
        return NOTHING[lang]
    verdicts = [entry["verdict"] for entry in entries]
    parts = [
        f"{count_of(count, lang)} {verdict.of_workbooks(count)[lang]}"
        for verdict in VERDICTS
        if (count := verdicts.count(verdict))
    ]
    return ARRIVED[len(entries) != 1][lang].format(count=count_of(len(entries), lang), verdicts=", ".join(parts))


def numbers_line(entries: Sequence[Entry], lang: Lang) -> str:
    """Return the numbers by state, what is billed and what is given back; "" without entries."""
    if not entries:
        return ""
    sums = {key: sum(entry[key] for entry in entries) for key in (*_STATE_KEYS, *_BILLING_KEYS)}
    states = ", ".join(
        f"{count_of(sums[state.key], lang)} {state.of_numbers(sums[state.key])[lang]}"
        for state in STATES
        if sums[state.key] or state is State.ACCEPTED
    )
    sentences = [
        NUMBERS[lang].format(states=states),
        _amount(BILLED_IN_ALL, sums["billed"], sums["billed_cents"], lang),
    ]
    if sums["given_back"]:
        sentences.append(_amount(GIVEN_BACK, sums["given_back"], -sums["given_back_cents"], lang))
    return " ".join(sentences)


_STATE_KEYS = [state.key for state in STATES]
_BILLING_KEYS = ("billed", "billed_cents", "given_back", "given_back_cents")


def _amount(text: Text, count: int, cents: int, lang: Lang) -> str:
    return text[lang].format(count=count_of(count, lang), amount=dollars(in_dollars(cents), lang))


# ------------------------------------------------------------------------------------------------ rows


def _add_header(sheet: PlainSheet, formats: Formats, lang: Lang) -> None:
    sheet.set_row(HEADER_ROW, 34)
    for text, column in COLUMN_OF.items():
        props = {**style.UNMARKED, **({"align": "right"} if text in RIGHT_ALIGNED else {})}
        write_header(sheet, HEADER_ROW, column, Text(text[lang], text[lang]), lang, formats, props)


def _add_entry(sheet: PlainSheet, formats: Formats, row: int, entry: Entry, lang: Lang) -> None:
    text_format = formats.get(num_format=style.TEXT, text_wrap=True, indent=1, **BOX)
    sheet.write_string(row, COLUMN_OF[VERDICT], verdict_label(entry, lang), _verdict_format(formats, entry["verdict"]))
    codes = "\n".join(most_frequent(entry["codes"], lang))
    texts = {WORKBOOK: entry["file"], CODE: cut(entry["reseller"]), RESELLER: entry["name"], MOST_FREQUENT: codes}
    for header, text in texts.items():
        sheet.write_typed(row, COLUMN_OF[header], text, text_format)
    for state, header in STATE_HEADERS:
        count = entry[state.key]
        tint = style.STATE_COLOURS[state.key].props if count else {"font_color": style.QUIET}
        sheet.write_number(row, COLUMN_OF[header], count, formats.get(num_format=COUNT, align="right", **tint, **BOX))
    sheet.write_number(row, COLUMN_OF[BILLED], entry["billed"], formats.get(num_format=COUNT, align="right", **BOX))
    seconds = formats.get(num_format="0.0_0", align="right", font_color=style.QUIET, **BOX)
    sheet.write_number(row, COLUMN_OF[SECONDS], entry["seconds"], seconds)
    _add_link(sheet, formats, row, entry, lang)
    lines = max(row_height.lines(text, WIDTHS[header]) for header, text in texts.items())
    sheet.set_row(row, row_height.height(lines) + 2)


def verdict_label(entry: Entry, lang: Lang) -> str:
    """Return icon and words: `✖ Refusé`."""
    verdict = Verdict(entry["verdict"])
    return f"{verdict.icon} {verdict.text[lang].capitalize()}"


def _verdict_format(formats: Formats, key: str) -> Any:
    props = {"bold": True, "indent": 1, "text_wrap": True}
    if key == Verdict.DEFECT:
        return formats.coloured(DEFECT, **props, **BOX)
    if key == Verdict.REFUSED:
        return formats.for_severity("error", **props)
    colours = style.NOT_PORTED if key == Verdict.ALREADY_PROCESSED else style.STATE_COLOURS[key]
    return formats.coloured(colours, **props, **BOX)


def _add_link(sheet: PlainSheet, formats: Formats, row: int, entry: Entry, lang: Lang) -> None:
    name = entry["folder"].rpartition("/")[2] or entry["batch"]
    if not entry["folder"]:
        sheet.write_string(row, COLUMN_OF[FOLDER], name, formats.get(font_color=style.QUIET, indent=1, **BOX))
        return
    link = formats.get(font_color=style.LINK, underline=1, indent=1, **BOX)
    sheet.write_url(row, COLUMN_OF[FOLDER], f"external:{link_to(entry['folder'])}", link, name, OPEN[lang])


_ASCII = re.compile(r"[\x00-\x7f]+")


def link_to(folder: str) -> str:
    """Return the link from `OUTBOX/_runs` to a folder of the outbox, with ASCII characters percent-encoded if necessary
    and all others unchanged, as Excel writes links."""
    return "../" + _ASCII.sub(lambda match: quote(match[0]), folder)


# ------------------------------------------------------------------------------------------------ codes

_RULES = {rule.code: rule for rule in CATALOGUE}
_PLACEHOLDER = re.compile(r"\{[^}]*\}")
_WORDS_AT_LEAST = 3


def most_frequent(codes: Sequence[tuple[str, int]], lang: Lang) -> list[str]:
    """Return the first of `codes` (code and count), each with its rule's sentence: `ACC014 × 2 : Le nom …`."""
    lines = []
    for code, count in codes[:CODES_AT_MOST]:
        code_and_count, sentence = f"{code} ×{NBSP}{count_of(count, lang)}", rule_sentence(code, lang)
        lines.append(place_first(code_and_count, sentence, lang) if sentence else code_and_count)
    return lines


def rule_sentence(code: str, lang: Lang) -> str:
    """Return a rule's message with `…` for each fact, or its name if little is left; "" if there is no such rule.

    Of several messages, that is their common beginning.
    """
    if code not in _RULES:
        return ""
    messages = [_PLACEHOLDER.sub("…", text[lang]) for text in _RULES[code].says.values()]
    words_at = zip(*(message.split(" ") for message in messages), strict=False)
    common = " ".join(words[0] for words in takewhile(lambda words: len(set(words)) == 1, words_at))
    if common not in messages:
        common += " …"
    sentence = cut(common.removesuffix("."), SENTENCE_AT_MOST)
    words = [word for word in sentence.replace(NBSP, " ").split() if any(letter.isalpha() for letter in word)]
    if len(words) < _WORDS_AT_LEAST or sentence.startswith("…"):
        return _RULES[code].slug.replace("-", " ")
    return sentence
