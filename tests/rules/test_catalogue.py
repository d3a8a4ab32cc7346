"""The catalogue holds the rules of the contract, and its sentences follow the contract's guidelines."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

import lnp_batch.rules
from lnp_batch.columns import Column
from lnp_batch.columns.sheets import COLUMNS
from lnp_batch.model.finding import Severity
from lnp_batch.model.text import LANGUAGES, NBSP, Lang, Text
from lnp_batch.rules import CATALOGUE, severity_is_fixed
from lnp_batch.rules.cell import COLUMN_HELP
from lnp_batch.rules.rule import NOTHING_TO_DO, Rule

EXPECTED = """
WBK001 not-a-workbook error
WBK002 encrypted error
WBK003 unsafe error
WBK004 missing-sheet error
WBK005 missing-column error
WBK006 duplicate-column error
WBK007 unknown-column info
WBK008 formula-without-value error
WBK009 hidden-rows warning
WBK010 merged-cells error
WBK011 other-version warning
WBK012 no-rows error
WBK013 not-copied info
WBK014 wrong-reseller error
WBK015 second-sheet confirm
WBK016 header-guessed confirm
WBK017 answers-unused warning
CEL001 required-missing error
CEL002 not-in-list error
CEL003 not-a-date error
CEL004 not-a-whole-number error
CEL005 too-long error
CEL006 number-lost-zeros warning
CEL007 number-lost-digits error
CEL008 error-value error
CEL009 tidied info
CEL010 bad-email error
CEL011 bad-characters error
CEL012 placeholder error
CEL013 applied-at-your-word info
NUM001 not-ten-digits error
NUM002 two-numbers error
NUM003 extension error
NUM004 impossible-number error
NUM005 reserved-number info
NUM006 not-canadian error
NUM007 toll-free error
NUM008 not-portable error
NUM009 unknown-area-code warning
NUM010 duplicate-number error
NUM011 two-accounts error
NUM012 unknown-account error
NUM013 inactive error
NUM014 activity-unknown confirm
NUM015 dsl confirm
NUM016 alarm confirm
NUM017 special-service warning
NUM018 bad-range error
NUM019 line-type-differs warning
NUM021 reformatted info
NUM022 wireless-approval info
NUM023 other-province warning
NUM024 wireless-mixed warning
NUM025 example-left-in confirm
NUM026 not-a-row warning
ACC001 duplicate-account-key error
ACC002 account-twice error
ACC003 unknown-carrier warning
ACC004 carrier-alias info
ACC005 bad-btn error
ACC006 no-numbers warning
ACC007 no-evidence error
ACC008 no-csr info
ACC009 bill-date-missing error
ACC010 bill-too-old error
ACC011 bill-too-old-with-csr warning
ACC012 bill-in-future error
ACC013 screenshot warning
ACC014 name-differs error
ACC015 address-differs error
ACC016 writing-differs warning
ACC017 po-box error
ACC018 bad-postal-code error
ACC019 postal-code-province warning
ACC020 signer error
ACC021 freeze error
ACC022 restriction error
ACC023 freeze-unknown confirm
ACC024 pending-order error
ACC025 pending-order-unknown confirm
ACC026 list-not-reviewed confirm
ACC027 cancels-early error
ACC028 under-contract warning
ACC029 bad-requested-date error
ACC030 tight-requested-date warning
ACC031 btn-twice warning
ACC032 bill-soon-too-old info
ACC033 document-missing warning
ACC034 not-a-street-address confirm
ACC035 not-a-city confirm
ACC036 not-a-name confirm
ACC037 two-carriers error
ACC038 example-left-in confirm
ACC039 not-a-row warning
ACC040 residential-name error
ACC041 person-as-business confirm
NOT001 note-contradicts confirm
REQ001 full-port-incomplete error
REQ002 full-port-without-btn error
REQ003 partial-takes-all error
REQ004 new-btn-missing error
REQ005 new-btn-leaves error
REQ006 new-btn-not-needed warning
REQ007 remaining-not-listed warning
REQ008 more-than-total error
REQ009 request-split info
BAT001 unknown-reseller error
BAT002 province-differs warning
LED001 already-requested error
LED002 already-ported error
LED003 same-batch-reference warning
LED004 already-accepted info
LED005 sent-and-changed error
LED006 ported-before warning
"""
"""Code, slug and severity, as in the contract."""

FIXED = """
WBK001 WBK002 WBK003 WBK004 WBK005 WBK006 WBK007 WBK008 WBK009 WBK010 WBK011 WBK012 WBK013 WBK014 WBK015 WBK016 WBK017
CEL001 CEL002 CEL003 CEL004 CEL005 CEL006 CEL007 CEL008 CEL009 CEL010 CEL011 CEL012 CEL013
NUM001 NUM002 NUM003 NUM004 NUM005 NUM006 NUM007 NUM008 NUM009 NUM010 NUM011 NUM012 NUM018
BAT001 BAT002 LED001 LED005
"""
"""Codes whose severity the settings may not change: WBK, CEL, BAT, NUM001 to NUM012 and NUM018 by the contract, LED001
(a number in two requests) and LED005 (a request that the carrier has received) by our own choice."""

AT_MOST = 140
UNWANTED = re.compile(
    r"\bsvp\b|s['’]il (?:vous|te) pla[iî]t|\bplease\b|invalide?|\bregex|\bnull\b|\bnan\b", re.IGNORECASE
)
PYTHON = re.compile(r"\b(?:None|NaN|True|False)\b")
KEYS = re.compile(
    "|".join(sorted({column.key for columns in COLUMNS.values() for column in columns if "_" in column.key}))
)

every_rule = pytest.mark.parametrize("rule", CATALOGUE, ids=[rule.code for rule in CATALOGUE])
every_language = pytest.mark.parametrize("lang", LANGUAGES)


def placeholders(words: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in Formatter().parse(words) if name is not None}


def bare(words: str) -> str:
    """The words without their placeholders."""
    return re.sub(r"\{[^{}]*\}", "", words)


def texts(rule: Rule[Any]) -> tuple[Text, ...]:
    """Every sentence that the rule can say."""
    return (*rule.says.values(), *rule.remedy.values())


def test_catalogue_is_the_contract() -> None:
    rules = {(rule.code, rule.slug, rule.severity.value) for rule in CATALOGUE}
    assert rules == {tuple(line.split()) for line in EXPECTED.strip().splitlines()}
    assert len(CATALOGUE) == len(rules)


def test_codes_and_slugs_are_unique() -> None:
    codes = [rule.code for rule in CATALOGUE]
    slugs = [(rule.code[:3], rule.slug) for rule in CATALOGUE]
    assert len(set(codes)) == len(codes)
    assert len(set(slugs)) == len(slugs)


def test_severities_that_are_fixed() -> None:
    fixed = {rule.code for rule in CATALOGUE if severity_is_fixed(rule.code)}
    assert fixed == set(FIXED.split())
    assert fixed >= {rule.code for rule in CATALOGUE if rule.code.startswith(("WBK", "CEL", "BAT"))}


@every_rule
def test_both_languages_hold_the_same_placeholders(rule: Rule[Any]) -> None:
    for text in texts(rule):
        assert placeholders(text.fr) == placeholders(text.en)


@every_rule
@every_language
def test_words_are_those_of_a_helpful_person(rule: Rule[Any], lang: Lang) -> None:
    said = [text[lang] for text in (*rule.messages(), *rule.remedies())]
    assert all(words.strip() for words in said)
    for words in (*said, *(bare(text[lang]) for text in texts(rule))):
        assert not UNWANTED.search(words)
        assert not KEYS.search(words)
    for text in texts(rule):
        assert not PYTHON.search(bare(text[lang]))


@every_rule
def test_french_typography(rule: Rule[Any]) -> None:
    for words in (
        *(text.fr for text in texts(rule)),
        *(text.fr for text in (*rule.messages(), *rule.remedies())),
        rule.why.fr,
    ):
        assert not re.search(rf"[^{NBSP}]:(?=\s|$)", words)
        assert not re.search(rf"«(?!{NBSP})|[^{NBSP}]»", words)
        assert not re.search(r"\s[;!?]", words)
        assert not re.search("[“”]", words)


@every_rule
@every_language
def test_sentences_are_short(rule: Rule[Any], lang: Lang) -> None:
    for text in texts(rule):
        assert len(bare(text[lang])) <= AT_MOST


@every_rule
@every_language
def test_every_rule_says_why(rule: Rule[Any], lang: Lang) -> None:
    assert rule.why[lang].endswith(".")
    assert not UNWANTED.search(rule.why[lang])


@every_rule
def test_examples_fill_every_placeholder(rule: Rule[Any]) -> None:
    for name, text in (*rule.says.items(), *rule.remedy.items()):
        assert placeholders(text.fr) <= rule.example_of(name).keys()
    assert rule.examples.keys() <= {*rule.says, *rule.remedy}


def test_what_is_only_read_differently_needs_no_action() -> None:
    """Such a cell is shown in italics; a request that is split was typed exactly and is not."""
    assert {rule.code for rule in CATALOGUE if rule.reads_as} == {"CEL009", "CEL013", "NUM021", "ACC004"}
    for rule in CATALOGUE:
        if rule.reads_as:
            assert set(rule.remedy.values()) == {NOTHING_TO_DO}
            assert rule.severity is Severity.INFO


@every_rule
def test_no_sentence_is_a_bare_placeholder(rule: Rule[Any]) -> None:
    for text in texts(rule):
        for lang in LANGUAGES:
            words = re.findall(r"\w+", bare(text[lang]))
            assert words or text == COLUMN_HELP, text[lang]


SOURCES = sorted(path for path in Path(lnp_batch.rules.__file__).parent.rglob("*.py") if path.name != "rule.py")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(SOURCES[0].parent)))
def test_rules_stand_in_code_order_in_the_file_of_their_subject(path: Path) -> None:
    codes = re.findall(r'^@\w+_rule\(\s+"([A-Z]{3}[0-9]{3})"', path.read_text("utf-8"), re.MULTILINE)
    assert codes == sorted(codes)
    subject = {"numbers": "NUM", "accounts": "ACC"}.get(path.parent.name, SUBJECTS.get(path.stem))
    assert {code[:3] for code in codes} <= {subject}


SUBJECTS = {"workbook": "WBK", "cell": "CEL", "batch": "BAT", "requests": "REQ", "ledger": "LED", "notes": "NOT"}


def test_every_rule_is_in_the_order_once() -> None:
    found = [
        code for path in SOURCES for code in re.findall(r'_rule\(\s+"([A-Z]{3}[0-9]{3})"', path.read_text("utf-8"))
    ]
    assert sorted(found) == sorted(rule.code for rule in CATALOGUE)


HELPS = {(sheet, column.key): column for sheet, columns in COLUMNS.items() for column in columns if not column.ours}


@pytest.mark.parametrize("column", HELPS.values(), ids=[" ".join(place) for place in HELPS])
@every_language
def test_a_columns_help_is_a_remedy_too(column: Column, lang: Lang) -> None:
    """CEL001 quotes it as what to do."""
    assert 0 < len(column.help[lang]) <= AT_MOST
    assert not UNWANTED.search(column.help[lang])
    assert not KEYS.search(column.help[lang])
