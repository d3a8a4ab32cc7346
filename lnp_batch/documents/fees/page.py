"""The first sheet of a fee summary: what it covers, three totals, one chart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lnp_batch.documents.fees.lists import BY_ACCOUNT, BY_RESELLER, SUMMARY, TITLE, FeeLines, cell_value, figure_props
from lnp_batch.documents.inputs.drop_downs import quoted_sheet_name
from lnp_batch.model.amounts import dollars
from lnp_batch.model.dates import TORONTO
from lnp_batch.model.fees import Fees, FeeSummary, by, in_dollars, sum_of
from lnp_batch.model.text import NBSP, Lang, Text, cut
from lnp_batch.xlsx import Workbook, style
from lnp_batch.xlsx.sheet import PlainSheet, xml_text
from lnp_batch.xlsx.style import MONEY, Formats, set_up_page, write_header

ALL_MONTHS = Text("Tous les mois", "All months")
ALL_RESELLERS = Text("tous les revendeurs", "all resellers")
RESELLER = Text("revendeur {code}", "reseller {code}")
CREATED = Text(
    "Selon le registre, le {day} à {time}, heure de Montréal.", "From the ledger, on {day} at {time}, Toronto time."
)
BEFORE_TAX = Text(
    "Tous les montants sont avant taxes : elles s'ajoutent plus tard, arrondies une seule fois, "
    "sur la facture mensuelle de chaque revendeur.",
    "All amounts are before tax: taxes are added later, rounded once, on each reseller's monthly invoice.",
)
NO_FEES = Text(
    "Aucuns frais au registre ({period}) : tous les totaux sont à zéro.",
    "The ledger has no fees for {period}: all totals are zero.",
)
ANY_MONTH = Text("tous mois confondus", "any month")

NUMBERS = Text("Numéros", "Numbers")
FEES = Text("Frais avant taxes", "Fees before tax")
ROWS = (
    (Text("Facturé", "Billed"), "billed", "billed_cents"),
    (Text("Rendu", "Given back"), "given_back", "given_back_cents"),
    (Text("Net", "Net"), "net", "net_cents"),
)
NET_BY_MONTH = Text("Net, par mois", "Net, by month")
NET_BY_RESELLER = Text("Net, par revendeur", "Net, by reseller")
OTHERS = (Text("1 autre revendeur", "1 other reseller"), Text("{count} autres revendeurs", "{count} other resellers"))
CHART_BY_MONTH = Text("Frais nets par mois, avant taxes", "Net fees by month, before tax")
CHART_LAST_MONTHS = Text(
    "Frais nets des {count} derniers mois, avant taxes",
    "Net fees of the last {count} months, before tax",
)
CHART_BY_RESELLER = Text("Frais nets par revendeur, avant taxes", "Net fees by reseller, before tax")
CHART_FIRST_RESELLERS = Text(
    "Frais nets des {count} premiers revendeurs, avant taxes",
    "Net fees of the first {count} resellers, before tax",
)

A, B, C, D, E = range(5)
WIDTHS = (44, 14, 20, 4)
TOTALS_ROW = 6
BARS_AT_MOST = 15
MONTHS_AT_MOST = 24
LINE: dict[str, Any] = {"bottom": 1, "bottom_color": style.LINE}


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of the table behind the chart: its label, its net fees, and the formulas for numbers and fees."""

    label: str
    fees: Fees
    numbers: str
    dollars: str


def add_page(
    workbook: Workbook, formats: Formats, summary: FeeSummary, lang: Lang, now: dt.datetime, fee_lines: FeeLines
) -> str:
    """Fill the first sheet, which exists already. Returns the address of the net fees."""
    sheet: PlainSheet = workbook.get_worksheet_by_name(SUMMARY[lang])
    set_up_page(sheet, lang, TITLE[lang], None)
    sheet.hide_gridlines(2)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    _add_words(sheet, formats, summary, lang, now)
    net = _add_totals(sheet, formats, summary, lang, fee_lines)
    if summary.rows:
        _add_bars(workbook, sheet, formats, summary, lang, fee_lines)
    sheet.set_tab_color(style.HEADER.fill)
    return f"'{SUMMARY[lang]}'!{net}"


# ------------------------------------------------------------------------------------------------ in words


def coverage(summary: FeeSummary, lang: Lang) -> str:
    """Return what the summary covers: `2026-11, tous les revendeurs`."""
    whose = RESELLER[lang].format(code=summary.reseller) if summary.reseller else ALL_RESELLERS[lang]
    return f"{summary.month or ALL_MONTHS[lang]}, {whose}"


def no_fees_sentence(summary: FeeSummary, lang: Lang) -> str:
    """Return the sentence for a summary without fees."""
    period = summary.month or ANY_MONTH[lang]
    if summary.reseller:
        period += ", " + RESELLER[lang].format(code=summary.reseller)
    return NO_FEES[lang].format(period=period)


def _add_words(sheet: PlainSheet, formats: Formats, summary: FeeSummary, lang: Lang, now: dt.datetime) -> None:
    local = now.astimezone(TORONTO)
    created = CREATED[lang].format(day=local.date().isoformat(), time=f"{local:%H:%M}")
    quiet, strong = formats.get(font_color=style.QUIET), formats.get(bold=True, font_size=11)
    sheet.set_row(0, 34)
    sheet.write_string(0, A, TITLE[lang], formats.get(font_size=17, bold=True, font_color=style.HEADER.fill))
    text = coverage(summary, lang)
    sheet.write_string(1, A, text[:1].upper() + text[1:], strong)
    sheet.write_string(2, A, created, quiet)
    sheet.write_string(3, A, BEFORE_TAX[lang], formats.get())
    if not summary.rows:
        sheet.set_row(4, 22)
        sheet.write_string(4, A, no_fees_sentence(summary, lang), strong)


# ------------------------------------------------------------------------------------------------ in figures


def _add_totals(sheet: PlainSheet, formats: Formats, summary: FeeSummary, lang: Lang, fee_lines: FeeLines) -> str:
    """Write the totals: billed, given back, net. Returns the address of the net fees."""
    _add_header(sheet, formats, lang, TOTALS_ROW, Text("Total", "Total"))
    count = len(fee_lines[BY_ACCOUNT])
    for row, (text, numbers, cents) in enumerate(ROWS, start=TOTALS_ROW + 1):
        bold = {**style.ACCEPTED.props, "bold": True, "top": 1, "top_color": style.HEADER.fill}
        props = bold if numbers == "net" else LINE
        sheet.set_row(row, 22)
        sheet.write_string(row, A, text[lang], formats.get(**props, indent=1))
        for column, key in ((B, numbers), (C, cents)):
            letter = "ABC"[column]
            formula = f"=SUM({BY_ACCOUNT.range_of(key, count, lang)})"
            if key == "net":
                formula = f"={letter}{row - 1}-{letter}{row}"
            elif key == "net_cents":
                formula = f"=ROUND({letter}{row - 1}+{letter}{row},2)"
            sheet.write_formula(
                row, column, formula, formats.get(**props, **figure_props(key, lang)), cell_value(summary.total, key)
            )
    return f"$C${TOTALS_ROW + len(ROWS) + 1}"


def _add_header(sheet: PlainSheet, formats: Formats, lang: Lang, row: int, first: Text) -> None:
    sheet.set_row(row, 22)
    for column, text in enumerate((first, NUMBERS, FEES)):
        props = {**style.UNMARKED, **({"align": "right"} if column else {})}
        write_header(sheet, row, column, Text(text[lang], text[lang]), lang, formats, props)


# ------------------------------------------------------------------------------------------------ the chart


def _add_bars(
    workbook: Workbook, sheet: PlainSheet, formats: Formats, summary: FeeSummary, lang: Lang, fee_lines: FeeLines
) -> None:
    """Add a table of the net fees by month, or by reseller if there is only one month, and its chart."""
    by_month = len({row.month for row in summary.rows}) > 1
    bars = _months(summary, lang, fee_lines) if by_month else _resellers(fee_lines, lang)
    header = TOTALS_ROW + len(ROWS) + 2
    _add_header(sheet, formats, lang, header, NET_BY_MONTH if by_month else NET_BY_RESELLER)
    for row, bar in enumerate(bars, start=header + 1):
        sheet.set_row(row, 20)
        sheet.write_string(row, A, bar.label, formats.get(num_format=style.TEXT, indent=1, **LINE))
        for column, key, formula in ((B, "net", bar.numbers), (C, "net_cents", bar.dollars)):
            figure = formats.get(**figure_props(key, lang), **LINE)
            sheet.write_formula(row, column, formula, figure, cell_value(bar.fees, key))
    sheet.ignore_errors({"number_stored_as_text": f"A{header + 2}:A{header + 1 + len(bars)}"})
    others = 0 if by_month else max(len(fee_lines[BY_RESELLER]) - BARS_AT_MOST, 0)
    if others:
        _add_others(sheet, formats, fee_lines, lang, header + 1 + len(bars), bars)
    shown = bars[-MONTHS_AT_MOST:] if by_month else bars
    title = _title(by_month, len(shown) < len(bars) or bool(others), len(shown))[lang]
    first = header + 1 + len(bars) - len(shown)
    _add_chart(workbook, sheet, lang, title, shown, first, vertical=by_month)


def _title(by_month: bool, some: bool, count: int) -> Text:
    if by_month:
        return CHART_LAST_MONTHS.put(count=count) if some else CHART_BY_MONTH
    return CHART_FIRST_RESELLERS.put(count=count) if some else CHART_BY_RESELLER


def _months(summary: FeeSummary, lang: Lang, fee_lines: FeeLines) -> list[Bar]:
    """Return one bar per month, summed over the resellers' sheet. SUMPRODUCT compares text; SUMIFS would read dates."""
    count = len(fee_lines[BY_RESELLER])
    months = BY_RESELLER.range_of("month", count, lang)
    bars = []
    for row, ((month,), fees) in enumerate(sorted(by(summary.rows, "month").items()), start=TOTALS_ROW + len(ROWS) + 4):
        numbers, amounts = (
            f"SUMPRODUCT(({months}=$A${row})*{BY_RESELLER.range_of(key, count, lang)})" for key in ("net", "net_cents")
        )
        bars.append(Bar(month, fees, f"={numbers}", f"=ROUND({amounts},2)"))
    return bars


def _resellers(fee_lines: FeeLines, lang: Lang) -> list[Bar]:
    """Return a bar for each of the first resellers on the resellers' sheet."""
    bars = []
    for row, ((_month, code, name), fees) in enumerate(fee_lines[BY_RESELLER][:BARS_AT_MOST], start=2):
        numbers, amounts = (_cell(key, row, lang) for key in ("net", "net_cents"))
        label = xml_text(cut(f"{code} · {name}" if name else code, 46))
        bars.append(Bar(label, fees, f"={numbers}", f"={amounts}"))
    return bars


def _cell(key: str, row: int, lang: Lang) -> str:
    """Return the address of a figure on the resellers' sheet, in the spreadsheet's row `row`."""
    return f"{quoted_sheet_name(BY_RESELLER.name[lang])}!${BY_RESELLER.letters_of(key)}${row}"


def _add_others(
    sheet: PlainSheet, formats: Formats, fee_lines: FeeLines, lang: Lang, row: int, bars: Sequence[Bar]
) -> None:
    """Write the sum of the resellers that the chart leaves out: the total less those in the chart."""
    rest = [fees for _keys, fees in fee_lines[BY_RESELLER][len(bars) :]]
    others = sum_of(rest)
    label = OTHERS[len(rest) != 1][lang].format(count=len(rest))
    sheet.set_row(row, 20)
    sheet.write_string(row, A, label, formats.get(indent=1, italic=True, **LINE))
    net = TOTALS_ROW + len(ROWS) + 1
    for column, key in ((B, "net"), (C, "net_cents")):
        letter = "ABC"[column]
        formula = f"=ROUND({letter}{net}-SUM({letter}{row - len(bars) + 1}:{letter}{row}),2)"
        sheet.write_formula(
            row, column, formula, formats.get(**figure_props(key, lang), **LINE), cell_value(others, key)
        )


def _add_chart(
    workbook: Workbook, sheet: PlainSheet, lang: Lang, title: str, bars: Sequence[Bar], first: int, vertical: bool
) -> None:
    """Add a chart whose bars are labelled with amounts: months are `vertical`, from left to right; resellers are
    horizontal, the longest on top."""
    font = {"name": style.FONT, "size": 10, "color": style.INK}
    name, last = SUMMARY[lang], first + len(bars) - 1
    chart = workbook.add_chart({"type": "column" if vertical else "bar"})
    chart.add_series(
        {
            "name": FEES[lang],
            "categories": [name, first, A, last, A],
            "values": [name, first, C, last, C],
            "fill": {"color": style.HEADER.fill},
            "gap": 45,
            "data_labels": {
                "value": True,
                "num_format": MONEY[lang],
                "font": _label_font(font, vertical, len(bars)),
            },
        }
    )
    chart.set_title({"name": title, "name_font": {**font, "size": 12, "bold": True}, "overlay": False})
    chart.set_legend({"none": True})
    amounts = [float(in_dollars(bar.fees.net_cents)) for bar in bars]
    axis = {"num_font": font, "line": {"color": style.LINE}, "major_tick_mark": "none", "label_position": "low"}
    figures = {"visible": False, "major_gridlines": {"visible": False}, **_axis_range(amounts)}
    chart.set_x_axis(axis if vertical else figures)
    chart.set_y_axis(figures if vertical else {**axis, "reverse": True})
    chart.set_chartarea({"border": {"color": style.LINE}})
    chart.set_size({"width": 760, "height": 400 if vertical else 110 + 34 * len(bars)})
    alt = "; ".join(f"{bar.label}{NBSP}: {dollars(in_dollars(bar.fees.net_cents), lang)}" for bar in bars)
    sheet.insert_chart(TOTALS_ROW, E, chart, {"description": f"{title}. {alt}"[:1000], "object_position": 2})


def _label_font(font: dict[str, Any], vertical: bool, count: int) -> dict[str, Any]:
    """Labels are turned by 90° if there are too many months to write them side by side."""
    return {**font, "size": 9, "rotation": -90} if vertical and count > 8 else font


def _axis_range(amounts: Sequence[float]) -> dict[str, float]:
    """Return the axis from the lowest to the highest amount, with room for the labels."""
    least, most = min(0.0, *amounts), max(0.0, *amounts)
    if least == most:
        return {"min": 0, "max": 1}
    return {"min": least * 1.35, "max": most * 1.35}
