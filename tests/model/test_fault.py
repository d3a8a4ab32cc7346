"""Faults: what several findings have in common, without anything of an account or a customer."""

from __future__ import annotations

from lnp_batch.model.fault import Fault, faults_of
from lnp_batch.model.finding import Finding, Severity
from lnp_batch.model.text import Text

SIGNER, CARRIER = Text("Signataire", "Signer"), Text("Fournisseur", "Carrier")


def finding(code: str, severity: Severity = Severity.ERROR, value: str = "Plomberie Gagné", **facts: object) -> Finding:
    return Finding(code, severity, value=value, facts=facts)


def test_findings_are_counted_by_rule_sentence_and_header() -> None:
    findings = [
        finding("CEL002", says="near", header=SIGNER, nearest="Marie Gagné"),
        finding("CEL001", header=CARRIER, help=Text("Aide", "Help")),
        finding("CEL001", header=SIGNER),
        finding("CEL001", header=SIGNER),
        finding("NUM010", Severity.CONFIRM, number="514-555-0100", where="D3"),
        finding("ACC032", Severity.INFO, last="2026-11-30"),
        finding("ACC030", Severity.WARNING, days=30),
    ]
    assert faults_of(findings) == (
        Fault("CEL001", 2, facts={"header": SIGNER}),
        Fault("CEL002", 1, "near", {"header": SIGNER}),
        Fault("CEL001", 1, facts={"header": CARRIER}),
        Fault("NUM010", 1),
    )


def test_only_what_all_findings_have_in_common_is_kept() -> None:
    findings = [finding("WBK003", says="columns", figure=figure, most=25_600) for figure in (300, 400)]
    assert faults_of(findings) == (Fault("WBK003", 2, "columns", {"most": Text("25\u00a0600", "25,600")}),)


def test_nothing_is_lost_in_json() -> None:
    fault = Fault("CEL002", 3, "near", {"header": SIGNER})
    assert Fault.from_json(fault.to_json()) == fault
    assert fault.to_json()["facts"] == {"header": {"fr": "Signataire", "en": "Signer"}}
