"""The order in which rules run, subject by subject.

An error at a cell silences the later rules that read that cell, so the order decides which of several faults is
reported. Only this module decides it; within a file, rules are in the order of their codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from lnp_batch.rules import batch, cell, ledger, notes, requests, workbook
from lnp_batch.rules.accounts import (
    address,
    answers,
    billing,
    carrier,
    customer_type,
    dates,
    evidence,
    identity,
    signer,
)
from lnp_batch.rules.numbers import account, duplicates, phone, ranges, services
from lnp_batch.rules.rule import Takes

if TYPE_CHECKING:
    from lnp_batch.rules.rule import BatchRule, CellRule, PhoneRule, RequestRule, RowRule, ShapeRule, WorkbookRule

WORKBOOK_RULES: tuple[WorkbookRule, ...] = (
    workbook.not_a_workbook,
    workbook.encrypted,
    workbook.unsafe,
    workbook.missing_sheet,
    workbook.missing_column,
    workbook.duplicate_column,
    workbook.unknown_column,
    workbook.formula_without_value,
    workbook.hidden_rows,
    workbook.merged_cells,
    workbook.other_version,
    workbook.no_rows,
    workbook.not_copied,
    workbook.wrong_reseller,
    workbook.second_sheet,
    workbook.header_guessed,
    identity.not_a_row,
    account.not_a_row,
    workbook.answers_unused,
)

ANSWER_RULES: tuple[WorkbookRule, ...] = (cell.applied_at_your_word,)
"""Rules on what was answered in the Summary, each at a cell."""

CELL_RULES: tuple[ShapeRule | CellRule, ...] = (
    cell.error_value,
    cell.bad_characters,
    cell.required_missing,
    cell.placeholder,
    cell.number_lost_digits,
    cell.not_in_list,
    cell.not_a_date,
    cell.not_a_whole_number,
    cell.bad_email,
    cell.too_long,
    cell.number_lost_zeros,
    cell.tidied,
    notes.note_contradicts,
)

SHAPE_RULES = cast("tuple[ShapeRule, ...]", tuple(rule for rule in CELL_RULES if rule.takes is Takes.SHAPE))
"""The rules of CELL_RULES that pandera runs on whole columns. Their findings come in the order of CELL_RULES."""

ACCOUNT_RULES: tuple[RowRule | PhoneRule, ...] = (
    identity.duplicate_account_key,
    identity.example_left_in,
    identity.not_a_name,
    carrier.two_carriers,
    carrier.unknown_carrier,
    carrier.carrier_alias,
    billing.bad_btn,
    identity.no_numbers,
    evidence.no_evidence,
    evidence.no_csr,
    evidence.bill_date_missing,
    evidence.bill_in_future,
    evidence.bill_too_old,
    evidence.bill_too_old_with_csr,
    evidence.bill_soon_too_old,
    evidence.document_missing,
    evidence.screenshot,
    address.po_box,
    address.not_a_street_address,
    address.not_a_city,
    address.bad_postal_code,
    address.name_differs,
    address.address_differs,
    address.writing_differs,
    address.postal_code_province,
    identity.account_twice,
    signer.signer,
    customer_type.residential_name,
    customer_type.person_as_business,
    answers.freeze,
    answers.restriction,
    answers.freeze_unknown,
    answers.pending_order,
    answers.pending_order_unknown,
    answers.list_not_reviewed,
    answers.cancels_early,
    answers.under_contract,
    dates.bad_requested_date,
    dates.tight_requested_date,
    billing.btn_twice,
)

PHONE_RULES: tuple[PhoneRule, ...] = (
    phone.extension,
    phone.two_numbers,
    phone.not_canadian,
    phone.not_ten_digits,
    phone.impossible_number,
    phone.not_portable,
    phone.toll_free,
    phone.unknown_area_code,
    phone.reserved_number,
    phone.reformatted,
)
"""Rules for one phone cell: the first that applies silences the others."""

NUMBER_RULES: tuple[RowRule | PhoneRule, ...] = (
    *PHONE_RULES,
    ranges.bad_range,
    account.unknown_account,
    duplicates.duplicate_number,
    duplicates.two_accounts,
    services.inactive,
    services.activity_unknown,
    services.dsl,
    services.alarm,
    services.special_service,
    services.line_type_differs,
    services.wireless_approval,
    account.other_province,
    account.wireless_mixed,
    account.example_left_in,
)

BATCH_RULES: tuple[BatchRule, ...] = (batch.unknown_reseller, batch.province_differs)

REQUEST_RULES: tuple[RequestRule, ...] = (
    requests.more_than_total,
    requests.full_port_incomplete,
    requests.partial_takes_all,
    requests.full_port_without_btn,
    requests.new_btn_missing,
    requests.new_btn_leaves,
    requests.new_btn_not_needed,
    requests.remaining_not_listed,
    requests.request_split,
)

LEDGER_RULES: tuple[BatchRule, ...] = (
    ledger.already_requested,
    ledger.already_ported,
    ledger.ported_before,
    ledger.same_batch_reference,
    ledger.already_accepted,
    ledger.sent_and_changed,
)
