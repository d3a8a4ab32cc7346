"""NOT: what the Notes say against the rest of a row. No carrier sees the notes, so nobody else would notice."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lnp_batch.model.text import Text, fold_words
from lnp_batch.rules.numbers.phone import PORT
from lnp_batch.rules.rule import CONFIRM, shape_rule

if TYPE_CHECKING:
    import pandas as pd

    from lnp_batch.columns import Column

_SERVICE = r"(?:old |phone |telephone )?(?:service|services|account|accounts|line|lines|number|numbers|phone|phones)"
_SERVICE_FR = r"(?:service|services|compte|comptes|ligne|lignes|numero|numeros|telephone)"
_THE = r"(?:the |their |his |her |all )?"
_LE = r"(?:le|les|son|ses|leur|leurs|sa|la)"
_PERSON = r"(?:customer|customers|client|clients|they|he|she)"
_PERSON_FR = r"(?:client|clients|cliente|il|elle|ils|elles|madame|monsieur)"
_PLACE = r"(?:address|location|office|place|house|apartment|building|city)"
_RELATIVE = r"(?:wife|husband|mother|father|son|daughter|brother|sister|parent|parents|partner|spouse)"
_RELATIVE_FR = r"(?:mari|femme|conjoint|conjointe|mere|pere|fils|fille|frere|soeur|parents)"

PHRASES = {
    "cancelled": (
        rf"{_SERVICE} (?:was |were |is |are |has been |have been |had been )?(?:already )?"
        r"(?:cancell?ed|disconnected|cut off)",
        rf"{_PERSON} (?:has |have )?(?:already )?(?:cancell?ed|disconnected) (?:{_THE}{_SERVICE}|last|yesterday|today)",
        rf"{_PERSON} (?:has |have )?(?:already )?(?:cancell?ed|disconnected)$",
        rf"called (?:\w+ )?to cancel(?: {_THE}{_SERVICE}| everything| it)?(?: last \w+| yesterday| today)?$",
        rf"about to cancel(?: {_THE}{_SERVICE}| everything)?$",
        r"(?:will|is going to|are going to) cancel (?:today|tomorrow|this week|next week)",
        rf"{_SERVICE_FR} (?:est |sont |a ete |ont ete )?(?:deja )?(?:annule|resilie|debranche|coupe)e?s?",
        rf"{_PERSON_FR} (?:a|ont) (?:deja )?(?:annule|resilie)"
        rf"(?: {_LE} {_SERVICE_FR}| hier| chez| la semaine| le mois|$)",
        rf"(?:appele|telephone) (?:\w+ )?(?:\w+ )?pour (?:annuler|resilier)(?: {_LE} {_SERVICE_FR}|$)",
        r"(?:sur le point|en train) (?:d annuler|de resilier)",
        r"(?:va|vont) (?:annuler|resilier) (?:aujourd hui|demain|cette semaine|la semaine prochaine)",
    ),
    "moved": (
        rf"(?:{_PERSON}|we|office|business|company|family|has|have|just|already) moved"
        rf"(?: out| away| last| this| yesterday| to (?:a |another |the )?(?:new |other )?{_PLACE}|$)",
        r"moved (?:out |away )?last (?:week|month|year)",
        rf"(?:is|are) moving (?:out|away|next|this|soon|to (?:a |another )?(?:new |other )?{_PLACE})",
        r"(?:a|ont) (?:deja )?demenage(?: la semaine| le mois| hier| depuis| au| en| dans| ailleurs| recemment|$)",
        r"(?:vient|viennent) de demenager",
        r"(?:demenage|demenagent) (?:demain|bientot|cette semaine|la semaine prochaine|le mois prochain)",
        r"(?:va|vont) demenager",
    ),
    "wait": (
        r"(?:wants?|prefers?) to wait(?! (?:for|until|till) (?:the|after))",
        r"(?:do not|don t) port (?:yet|now)",
        r"not ready to port",
        r"(?:veut|veulent|voudrait|prefere|preferent) attendre(?! (?:la fin|le port|que le port|apres))",
        r"ne pas porter (?:tout de suite|maintenant|pour l instant|encore)",
        r"pas prete?s? (?:a|pour) (?:le port|porter)",
    ),
    "other_name": (
        r"(?:account|bill|line|service) (?:is |are )?(?:still )?(?:under|in) "
        rf"(?:another|a different|(?:his|her|their) (?:\w+ )?{_RELATIVE}(?: s)?|"
        r"the (?:previous|former|old) \w+(?: s)?) name",
        r"(?:compte|facture|ligne|service) (?:est |sont )?(?:encore |toujours )?(?:(?:a|sous) un autre nom|"
        rf"au nom (?:de (?:son|sa|leur|ses|leurs) {_RELATIVE_FR}|d une? autre|de l ancien|de l ex))",
    ),
}
"""What a note says → patterns of phrases that say it, in words of :func:`~lnp_batch.model.text.fold_words`. Few and
sure ones: a note is free text, and most of them contradict nothing."""

_SAID = {variant: re.compile(rf"\b(?:{'|'.join(phrases)})") for variant, phrases in PHRASES.items()}
_STEMS = re.compile(
    "cancel|disconn|cut off|annul|r[ée]sili|d[ée]branch|coup|mov|d[ée]m[ée]nag|wait|attend|port|nom|name", re.IGNORECASE
)
"""One of these is in every phrase: most notes have none."""
_SENTENCE_ENDS = re.compile(r"[.;!?\n]+")
_DENIED = re.compile(
    r"\b(?:not|never|without|if|unless|doesn t|don t|didn t|isn t|hasn t|no longer|jamais|pas|plus|ni|sans|si|frais de)"
    r"(?: (?:the|his|her|their|old|le|la|les|l|de|son|sa|ses|leur|leurs))*$"
)
"""What stands before a phrase that is denied, or only supposed."""
_LOOKED_BACK = 40
"""Characters before a phrase in which a denial is looked for."""


def contradiction_in(note: str) -> str:
    """Return the variant of what a note says against the rest of its row, "" if it says nothing of the kind."""
    if not _STEMS.search(note):
        return ""
    for words in map(fold_words, _SENTENCE_ENDS.split(note)):
        for variant, said in _SAID.items():
            if any(not _is_denied(words, found.start()) for found in said.finditer(words)):
                return variant
    return ""


def _is_denied(words: str, start: int) -> bool:
    return _DENIED.search(words[max(0, start - _LOOKED_BACK) : start].rstrip()) is not None


def _variants(notes: pd.Series, _column: Column) -> pd.DataFrame:
    said = [contradiction_in(note) for note in notes]
    return notes.to_frame("says").assign(says=said, remedy=said)


@shape_rule(
    "NOT001",
    CONFIRM,
    fixed=False,
    confirmable=True,
    each_account=True,
    rows=PORT,
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
            "Vérifiez que les lignes sonnent encore, puis effacez la note; sinon, retirez cette rangée du classeur.",
            "Check that the lines still ring, then clear the note; if not, take this row out of the workbook.",
        ),
        "moved": Text(
            "Vérifiez l'adresse sur la dernière facture, corrigez-la s'il le faut, puis effacez la note.",
            "Check the address on the last bill, correct it if needed, then clear the note.",
        ),
        "wait": Text(
            "Renvoyez cette rangée quand le client sera prêt; s'il l'est, effacez la note.",
            "Send this row again when the customer is ready; if that is now, clear the note.",
        ),
        "other_name": Text(
            "Recopiez le nom de la facture, nommez un signataire de ce compte, puis effacez la note.",
            "Copy the name from the bill, name a signer who is on that account, then clear the note.",
        ),
    },
    why=Text(
        "Les notes ne partent pas chez le fournisseur : ce qu'elles disent contre le reste ferait refuser la demande.",
        "Carriers do not see the notes: what they say against the rest would get the request refused.",
    ),
)
def note_contradicts(texts: set[str], column: Column) -> set[str]:
    longest = column.max_length or 0  # what is longer is CEL005's
    return {note for note in texts if len(note) <= longest and contradiction_in(note)}
