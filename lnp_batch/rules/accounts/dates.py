"""ACC029, ACC030: the requested date."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from lnp_batch.model.dates import business_day_after, business_days_between, holiday, is_business_day
from lnp_batch.model.text import Text
from lnp_batch.rules.rule import ERROR, WARNING, row_rule

if TYPE_CHECKING:
    import pandas as pd

    from lnp_batch.model.typed_batch import TypedBatch


def _asked(accounts: pd.DataFrame) -> dict[int, dt.date]:
    """The requested dates, by row."""
    filled = accounts["requested_date"].dropna()
    return {row: date.date() for row, date in filled.items()}


def _facts(facts: dict[int, dict[str, object]], columns: list[str]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame.from_dict(facts, orient="index", columns=columns, dtype="object")


@row_rule(
    "ACC029",
    ERROR,
    sheet="accounts",
    on="requested_date",
    says=Text("Aucun port ne peut se faire le {date} : {what}.", "No port can be done on {date}: {what}."),
    remedy=Text("Écrivez le {next}, ou videz la cellule.", "Write {next}, or clear the cell."),
    why=Text(
        "Les fournisseurs portent les jours ouvrables; une date passée, une fin de semaine ou un jour férié est refusé.",
        "Carriers port on business days; a past date, a weekend or a holiday is refused.",
    ),
    example={"date": "2026-12-25", "what": Text("Jour de Noël", "Christmas Day"), "next": "2026-12-23"},
)
def bad_requested_date(accounts: pd.DataFrame, batch: TypedBatch) -> pd.DataFrame:
    today = batch.context.reference_date
    facts: dict[int, dict[str, object]] = {}
    for row, date in _asked(accounts).items():
        what = _why_not(date, today)
        if what:
            facts[row] = {"date": date, "what": what, "next": _good_day(date, batch)}
    return _facts(facts, ["date", "what", "next"])


def _good_day(asked: dt.date, batch: TypedBatch) -> dt.date:
    """The business day nearest after `asked` that is neither too soon nor too far ahead."""
    today, limits = batch.context.reference_date, batch.context.thresholds
    soonest = business_day_after(today, limits.early_business_days)
    day = max(soonest, business_day_after(asked, 1)) if asked > today else soonest
    while (day - today).days > limits.late_days or not is_business_day(day):
        day -= dt.timedelta(days=1)
    return day


def _why_not(date: dt.date, today: dt.date) -> Text | None:
    if date < today:
        return Text("ce jour est passé", "that day is past")
    if name := holiday(date):
        return name
    return None if is_business_day(date) else Text("c'est la fin de semaine", "it is a weekend")


@row_rule(
    "ACC030",
    WARNING,
    sheet="accounts",
    on="requested_date",
    says=Text("{what}", "{what}"),
    remedy=Text("{advice}", "{advice}"),
    why=Text(
        "Un port filaire prend d'ordinaire cinq jours ouvrables; les fournisseurs ne réservent pas de date plus d'un mois d'avance.",
        "A wireline port usually takes five business days; carriers book no date more than a month ahead.",
    ),
    example={
        "what": Text(
            "Il reste 3 jours ouvrables d'ici au 2026-11-26; il en faut d'ordinaire 5.",
            "There are 3 business days until 2026-11-26; it usually takes 5.",
        ),
        "advice": Text(
            "Choisissez le 2026-11-30 ou plus tard si le client peut attendre.",
            "Choose 2026-11-30 or later if the customer can wait.",
        ),
    },
)
def tight_requested_date(accounts: pd.DataFrame, batch: TypedBatch) -> pd.DataFrame:
    facts: dict[int, dict[str, object]] = {}
    for row, date in _asked(accounts).items():
        tight = _tight(date, batch)
        if tight:
            facts[row] = {"what": tight[0], "advice": tight[1]}
    return _facts(facts, ["what", "advice"])


def _tight(date: dt.date, batch: TypedBatch) -> tuple[Text, Text] | None:
    today, limits = batch.context.reference_date, batch.context.thresholds
    if (date - today).days > limits.late_days:
        last = today + dt.timedelta(days=limits.late_days)
        return (
            Text(
                f"Le {date} est dans plus de {limits.late_days} jours.",
                f"{date} is over {limits.late_days} days ahead.",
            ),
            Text(
                f"Choisissez le {last} ou plus tôt, ou renvoyez ce compte plus tard.",
                f"Choose {last} or earlier, or send this account later.",
            ),
        )
    ahead, safe = business_days_between(today, date), business_day_after(today, limits.early_business_days)
    if ahead >= limits.early_business_days:
        return None
    usual = limits.early_business_days
    what = Text(
        f"{ahead} jour{'s' * (ahead > 1)} ouvrable{'s' * (ahead > 1)} d'ici au {date}; il en faut d'ordinaire {usual}.",
        f"{ahead} business day{'s' * (ahead != 1)} until {date}; it usually takes {usual}.",
    )
    if ahead < limits.first_business_days:
        first = business_day_after(today, limits.first_business_days)
        return what, Text(
            f"Écrivez le {safe} ou plus tard; la toute première date possible est le {first}.",
            f"Write {safe} or later; the very first possible date is {first}.",
        )
    return what, Text(
        f"Choisissez le {safe} ou plus tard si le client peut attendre.",
        f"Choose {safe} or later if the customer can wait.",
    )
