"""The sheets that are not in the annotated copy, by name."""

from __future__ import annotations

from lnp_batch.model.outcome import Outcome
from lnp_batch.model.text import Text

NOT_COPIED = Text("Feuilles non lues et non recopiées : {names}.", "Sheets not read and not copied: {names}.")


def not_copied_line(outcome: Outcome) -> str:
    """Return one sentence that names every sheet that was not copied; "" if all were."""
    names = tuple(outcome.reading.unread)
    return NOT_COPIED.say(outcome.lang, {"names": names}) if names else ""
