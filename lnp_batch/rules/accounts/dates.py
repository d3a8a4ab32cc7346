"""ACC029, ACC030: the requested date."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from lnp_batch.model.context import DEFAULT_THRESHOLDS
from lnp_batch.model.dates import business_day_after, business_days_between, holiday, is_business_day
from lnp_batch.model.text import Text
from lnp_batch.rules.rule import ERROR, WARNING, row_rule, rows_with

if TYPE_CHECKING:
    import pandas as pd

    from lnp_batch.model.typed_batch import TypedBatch


@row_rule(
    "ACC029",
    ERROR,
    sheet="accounts",
    on="requested_date",
    says={
        "past": Text(
            "Aucun port ne peut se faire le {date} : ce jour est passé.",
            "No port is possible on {date}: that day is past.",
        ),
        "holiday": Text(
            "Aucun port ne peut se faire le {date} : {holiday}.", "No port is possible on {date}: {holiday}."
        ),
        "weekend": Text(
            "Aucun port ne peut se faire le {date} : c'est la fin de semaine.",
            "No port is possible on {date}: it is a weekend.",
        ),
    },
    remedy=Text("Écrivez le {next}, ou videz la cellule.", "Write {next}, or clear the cell."),
    why=Text(
        "Les fournisseurs portent les jours ouvrables; une date passée, une fin de semaine ou un jour férié est "
        "refusé.",
        "Carriers port on business days; a past date, a weekend or a holiday is refused.",
    ),
    example={"date": "2026-12-25", "holiday": Text("Jour de Noël", "Christmas Day"), "next": "2026-12-23"},
    examples={
        "past": {"date": "2026-11-20"},
        "weekend": {"date": "2026-11-28"},
    },
)
def bad_requested_date(accounts: pd.DataFrame, batch: TypedBatch) -> pd.DataFrame | None:
    dates = _requested_dates(accounts)
    found = {row: _why_not(date, batch.context.reference_date) for row, date in dates.items()}
    return rows_with(
        {row: {**why, "date": dates[row], "next": _good_day(dates[row], batch)} for row, why in found.items() if why}
    )


def _requested_dates(accounts: pd.DataFrame) -> dict[int, dt.date]:
    """Return the requested dates by row."""
    filled = accounts["requested_date"].dropna()
    return {row: date.date() for row, date in filled.items()}


def _why_not(date: dt.date, today: dt.date) -> dict[str, object]:
    """Return the variant of ACC029 and its facts; empty if a port can be done on `date`."""
    if date < today:
        return {"says": "past"}
    if name := holiday(date):
        return {"says": "holiday", "holiday": name}
    return {} if is_business_day(date) else {"says": "weekend"}


def _good_day(requested: dt.date, batch: TypedBatch) -> dt.date:
    """Return the first business day after `requested` that is neither too soon nor too far ahead; if none is, the last
    one before the limit."""
    today, limits = batch.context.reference_date, batch.context.thresholds
    soonest = business_day_after(today, limits.early_business_days)
    day = max(soonest, business_day_after(requested, 1)) if requested > today else soonest
    while (day - today).days > limits.late_days or not is_business_day(day):
        day -= dt.timedelta(days=1)
    return day


@row_rule(
    "ACC030",
    WARNING,
    sheet="accounts",
    on="requested_date",
    says={
        "early": Text(
            "{left} d'ici au {date}; un port en prend d'ordinaire {needed}.",
            "{left} until {date}; a port usually takes {needed}.",
        ),
        "late": Text("Le {date} est dans plus de {days} jours.", "{date} is over {days} days ahead."),
    },
    remedy={
        "early": Text(
            "Choisissez le {safe} ou plus tard si le client peut attendre.",
            "Choose {safe} or later if the customer can wait.",
        ),
        "too_early": Text(
            "Écrivez le {safe} ou plus tard; la toute première date possible est le {first}.",
            "Write {safe} or later; the very first possible date is {first}.",
        ),
        "late": Text(
            "Choisissez le {last} ou plus tôt, ou renvoyez ce compte plus tard.",
            "Choose {last} or earlier, or send this account later.",
        ),
    },
    why=Text(
        f"Un port filaire prend d'ordinaire {DEFAULT_THRESHOLDS.early_business_days} jours ouvrables; les "
        "fournisseurs ne réservent pas de date plus d'un mois à l'avance.",
        f"A wireline port usually takes {DEFAULT_THRESHOLDS.early_business_days} business days; carriers book no date "
        "more than a month ahead.",
    ),
    example={
        "date": "2026-11-26",
        "left": Text("3 jours ouvrables", "3 business days"),
        "needed": DEFAULT_THRESHOLDS.early_business_days,
        "safe": "2026-11-30",
        "first": "2026-11-25",
        "days": DEFAULT_THRESHOLDS.late_days,
        "last": "2026-12-23",
    },
    examples={
        "late": {"date": "2026-12-24"},
    },
)
def tight_requested_date(accounts: pd.DataFrame, batch: TypedBatch) -> pd.DataFrame | None:
    tight = {row: _tight(date, batch) for row, date in _requested_dates(accounts).items()}
    return rows_with({row: facts for row, facts in tight.items() if facts})


def _tight(date: dt.date, batch: TypedBatch) -> dict[str, object]:
    """Return the variants of ACC030 and their facts; empty if `date` is neither too soon nor too far ahead."""
    today, limits = batch.context.reference_date, batch.context.thresholds
    if (date - today).days > limits.late_days:
        last = today + dt.timedelta(days=limits.late_days)
        return {"says": "late", "remedy": "late", "date": date, "days": limits.late_days, "last": last}
    left = business_days_between(today, date)
    if left >= limits.early_business_days:
        return {}
    facts = {
        "says": "early",
        "date": date,
        "left": _business_days(left),
        "needed": limits.early_business_days,
        "safe": business_day_after(today, limits.early_business_days),
    }
    if left >= limits.first_business_days:
        return {**facts, "remedy": "early"}
    return {**facts, "remedy": "too_early", "first": business_day_after(today, limits.first_business_days)}


def _business_days(count: int) -> Text:
    return Text(
        f"{count} jour{'s' * (count > 1)} ouvrable{'s' * (count > 1)}", f"{count} business day{'s' * (count != 1)}"
    )
