"""Reports and refusals are tested with rules of their own, not with the catalogue's wording."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from lnp_batch.documents.report import json_report
from lnp_batch.documents.report import refusal as refusal_module
from lnp_batch.model.finding import Finding, Severity
from lnp_batch.model.text import Text
from lnp_batch.model.typed_batch import TypedBatch
from lnp_batch.rules.rule import Rule, batch_rule


@pytest.fixture(autouse=True)
def rules_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give every code a rule whose message names the code, or says the fact `says` of its finding."""

    def rule_of(code: str) -> Rule[Any]:
        text = Text(f"{code} en français.", f"{code} in English.")

        @batch_rule(code, Severity.ERROR, sheet="batch", says=text, remedy=text, why=text)
        def example_rule(_batch: TypedBatch) -> pd.DataFrame:
            raise AssertionError("no rule is run here")

        return example_rule

    def message(finding: Finding, lang: Any) -> str:
        return str(finding.facts.get("says", rule_of(finding.code).message({}, lang)))

    monkeypatch.setattr(json_report, "rule_of", rule_of)
    for module in (json_report, refusal_module):
        monkeypatch.setattr(module, "message", message)
        monkeypatch.setattr(module, "remedy", lambda finding, lang: Text("Corrigez-le.", "Correct it.")[lang])
