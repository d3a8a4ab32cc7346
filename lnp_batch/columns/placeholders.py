"""Words that people write where they have nothing to write: `?`, `N/A`, `à venir`, `see bill`."""

from __future__ import annotations

import re

from lnp_batch.columns import Column, Kind
from lnp_batch.model.text import fold_words

_WORDS = """
n a; n d; s o; t b a; t b c; t b d; tba; tbc; tbd
idem; meme; la meme; le meme; meme chose; la meme chose; ci dessus; comme ci dessus; voir ci dessus; voir plus haut
ditto; same as above; as above; see above
comme la facture; comme sur la facture; sur la facture; voir facture; voir la facture; voir csr; voir le csr
as on bill; as on the bill; as per bill; on bill; on the bill; same as bill; same as on bill
see bill; see the bill; see invoice; see csr
ci joint; voir ci joint; voir piece jointe; attached; see attached; see attachment
a completer; a determiner; a remplir; a suivre; a venir; en attente
pending; to be determined; to be provided; to come; to follow; will follow
aucune; non applicable; non disponible; non fourni; pas disponible; rien; sans objet; vide
empty; not applicable; not available; not provided
"""
"""As :func:`~lnp_batch.model.text.fold_words` returns them."""

_WORDS_OF_DOUBT = """
voir note; voir notes; see note; see notes
a confirmer; a verifier; to be confirmed; to confirm
inconnu; inconnue; je ne sais pas; ne sais pas; ne sait pas; do not know; don t know; not known; not sure; unknown
"""
"""They say nothing where a detail is required. Where none is, they may say that there is something: they stay."""

_SAY_NOTHING, _IN_DOUBT = (
    frozenset(map(str.strip, words.strip().replace("\n", ";").split(";"))) for words in (_WORDS, _WORDS_OF_DOUBT)
)

_PERHAPS_A_NAME = frozenset({"aucun", "blank", "na", "nd", "nil", "no", "non", "none", "null", "same", "so"})
"""Some people, companies or towns are called so."""


def may_be_a_name(words: str) -> bool:
    """Return whether these words say nothing in most columns, but may be somebody's name or a town's."""
    return fold_words(words) in _PERHAPS_A_NAME


_CROSSES = re.compile("x[x ]*x")
_ZEROS = re.compile("0[0 ]*")


def may_hold_placeholder(column: Column) -> bool:
    """Return whether a word that says nothing counts as such in a column: text that is no code, key or note."""
    return column.kind is Kind.TEXT and not (column.code or column.many_lines or column.key == "account_ref")


def is_placeholder(words: str, column: Column) -> bool:
    """Return whether a cell of this text says nothing in a column for which :func:`may_hold_placeholder` is True.

    A word that may be a name counts as one in the columns of names and cities; an account is never number 0. What a
    formula without a result shows, `#N/A`, and hidden characters are other faults.
    """
    folded = fold_words(words)
    if not folded:
        return words != "" and words.isprintable()
    if words.startswith("#"):
        return False
    if folded in _SAY_NOTHING or (column.mandatory and folded in _IN_DOUBT):
        return True
    if folded in _PERHAPS_A_NAME:
        return not column.proper_name
    is_account = column.digits_matter and column.mandatory
    return bool(_CROSSES.fullmatch(folded) or (is_account and _ZEROS.fullmatch(folded)))
