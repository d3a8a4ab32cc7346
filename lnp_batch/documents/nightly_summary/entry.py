"""A workbook in the office's reports of the night, and the night's totals in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lnp_batch.model.amounts import count_of, dollars
from lnp_batch.model.fault import Fault
from lnp_batch.model.fees import Fees, in_dollars, sum_of
from lnp_batch.model.outcome import State
from lnp_batch.model.text import Lang, Text
from lnp_batch.model.verdict import Verdict

VERDICTS = (
    Verdict.DEFECT,
    Verdict.UNREADABLE,
    Verdict.REFUSED,
    Verdict.TO_FIX,
    Verdict.ACCEPTED,
    Verdict.ALREADY_PROCESSED,
)
"""The most urgent first."""
STATES = (State.ACCEPTED, State.TO_FIX, State.TO_CONFIRM, State.WAITING, State.NOT_PORTED)

ARRIVED = (
    Text("{count} classeur : {verdicts}.", "{count} workbook: {verdicts}."),
    Text("{count} classeurs : {verdicts}.", "{count} workbooks: {verdicts}."),
)
"""For one workbook, and for several."""
NOTHING = Text("Aucun classeur n'a été traité.", "No workbook was processed.")
LATE = (
    Text(
        "{count} réponse remise à un classeur d'un autre jour.",
        "{count} answer delivered to a workbook of another day.",
    ),
    Text(
        "{count} réponses remises à des classeurs d'un autre jour.",
        "{count} answers delivered to workbooks of another day.",
    ),
)
NUMBERS = Text("Numéros : {states}.", "Numbers: {states}.")
NOTHING_BILLED = Text("Rien n'est facturé.", "Nothing is billed.")
BILLED = (
    Text("{count} numéro facturé : {amount} avant taxes.", "{count} number billed: {amount} before tax."),
    Text("{count} numéros facturés : {amount} avant taxes.", "{count} numbers billed: {amount} before tax."),
)
GIVEN_BACK = (
    Text("{count} numéro rendu : {amount}; net : {net}.", "{count} number given back: {amount}; net: {net}."),
    Text("{count} numéros rendus : {amount}; net : {net}.", "{count} numbers given back: {amount}; net: {net}."),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What the reports of the night say of a workbook; nothing of an account or a customer.

    `reseller`: its sender's code, `name` its name; `contact`: name and e-mail address on lines of their own;
    `corrects`: the batches whose requests it continues; `first`: the batch of the first answer to the same bytes, "" if
    this is the first; `day`: that on which it was claimed (ISO); `place`: the folder of the outbox that has the batch's
    folder; `folder`: the path of that in the outbox, "" if there is none; `counts`: numbers by state, 0 if those of
    another answer to the same bytes count; `faults`: the commonest first.
    """

    file: str
    verdict: Verdict
    reseller: str
    name: str
    contact: str
    purchase_order: str
    reference: str
    corrects: tuple[str, ...]
    first: str
    day: str
    batch: str
    place: str
    folder: str
    counts: Mapping[State, int]
    fees: Fees
    faults: tuple[Fault, ...]

    @classmethod
    def from_json(cls, fields: Mapping[str, Any], folder: str = "") -> Entry:
        """Return the value of a run's entry. Earlier versions wrote no contact, and codes instead of faults."""
        verdict = Verdict(fields["verdict"])
        counted_before = verdict is Verdict.ALREADY_PROCESSED
        faults = [Fault.from_json(fault) for fault in fields.get("faults", ())]
        return cls(
            **{key: str(fields[key]) for key in ("file", "reseller", "name", "batch", "place")},
            **{key: str(fields.get(key, "")) for key in ("contact", "purchase_order", "reference", "first", "day")},
            verdict=verdict,
            corrects=tuple(fields.get("corrects", ())),
            folder=folder,
            counts={state: 0 if counted_before else fields[state.key] for state in STATES},
            fees=Fees(*(fields[key] for key in ("billed", "given_back", "billed_cents", "given_back_cents"))),
            faults=tuple(faults or [Fault(code, count) for code, count in fields.get("codes", ())]),
        )

    @property
    def sender(self) -> str:
        """The reseller's name, else its code."""
        return self.name or self.reseller

    @property
    def has_new_answer(self) -> bool:
        """Whether its batch had an answer before, and this one is another."""
        return bool(self.first) and self.verdict is not Verdict.ALREADY_PROCESSED

    def has_fault(self, code: str) -> bool:
        """Whether a finding of that rule holds something back."""
        return any(fault.code == code for fault in self.faults)


def counted_once(entries: Sequence[Entry]) -> list[Entry]:
    """Return `entries` with the counts of a batch's last answer only; its fees are those of all its answers."""
    last = {entry.first: at for at, entry in enumerate(entries) if entry.has_new_answer}
    return [
        replace(entry, counts=dict.fromkeys(STATES, 0))
        if at < last.get(entry.first if entry.has_new_answer else entry.batch, 0)
        else entry
        for at, entry in enumerate(entries)
    ]


def most_urgent_first(entries: Sequence[Entry]) -> list[Entry]:
    """Return `entries` by verdict, those of one verdict in their order."""
    return sorted(entries, key=lambda entry: VERDICTS.index(entry.verdict))


def verdict_label(verdict: Verdict, lang: Lang) -> str:
    """Return icon and words: `✖ Refusé`."""
    words = verdict.text[lang]
    return f"{verdict.icon} {words[0].upper()}{words[1:]}"


def headline(entries: Sequence[Entry], lang: Lang, late: int = 0) -> str:
    """Return the counts by verdict: `12 classeurs : 1 refusé, 3 à corriger, 8 acceptés.` Then, if there are any, how
    many workbooks of other days were answered."""
    if late:
        answers = _for(LATE, late)[lang].format(count=count_of(late, lang))
        return f"{headline(entries, lang)} {answers}" if entries else answers
    if not entries:
        return NOTHING[lang]
    verdicts = [entry.verdict for entry in entries]
    parts = [
        f"{count_of(count, lang)} {verdict.of_workbooks(count)[lang]}"
        for verdict in VERDICTS
        if (count := verdicts.count(verdict))
    ]
    return _for(ARRIVED, len(entries))[lang].format(count=count_of(len(entries), lang), verdicts=", ".join(parts))


def numbers_in(entries: Sequence[Entry], state: State) -> int:
    """Return how many numbers are in that state."""
    return sum(entry.counts[state] for entry in entries)


def numbers_line(entries: Sequence[Entry], lang: Lang) -> str:
    """Return the numbers by state: `Numéros : 27 acceptés, 1 à corriger.`"""
    counts = {state: numbers_in(entries, state) for state in STATES}
    return NUMBERS[lang].format(states=states_in_words(counts, lang))


def states_in_words(counts: Mapping[State, int], lang: Lang) -> str:
    """Return the numbers by state, those that are not accepted only if there are any: `27 acceptés, 1 à corriger`."""
    return ", ".join(
        f"{count_of(count, lang)} {state.of_numbers(count)[lang]}"
        for state, count in counts.items()
        if count or state is State.ACCEPTED
    )


def fees_line(entries: Sequence[Entry], lang: Lang) -> str:
    """Return what is billed, and what is given back: `23 numéros facturés : 689,77 $ avant taxes.`"""
    fees = sum_of(entry.fees for entry in entries)
    words = [_put(BILLED, fees.billed, fees.billed_cents, fees, lang) if fees.billed else NOTHING_BILLED[lang]]
    if fees.given_back:
        words.append(_put(GIVEN_BACK, fees.given_back, -fees.given_back_cents, fees, lang))
    return " ".join(words)


def _put(forms: tuple[Text, Text], count: int, cents: int, fees: Fees, lang: Lang) -> str:
    amount, net = (dollars(in_dollars(each), lang) for each in (cents, fees.net_cents))
    return _for(forms, count)[lang].format(count=count_of(count, lang), amount=amount, net=net)


def _for(forms: tuple[Text, Text], count: int) -> Text:
    """Return the form for one, or for several."""
    return forms[count != 1]
