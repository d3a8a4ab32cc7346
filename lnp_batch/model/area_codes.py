"""Canadian area codes and the provinces and territories that each serves.

Source: the Canadian Numbering Administrator's list of area codes in service or with a date of relief, as of
:data:`AS_OF`. An area code that is missing here is a question to the reseller, never an error.
"""

from __future__ import annotations

import datetime as dt

AS_OF = dt.date(2026, 11, 1)

_BY_PROVINCE = {
    "AB": "368 403 587 780 825",
    "BC": "236 250 257 604 672 778",
    "MB": "204 431 584",
    "NB": "428 506",
    "NL": "709 879",
    "NS PE": "782 902",
    "NT NU YT": "867",
    "ON": "226 249 289 343 365 382 416 437 519 548 613 647 683 705 742 753 807 905 942",
    "QC": "263 273 354 367 418 438 450 468 514 579 581 819 873",
    "SK": "306 474 639",
}

AREA_CODES: dict[int, frozenset[str]] = {
    int(area_code): frozenset(provinces.split())
    for provinces, area_codes in _BY_PROVINCE.items()
    for area_code in area_codes.split()
}
"""Area code → provinces and territories."""

TOLL_FREE = frozenset({800, 822, 833, 844, 855, 866, 877, 888})
"""Toll-free codes: ported through a RespOrg and the toll-free registry, never with local numbers."""

NOT_PORTABLE = frozenset({900, 600, 622, 633, 644, 655, 677, 688})
"""Premium-rate and non-geographic codes, which have no local number portability."""

NOT_PORTABLE_EXCHANGE = 976
"""Premium-rate exchange of every area code."""
