"""A fault as the office's reports count it: which rule, how often, and nothing of an account or a customer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lnp_batch.model.finding import Finding
from lnp_batch.model.text import LANGUAGES, Text, shown

OWN_FACTS = frozenset(
    {
        "header",
        "missing",
        "twice",
        "kind",
        "holiday",
        "figure",
        "most",
        "count",
        "limit",
        "days",
        "needed",
        "part",
        "expected",
    }
)
"""Facts that say something of our workbook, of our limits or of the file, never of an account or a customer."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What several findings of a workbook have in common, and how many they are.

    `says` names the variant of the rule's sentence, "" for the first. `facts` are those of :data:`OWN_FACTS` that are
    the same in all of the findings.
    """

    code: str
    count: int
    says: str = ""
    facts: Mapping[str, Text] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the fault as the run's reports keep it."""
        facts = {name: {lang: fact[lang] for lang in LANGUAGES} for name, fact in self.facts.items()}
        return {"code": self.code, "count": self.count, "says": self.says, "facts": facts}

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Fault:
        """Return the fault that :meth:`to_json` gave."""
        return cls(**{**fields, "facts": {name: Text(**fact) for name, fact in fields["facts"].items()}})


def faults_of(findings: Iterable[Finding]) -> tuple[Fault, ...]:
    """Return the faults that hold something back, the commonest first."""
    counts: Counter[_Key] = Counter()
    same: dict[_Key, dict[str, object]] = {}
    for finding in findings:
        if finding.severity.holds:
            key = finding.code, str(finding.facts.get("says", "")), finding.facts.get("header")
            counts[key] += 1
            known = same.setdefault(key, {name: fact for name, fact in finding.facts.items() if name in OWN_FACTS})
            for name in [name for name, fact in known.items() if finding.facts.get(name) != fact]:
                del known[name]
    return tuple(
        Fault(key[0], count, key[1], {name: _in_words(fact) for name, fact in same[key].items()})
        for key, count in counts.most_common()
    )


_Key = tuple[str, str, object]
"""Code, variant of the sentence, header of the column if the sentence quotes it."""


def _in_words(fact: object) -> Text:
    return Text(shown(fact, "fr"), shown(fact, "en"))
