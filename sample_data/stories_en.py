"""The samples in English, except the large batch."""

from __future__ import annotations

import datetime as dt

from sample_data.story import Layout, Row, Story

AGREED: Row = {
    "freeze": "No",
    "restriction": "No",
    "pending_order": "No",
    "list_reviewed": "Yes",
    "will_wait": "Yes",
}
LINE: Row = {"action": "Port", "line_type": "Wireline", "active": "Yes", "dsl": "No", "alarm": "No"}


def did_ranges() -> Story:
    """A partial port: the billing number leaves with blocks of direct-dial numbers, three lines stay."""
    firm = {
        "account_ref": "A1",
        "carrier": "Allstream",
        "account_number": "0041-77-220915",
        "btn": "416-555-0100",
        "port_type": "Partial",
        "total_numbers": 153,
        "new_btn": "416-555-0190",
        "evidence": "CSR and bill",
        "bill_date": dt.date(2026, 11, 6),
        "name_on_bill": "Harbour & Quay Barristers LLP",
        "address_on_bill": "207 Queens Quay W, Suite 620",
        "city_on_bill": "Toronto",
        "province": "ON",
        "postal_code_on_bill": "M5J 1A7",
        "name": "Harbour & Quay Barristers LLP",
        "address": "207 Queens Quay W, Suite 620",
        "city": "Toronto",
        "postal_code": "M5J 1A7",
        "signer": "Priya Raman",
        "signer_email": "priya@harbourquay.example",
        "freeze": "No",
        "restriction": "No",
        "pending_order": "No",
        "list_reviewed": "Yes",
        "will_wait": "Yes",
        "under_contract": "No",
        "requested_date": dt.date(2026, 12, 9),
        "pin": "60937125",
        "reference": "Matter 4471",
    }
    port = {"account_ref": "A1", "action": "Port", "line_type": "Wireline", "active": "Yes", "dsl": "No", "alarm": "No"}
    stays = {"account_ref": "A1", "action": "Keep", "line_type": "Wireline"}
    leaves = {"account_ref": "A1", "action": "Disconnect", "line_type": "Wireline", "dsl": "No", "alarm": "No"}
    return Story(
        "3-partial-port-did-ranges.xlsx",
        "en",
        {
            "reseller_code": "LKS-330",
            "reseller_name": "Lakeshore Voice Ltd.",
            "contact_name": "Daniel Osei",
            "contact_email": "daniel@lakeshorevoice.example; ports@lakeshorevoice.example",
            "batch_reference": "Harbour & Quay",
            "purchase_order": "PO-3317",
            "billing_province": "ON",
            "language": "en",
        },
        (firm,),
        (
            {**port, "number": "416-555-0100", "reference": "Main line"},
            {**port, "number": "416-555-0101", "range_end": "416-555-0149", "reference": "Partners"},
            {**port, "number": "416-555-0160", "range_end": "416-555-0179", "reference": "Associates"},
            {**port, "number": "647-555-0100", "range_end": "647-555-0149", "reference": "Clerks"},
            {**port, "number": "437-555-0120", "range_end": "437-555-0139", "reference": "Meeting rooms"},
            {**leaves, "number": "416-555-0150", "range_end": "416-555-0159", "notes": "Old fax pool"},
            {**stays, "number": "416-555-0190", "notes": "Fire panel: becomes the billing number"},
            {**stays, "number": "416-555-0191", "range_end": "416-555-0192", "notes": "Elevators"},
            {**stays, "number": "1-800-555-0155", "line_type": "Toll-free"},
        ),
    )


def ontario() -> Story:
    """One month in Ontario: five accounts, three correct, one with typical mistakes, one with a question to confirm."""
    common = {**AGREED, "port_type": "Full", "province": "ON"}
    dentist = {
        **common,
        "account_ref": "A1",
        "carrier": "Bell Canada",
        "account_number": "000613774208",
        "btn": "613-555-0100",
        "total_numbers": 5,
        "evidence": "CSR and bill",
        "bill_date": dt.date(2026, 11, 10),
        "name_on_bill": "Glebe Family Dental",
        "address_on_bill": "818 Bank Street, Unit 3",
        "city_on_bill": "Ottawa",
        "postal_code_on_bill": "K1S 3V8",
        "name": "Glebe Family Dental",
        "address": "818 Bank St, Unit 3",
        "signer": "Dr. Anita Desai",
        "requested_date": dt.date(2026, 12, 4),
        "pin": "39270614",
    }
    agency = {
        **common,
        "account_ref": "A2",
        "carrier": "Rogers",
        "account_number": "2-4471-0938",
        "btn": "416-555-0110",
        "port_type": "Partial",
        "total_numbers": 4,
        "evidence": "Bill",
        "bill_date": dt.date(2026, 10, 30),
        "name_on_bill": "Kensington Travel Ltd.",
        "address_on_bill": "66 Augusta Ave",
        "city_on_bill": "Toronto",
        "postal_code_on_bill": "M5T 2L1",
        "signer": "Marcus Boateng",
        "under_contract": "Yes",
    }
    landlord = {
        **common,
        "account_ref": "A3",
        "carrier": "Cogeco",
        "account_number": "8790-115-3302",
        "btn": "905-555-0120",
        "total_numbers": 3,
        "evidence": "Bill",
        "bill_date": dt.date(2026, 12, 1),
        "name_on_bill": "Lakeview Property Management Inc.",
        "address_on_bill": "1400 Plains Road E, Suite 12",
        "city_on_bill": "Burlington",
        "postal_code_on_bill": "L7R 3O4",
        "signer": "Lakeview Property Management Inc.",
        "requested_date": dt.date(2026, 12, 25),
    }
    studio = {
        **common,
        "account_ref": "A4",
        "carrier": "VoIP.ms",
        "account_number": "301882",
        "total_numbers": 1,
        "evidence": "Screenshot",
        "bill_date": dt.date(2026, 11, 18),
        "name_on_bill": "Tessa Lindqvist",
        "address_on_bill": "27 Albert St",
        "city_on_bill": "Guelph",
        "postal_code_on_bill": "N1G 1C8",
        "signer": "Tessa Lindqvist",
    }
    church = {
        **common,
        "account_ref": "A5",
        "carrier": "TekSavvy",
        "account_number": "TS-7790214",
        "btn": "519-555-0140",
        "total_numbers": 3,
        "evidence": "CSR",
        "name_on_bill": "St. Columba's Church",
        "address_on_bill": "9 Dundas St W",
        "city_on_bill": "London",
        "postal_code_on_bill": "N6A 1E4",
        "signer": "Rev. Hugh Pemberton",
        "pending_order": "Unknown",
    }
    return Story(
        "6-ontario-hst.xlsx",
        "en",
        {
            "reseller_code": "RID-512",
            "reseller_name": "Rideau Cloud Phones Inc.",
            "contact_name": "Sarah MacLeod",
            "contact_email": "sarah@rideaucloud.example",
            "batch_reference": "November ports",
            "purchase_order": "RC-2026-118",
            "billing_province": "ON",
        },
        (dentist, agency, landlord, studio, church),
        (
            *({**LINE, "account_ref": "A1", "number": f"613-555-010{digit}"} for digit in range(5)),
            {"account_ref": "A2", "number": "416-555-0110", "action": "Keep", "notes": "Kept for the lottery terminal"},
            *({**LINE, "account_ref": "A2", "number": f"416-555-011{digit}"} for digit in (1, 2, 3)),
            {**LINE, "account_ref": "A3", "number": "905-555-0120"},
            {**LINE, "account_ref": "A3", "number": "905-555-0121 ext. 4"},
            {**LINE, "account_ref": "A3", "number": "905-555-0122", "active": "Maybe"},
            {**LINE, "account_ref": "A4", "number": "226-555-0130", "line_type": "VoIP"},
            {**LINE, "account_ref": "A5", "number": "519-555-0140"},
            {**LINE, "account_ref": "A5", "number": "519-555-0141", "dsl": "Yes"},
            {**LINE, "account_ref": "A5", "number": "519-555-0142"},
        ),
    )


def own_layout() -> Story:
    """A reseller's own workbook: a title above, columns in another order, headers in capitals, and columns that we do not know."""
    common = {**AGREED, "province": "AB", "port_type": "Full", "TICKET": "HD-20418", "ACCOUNT MANAGER": "Wendy Cho"}
    calgary = {
        **common,
        "account_ref": "FVG-CALGARY",
        "carrier": "Shaw",
        "account_number": "0041-882-9917",
        "btn": "403-555-0100",
        "total_numbers": 6,
        "evidence": "CSR",
        "name_on_bill": "Foothills Veterinary Group Ltd.",
        "address_on_bill": "2120 Kensington Rd NW",
        "city_on_bill": "Calgary",
        "postal_code_on_bill": "T2N 3R7",
        "signer": "Dr. Joanne Whitford",
        "pin": "15590836",
        "CLIENT SINCE": 2019,
    }
    edmonton = {
        **common,
        "account_ref": "FVG-EDMONTON",
        "carrier": "TELUS",
        "account_number": "600417725",
        "btn": "780-555-0150",
        "port_type": "Partial",
        "total_numbers": 12,
        "new_btn": "780-555-0161",
        "evidence": "CSR and bill",
        "bill_date": dt.date(2026, 11, 13),
        "name_on_bill": "Foothills Veterinary Group Ltd.",
        "address_on_bill": "10355 Whyte Ave NW",
        "city_on_bill": "Edmonton",
        "postal_code_on_bill": "T6E 1Z9",
        "signer": "Dr. Joanne Whitford",
        "CLIENT SINCE": 2022,
    }
    line = {"active": "Yes", "dsl": "No", "alarm": "No"}
    calgary_lines = (
        {"number": "403-555-0100", "ROOM": "Front desk"},
        {"number": "403-555-0101", "ROOM": "Front desk"},
        {"number": "403-555-0102", "ROOM": "Surgery"},
        {"number": "403-555-0103", "ROOM": "Surgery"},
        {"number": "403-555-0104", "ROOM": 12},
        {"number": "403-555-0105", "ROOM": 14},
    )
    edmonton_lines = (
        {"number": "780-555-0150", "ROOM": "Front desk", **line},
        {"number": "780-555-0151", "range_end": "780-555-0160", "ROOM": "All", **line},
        {"number": "780-555-0161", "action": "Keep", "ROOM": "Elevator"},
    )
    return Story(
        "8-own-layout.xlsx",
        "en",
        {
            "reseller_code": "CHK-77",
            "reseller_name": "Chinook Unified Communications Ltd.",
            "contact_name": "Raj Bains",
            "contact_email": "raj@chinookuc.example",
            "purchase_order": "PO-60412",
            "billing_province": "AB",
        },
        (calgary, edmonton),
        (
            *({"account_ref": "FVG-CALGARY", **line, **row} for row in calgary_lines),
            *({"account_ref": "FVG-EDMONTON", **row} for row in edmonton_lines),
        ),
        layout=Layout(
            {"batch": "BATCH", "accounts": "ACCOUNTS", "numbers": "NUMBERS"},
            {
                "batch": {
                    "reseller_name": "RESELLER NAME",
                    "reseller_code": "RESELLER CODE",
                    "contact_name": "CONTACT",
                    "contact_email": "EMAIL",
                    "billing_province": "YOUR PROVINCE (TAXES)",
                    "purchase_order": "PURCHASE ORDER",
                },
                "accounts": {
                    "TICKET": "TICKET",
                    "name_on_bill": "NAME ON CSR OR BILL",
                    "address_on_bill": "SERVICE ADDRESS ON CSR OR BILL",
                    "city_on_bill": "CITY ON CSR OR BILL",
                    "province": "PROVINCE",
                    "postal_code_on_bill": "POSTAL CODE ON CSR OR BILL",
                    "carrier": "LOSING CARRIER",
                    "account_number": "ACCOUNT NUMBER",
                    "pin": "PIN",
                    "btn": "BTN",
                    "new_btn": "NEW BTN",
                    "port_type": "PORT TYPE",
                    "total_numbers": "TOTAL NUMBERS ON THE ACCOUNT",
                    "account_ref": "ACCOUNT KEY",
                    "ACCOUNT MANAGER": "ACCOUNT MANAGER",
                    "evidence": "EVIDENCE SUPPLIED",
                    "bill_date": "BILL DATE",
                    "signer": "AUTHORISED SIGNER ON THE ACCOUNT",
                    "freeze": "SERVICE FREEZE",
                    "restriction": "CARRIER CHANGE RESTRICTION",
                    "pending_order": "ORDER PENDING AT THE LOSING CARRIER",
                    "list_reviewed": "LIST REVIEWED WITH THE CUSTOMER",
                    "will_wait": "CUSTOMER CANCELS ONLY AFTER THE PORT",
                    "CLIENT SINCE": "CLIENT SINCE",
                },
                "numbers": {
                    "number": "DID",
                    "range_end": "RANGE END",
                    "ROOM": "ROOM",
                    "account_ref": "ACCOUNT KEY",
                    "action": "ACTION",
                    "alarm": "ALARM SYSTEM",
                    "dsl": "DSL INTERNET",
                    "active": "ACTIVE",
                },
            },
            {
                "batch": ("CHINOOK UNIFIED COMMUNICATIONS", "Port-in order", ""),
                "accounts": ("FOOTHILLS VETERINARY GROUP: ACCOUNTS TO MOVE", "Printed from the help desk", ""),
                "numbers": (
                    "FOOTHILLS VETERINARY GROUP: NUMBERS TO MOVE",
                    "",
                    "Ask Raj before changing this list",
                    "",
                    "",
                ),
            },
        ),
    )


STORIES_EN = (did_ranges, ontario, own_layout)
