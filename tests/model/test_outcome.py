"""States, severities and verdicts: their signs can be shown everywhere."""

from __future__ import annotations

from lnp_batch.model.finding import Severity
from lnp_batch.model.outcome import State
from lnp_batch.model.verdict import Verdict

EVERYWHERE = set("✔✖▲△○✎–‼")
"""Signs that the usual fonts of Excel, LibreOffice and browsers have: of Arial, or of Zapf's dingbats."""


def test_signs_are_those_that_every_program_can_show() -> None:
    signs = {state.value[1] for state in State}
    signs |= {severity.icon for severity in Severity} | {verdict.icon for verdict in Verdict}
    assert signs == EVERYWHERE
