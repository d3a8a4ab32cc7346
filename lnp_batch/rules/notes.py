"""NOT: what the Notes say against the rest of a row. No carrier sees the notes, so nobody else would notice."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lnp_batch.model.text import Text, fold_words
from lnp_batch.rules.rule import CONFIRM, shape_rule

if TYPE_CHECKING:
    import pandas as pd

    from lnp_batch.columns import Column

PHRASES = {
    "cancelled": (
        r"already (?:been )?(?:cancell?ed|disconnected)",
        r"(?:has|have) (?:cancell?ed|disconnected) (?:the |their |his |her )?"
        r"(?:service|services|account|line|lines|phone|phones)",
        r"called (?:\w+ )?to cancel",
        r"(?:service|account|line|lines) (?:was |were |is |are |has been |have been )?(?:cancell?ed|disconnected)",
        r"about to cancel",
        r"(?:will|is going to|are going to) cancel (?:today|tomorrow|this week|next week|before)",
        r"deja (?:ete )?(?:annulee?s?|resiliee?s?|debranchee?s?)",
        r"deja (?:appele|telephone) pour (?:annuler|resilier)",
        r"(?:a|ont) (?:appele|telephone) (?:\w+ )?pour (?:annuler|resilier)",
        r"(?:a|ont) (?:annule|resilie) (?:le|les|son|ses|leur|leurs|sa) (?:service|services|compte|ligne|lignes)",
        r"(?:service|compte|ligne|lignes) (?:annulee?s?|resiliee?s?|debranchee?s?)",
        r"(?:sur le point d|en train d) ?(?:annuler|e resilier)",
        r"(?:va|vont) (?:annuler|resilier) (?:aujourd hui|demain|cette semaine|la semaine prochaine|avant)",
    ),
    "moved": (
        r"(?:has|have|just|already) moved (?:out|away|last|this|to a new|to another|yesterday)",
        r"(?:customer|client|they|office|business|company) moved (?:out|away|last|this|to a new|to another|yesterday)",
        r"moved (?:out |away )?last (?:week|month)",
        r"(?:is|are) moving (?:out|away|next|this|soon|to a new)",
        r"(?:a|ont) (?:deja )?demenage (?:la semaine|le mois|hier|depuis|au|en|dans|ailleurs)",
        r"(?:vient|viennent) de demenager",
        r"deja demenagee?s?",
        r"(?:demenage|demenagent) (?:demain|bientot|cette semaine|la semaine prochaine|le mois prochain)",
        r"(?:va|vont) demenager",
    ),
    "wait": (
        r"wants? to wait",
        r"(?:would )?prefers? to wait",
        r"(?:do not|don t) port (?:yet|now|before|until)",
        r"not ready to port",
        r"(?:veut|veulent|voudrait|prefere|preferent) attendre",
        r"ne (?:pas|rien) porter (?:tout de suite|maintenant|avant|encore|pour l instant)",
        r"pas prete?s? (?:a|pour) (?:le )?port(?:er)?",
    ),
    "other_name": (
        r"(?:account|bill|line|service) (?:is |are )?(?:still )?(?:under|in) "
        r"(?:the |his |her |their |another |a different )(?:\w+ ){0,3}name",
        r"(?:compte|facture|ligne|service) (?:est |sont )?(?:encore |toujours )?"
        r"(?:au|a un autre|sous le|sous un autre) nom",
    ),
}
"""What a note says → patterns of phrases that say it, in words of :func:`~lnp_batch.model.text.fold_words`. Few and
sure ones: a note is free text, and most of them contradict nothing."""

_SAID = {variant: re.compile(rf"\b(?:{'|'.join(phrases)})\b") for variant, phrases in PHRASES.items()}
_DENIED = re.compile(
    r"\b(?:not|never|without|if|unless|once|when|after|jamais|pas|ni|sans|si|quand|apres)"
    r"(?: (?:the|his|her|their|old|le|la|les|l|son|sa|ses|leur|leurs))*$"
)
"""What stands before a phrase that is denied, or only supposed."""


def contradiction_in(note: str) -> str:
    """Return the variant of what a note says against the rest of its row, "" if it says nothing of the kind."""
    words = fold_words(note)
    for variant, said in _SAID.items():
        if any(not _DENIED.search(words[: found.start()].rstrip()) for found in said.finditer(words)):
            return variant
    return ""


def _variants(notes: pd.Series, _column: Column) -> pd.DataFrame:
    said = [contradiction_in(note) for note in notes]
    return notes.to_frame("says").assign(says=said, remedy=said)


@shape_rule(
    "NOT001",
    CONFIRM,
    fixed=False,
    applies=lambda column: column.key == "notes",
    facts=_variants,
    says={
        "cancelled": Text(
            "Cette note dit que le service est annulé, ou va l'être : un numéro annulé ne se porte plus.",
            "This note says that the service is cancelled, or about to be: a cancelled number can no longer be ported.",
        ),
        "moved": Text(
            "Cette note dit que le client a déménagé, ou va le faire : est-ce encore l'adresse de service?",
            "This note says that the customer moved, or is about to: is this still the service address?",
        ),
        "wait": Text("Cette note dit d'attendre avant de porter.", "This note says to wait before porting."),
        "other_name": Text(
            "Cette note dit que le compte est à un autre nom.", "This note says that the account is in another name."
        ),
    },
    remedy={
        "cancelled": Text(
            "Vérifiez que les lignes sonnent encore, puis effacez la note; sinon, supprimez la ligne.",
            "Check that the lines still ring, then clear the note; if not, delete the row.",
        ),
        "moved": Text(
            "Vérifiez l'adresse sur la dernière facture, corrigez-la s'il le faut, puis effacez la note.",
            "Check the address on the last bill, correct it if needed, then clear the note.",
        ),
        "wait": Text(
            "Renvoyez cette ligne quand le client sera prêt; s'il l'est, effacez la note.",
            "Send this row again when the customer is ready; if that is now, clear the note.",
        ),
        "other_name": Text(
            "Recopiez le nom de la facture, avec un signataire de ce compte, puis effacez la note.",
            "Copy the name from the bill, with a signer of that account, then clear the note.",
        ),
    },
    why=Text(
        "Les notes ne partent pas chez le fournisseur : ce qu'elles disent contre le reste ferait refuser la demande.",
        "Carriers do not see the notes: what they say against the rest would get the request refused.",
    ),
)
def note_contradicts(texts: set[str], _column: Column) -> set[str]:
    return {note for note in texts if note and contradiction_in(note)}
