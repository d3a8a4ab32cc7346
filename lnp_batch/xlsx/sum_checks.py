"""The checks sheet of a workbook with sums: its words, the same for every document."""

from __future__ import annotations

from lnp_batch.model.text import Text

NAME = Text("Contrôles", "Checks")


CHECK = Text("Contrôle", "Check")


DIFFERENCE = Text("Écart", "Difference")


RESULT = Text("Résultat", "Result")


AGREES = Text("Concorde", "Agrees")


DIFFERS = Text("À vérifier", "To be checked")


ALL_AGREES = Text("Tout concorde", "Everything agrees")


NOT_ALL_AGREES = Text("Un écart est à vérifier", "A difference is to be checked")
