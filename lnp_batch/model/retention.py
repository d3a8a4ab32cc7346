"""How long what is kept is kept: the terms, and whether one of them has run out on a day."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass

MONTHS_OF_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Retention:
    """The terms; a purge alone applies them.

    `files_months`: originals, annotated copies, reports and documents, after the last request of their batch was
    closed; `pins_days`: the carriers' PINs in them, after the last number of the batch was ported; `billing_years`:
    statements, fee lines and the numbers in them, after the end of the calendar year; `unknown_days`: files of an
    unknown sender, after receipt; `defects_days`: workbooks on which our code failed, after they were answered;
    `logs_months`: the log of our errors, the reports of runs and the summaries of nights.
    """

    files_months: int = 12
    pins_days: int = 30
    billing_years: int = 6
    unknown_days: int = 30
    defects_days: int = 30
    logs_months: int = 12


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of `retention` as they stand on the day `as_of`. Each method returns whether one has run out."""

    retention: Retention
    as_of: dt.date

    def files(self, closed: dt.date) -> bool:
        """For the files of a batch whose last request was closed on that day."""
        return months_later(closed, self.retention.files_months) <= self.as_of

    def pins(self, ported: dt.date) -> bool:
        """For the PINs of a batch whose last number was ported on that day."""
        return self._is_past(ported, self.retention.pins_days)

    def billing(self, day: dt.date) -> bool:
        """For what was billed or given back on that day: the years are counted from the end of its calendar year."""
        return self.as_of.year > day.year + self.retention.billing_years

    def unknown(self, received: dt.date) -> bool:
        """For what an unknown sender sent on that day."""
        return self._is_past(received, self.retention.unknown_days)

    def defects(self, answered: dt.date) -> bool:
        """For a workbook on which our code failed and that was answered on that day."""
        return self._is_past(answered, self.retention.defects_days)

    def logs(self, written: dt.date) -> bool:
        """For what a run or an error wrote on that day."""
        return months_later(written, self.retention.logs_months) <= self.as_of

    def _is_past(self, day: dt.date, days: int) -> bool:
        return day + dt.timedelta(days=days) <= self.as_of


def months_later(day: dt.date, months: int) -> dt.date:
    """Return the same day `months` later, or the last day of that month if it is shorter."""
    years, month = divmod(day.month - 1 + months, MONTHS_OF_A_YEAR)
    year, month = day.year + years, month + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
