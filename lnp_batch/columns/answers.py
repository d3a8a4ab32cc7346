"""The columns of the Summary in which a reseller answers with OK."""

from __future__ import annotations

from lnp_batch.model.text import Text, same

PROPOSAL = Text("Notre proposition", "Our proposal")

OK = same("OK?")

YES = Text("Oui", "Yes")
"""What the drop-down of the OK column offers."""

MEANS_YES = frozenset({"oui", "yes", "o", "y", "ok", "x", "✓", "✔", "☑"})
"""What an OK cell may say, casefolded; anything else is no answer."""

FINGERPRINTS = "lnp-batch OK 1"
"""The header of the hidden column beside the OK column; the digit is the version of what stands in it."""
