"""The fee summary's checks: the sum of each sheet beside the ledger's own sum."""

from __future__ import annotations

from lnp_batch.documents.fees.lists import (
    BY_ACCOUNT,
    FIGURES,
    LISTS,
    SUMMARY,
    TITLE,
    FeeLines,
    cell_value,
    figure_props,
)
from lnp_batch.model.fees import Fees, FeeSummary, sum_of
from lnp_batch.model.text import Lang, Text, same
from lnp_batch.xlsx import Workbook, style
from lnp_batch.xlsx.sheet import PlainSheet
from lnp_batch.xlsx.style import Formats, set_up_page
from lnp_batch.xlsx.sum_checks import NAME, Check, ChecksSheet

OF_THE_SHEET = Text("Somme de la feuille", "Sum of the sheet")
OF_THE_LEDGER = Text("Somme du registre", "Sum of the ledger")
SAME = Text("{sheet} : {figure}", "{sheet}: {figure}")
APART = Text(
    "La somme du registre est calculée à part, par la base de données, sur toutes les lignes de frais de la période; "
    "elle ne vient pas des feuilles.",
    "The ledger's sum is calculated separately, by the database, over all fee lines of the period; "
    "it does not come from the sheets.",
)

HEADER_ROW = 3
WIDTHS = (56, 22, 22, 18, 22)


def add_checks(
    workbook: Workbook, formats: Formats, summary: FeeSummary, lang: Lang, fee_lines: FeeLines, net: str
) -> None:
    """Add the checks; `net` is the address of the net fees on the first sheet."""
    sheet: PlainSheet = workbook.add_worksheet(NAME[lang], PlainSheet)
    set_up_page(sheet, lang, TITLE[lang], None)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.write_string(1, 0, APART[lang], formats.get(font_color=style.QUIET))
    ChecksSheet(sheet, formats, HEADER_ROW, lang).write(
        _checks(summary, lang, fee_lines, net), OF_THE_SHEET, OF_THE_LEDGER
    )


def _checks(summary: FeeSummary, lang: Lang, fee_lines: FeeLines, net: str) -> list[Check]:
    checked = [(fee_list, key) for fee_list in LISTS for key in ("net_cents", "net")]
    checked += [(BY_ACCOUNT, key) for key in ("billed_cents", "given_back_cents", "billed", "given_back")]
    names = {key: text for text, key, _width in FIGURES}
    sums = {fee_list: sum_of(fees for _keys, fees in fee_lines[fee_list]) for fee_list in LISTS}

    def check(sheet: Text, key: str, formula: str, fees: Fees) -> Check:
        label = same(SAME[lang].format(sheet=sheet[lang], figure=names[key][lang].lower()))
        ledger = cell_value(summary.total, key)
        return Check(label, formula, ledger, cell_value(fees, key), ledger, figure_props(key, lang)["num_format"])

    return [
        check(SUMMARY, "net_cents", net, sums[BY_ACCOUNT]),
        *(
            check(fee_list.name, key, f"SUM({fee_list.range_of(key, len(fee_lines[fee_list]), lang)})", sums[fee_list])
            for fee_list, key in checked
        ),
    ]
