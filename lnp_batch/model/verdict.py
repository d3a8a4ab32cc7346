"""What became of a workbook of the nightly run, in words."""

from __future__ import annotations

from lnp_batch.model.text import Text

VERDICTS = {
    "accepted": Text("accepté", "accepted"),
    "to_fix": Text("à corriger", "to fix"),
    "refused": Text("refusé", "refused"),
    "already_processed": Text("déjà traité", "already processed"),
    "defect": Text("erreur de notre part", "a fault of ours"),
    "unreadable": Text("illisible pour l'instant", "cannot be read for now"),
}
