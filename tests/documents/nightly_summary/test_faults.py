"""The commonest faults as sentences, without a code, a slug, or anything of an account or a customer."""

from __future__ import annotations

import re

import pytest

from lnp_batch.documents.nightly_summary.faults import commonest, fault_sentence
from lnp_batch.model.fault import OWN_FACTS, Fault
from lnp_batch.model.text import LANGUAGES, NBSP, Lang, Text, shown
from lnp_batch.rules import CATALOGUE
from lnp_batch.rules.rule import Rule

QUOTED = re.compile(rf"«{NBSP}…{NBSP}»|“…”")


def plain(words: list[str]) -> list[str]:
    return [line.replace(NBSP, " ") for line in words]


def as_reported(rule: Rule[object], says: str) -> Fault:
    """Return a rule's fault with the facts of its example that a report keeps."""
    example = {**rule.example, **rule.examples.get(says, {})}
    facts = {name: Text(shown(fact, "fr"), shown(fact, "en")) for name, fact in example.items() if name in OWN_FACTS}
    return Fault(rule.code, 1, says, facts)


def test_at_most_three_are_shown_the_commonest_first() -> None:
    signer = Text("Signataire", "Signer")
    faults = [
        Fault("CEL001", 1200, facts={"header": signer}),
        Fault("NUM010", 2),
        Fault("CEL002", 1, "not_listed", {"header": signer}),
        Fault("CEL002", 2, "near", {"header": signer}),
        Fault("ACC014", 1),
    ]
    assert plain(commonest(faults, "fr")) == [
        "1 200 × « Signataire » est à remplir",
        "3 × « … » n'est pas dans la liste de « Signataire »",
        "2 × Un numéro est aussi ailleurs dans le classeur",
    ]
    assert plain(commonest(faults[4:], "en")) == ["The name in your file differs from the CSR or bill"]


def test_a_limit_and_the_figure_over_it_are_named() -> None:
    facts = {"figure": Text("31", "31"), "most": Text("20", "20")}
    assert fault_sentence(Fault("WBK003", 1, "file_mib", facts), "en") == "This file weighs 31 MiB; the limit is 20 MiB"


def test_a_rule_that_is_gone_is_named_by_its_code() -> None:
    assert commonest([Fault("ZZZ999", 2)], "en") == [f"2{NBSP}×{NBSP}ZZZ999"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_fault_has_a_sentence(lang: Lang) -> None:
    """Beside quoted cells nothing is left out, and no placeholder, slug or code is left."""
    for rule in CATALOGUE:
        for says in rule.says if rule.severity.holds or not rule.fixed else ():
            sentence = fault_sentence(as_reported(rule, says), lang)
            words = [word for word in sentence.split() if any(map(str.isalpha, word))]
            assert len(words) >= 3 or rule.code == "WBK004", sentence
            assert "…" not in QUOTED.sub("", sentence), sentence
            assert not set(sentence) & set("{}\n"), sentence
            assert sentence[0].isupper() or not sentence[0].isalpha(), sentence
            assert sentence.casefold() != rule.slug.replace("-", " ")
            assert rule.code not in sentence


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_sentence_quotes_more_than_the_report_keeps(lang: Lang) -> None:
    """Without facts every placeholder but those of our own words has general words."""
    for rule in CATALOGUE:
        for says in rule.says:
            assert not set(fault_sentence(Fault(rule.code, 1, says), lang)) & set("{}\n")
