"""NUM013 to NUM017, NUM019, NUM022: a line and its services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lnp_batch.columns.values import YES, YES_CONFIRMED
from lnp_batch.model.phone_format import dashed
from lnp_batch.model.text import Text, fold
from lnp_batch.rules.numbers.phone import PORT
from lnp_batch.rules.rule import CONFIRM, ERROR, INFO, WARNING, row_rule

if TYPE_CHECKING:
    import pandas as pd

    from lnp_batch.model.typed_batch import TypedBatch

PORT_OR_DISCONNECT = ("port", "disconnect")


@row_rule(
    "NUM013",
    ERROR,
    sheet="numbers",
    on="active",
    rows=PORT,
    says=Text("Ce numéro n'est pas actif.", "This number is not active."),
    remedy=Text(
        "Choisissez Résilier sous « Action »; ou faites-le d'abord remettre en service, puis écrivez Oui.",
        "Choose Disconnect under “Action”; or have it put back into service first, then write Yes.",
    ),
    why=Text(
        "Les numéros doivent être actifs au moment du port; annulés, ils sont probablement perdus.",
        "Numbers must be active when they are ported; once cancelled, they are probably lost.",
    ),
)
def inactive(numbers: pd.DataFrame, _batch: TypedBatch) -> pd.Series:
    return numbers["active"].eq("no")


@row_rule(
    "NUM014",
    CONFIRM,
    sheet="numbers",
    on="active",
    rows=PORT,
    each_account=True,
    says=Text(
        "On ne sait pas si ce numéro est actif; inactif, il fait refuser toute la demande.",
        "It is not known whether this number is active; if it is not, the carrier refuses the whole request.",
    ),
    remedy=Text("Appelez-le; s'il sonne, écrivez Oui.", "Call it; if it rings, write Yes."),
    why=Text("Les numéros doivent être actifs au moment du port.", "Numbers must be active when they are ported."),
)
def activity_unknown(numbers: pd.DataFrame, _batch: TypedBatch) -> pd.DataFrame:
    return numbers.loc[numbers["active"].eq("unknown"), []].assign(proposal=YES.text)


@row_rule(
    "NUM015",
    CONFIRM,
    sheet="numbers",
    on="dsl",
    rows=PORT_OR_DISCONNECT,
    says={
        "yes": Text(
            "Internet DSL sur cette ligne : il s'arrête le jour du port.",
            "DSL Internet on this line: it stops on port day.",
        ),
        "unknown": Text(
            "Peut-être Internet DSL sur cette ligne : il s'arrête le jour du port.",
            "Perhaps DSL Internet on this line: it stops on port day.",
        ),
    },
    remedy={
        "yes": Text(
            "Écrivez « Oui confirmé » si le client le sait; sinon, faites d'abord passer le DSL sur une ligne sèche "
            "(dry loop).",
            "Write “Yes confirmed” if the customer knows; if not, have the DSL moved to a dry loop first.",
        ),
        "unknown": Text(
            "Écrivez Non s'il n'y en a pas, « Oui confirmé » si le client le sait; sinon, faites d'abord passer le DSL "
            "sur une ligne sèche (dry loop).",
            "Write No if there is none, “Yes confirmed” if the customer knows; if not, have the DSL moved to a dry "
            "loop first.",
        ),
    },
    why=Text(
        "Porter un numéro qui a une ligne Internet DSL coupe Internet au client le jour du port.",
        "Porting a number that carries DSL cuts the customer's Internet on port day.",
    ),
)
def dsl(numbers: pd.DataFrame, _batch: TypedBatch) -> pd.DataFrame | None:
    return _unconfirmed(numbers["dsl"])


def _unconfirmed(answers: pd.Series) -> pd.DataFrame | None:
    """Return the rows whose service stops on port day unconfirmed, with the answer (`yes`, `unknown`) as variants."""
    variant = answers[answers.isin(["yes", "unknown"])]
    if variant.empty:
        return None
    return variant.to_frame("says").assign(remedy=variant, proposal=YES_CONFIRMED.text)


@row_rule(
    "NUM016",
    CONFIRM,
    sheet="numbers",
    on="alarm",
    rows=PORT_OR_DISCONNECT,
    each_account=True,
    says={
        "yes": Text(
            "Système d'alarme sur cette ligne : il s'arrête le jour du port.",
            "Alarm system on this line: it stops on port day.",
        ),
        "unknown": Text(
            "Peut-être un système d'alarme sur cette ligne : il s'arrête le jour du port.",
            "Perhaps an alarm system on this line: it stops on port day.",
        ),
    },
    remedy={
        "yes": Text(
            "Écrivez « Oui confirmé » si le client le sait; sinon, prévenez-le et sa compagnie d'alarme.",
            "Write “Yes confirmed” if the customer knows; if not, tell the customer and the alarm company.",
        ),
        "unknown": Text(
            "Écrivez Non s'il n'y en a pas, « Oui confirmé » si le client le sait; sinon, prévenez-le et sa compagnie "
            "d'alarme.",
            "Write No if there is none, “Yes confirmed” if the customer knows; if not, tell the customer and the alarm "
            "company.",
        ),
    },
    why=Text(
        "Un système d'alarme branché sur un numéro porté n'appelle plus personne à partir du jour du port.",
        "From port day on, an alarm system on a ported number no longer calls anyone.",
    ),
)
def alarm(numbers: pd.DataFrame, _batch: TypedBatch) -> pd.DataFrame | None:
    return _unconfirmed(numbers["alarm"])


FAX = frozenset(fold(word) for word in ("fax", "télécopieur", "télécopie", "facsimile", "ligne de fax", "fax line"))
"""The only special service that a port does not break."""


@row_rule(
    "NUM017",
    WARNING,
    sheet="numbers",
    on="special_service",
    rows=PORT,
    says=Text("Service particulier sur cette ligne : {value}.", "Special service on this line: {value}."),
    remedy=Text(
        "Faites-le défaire ou vérifier chez l'ancien fournisseur avant le port.",
        "Have it undone or checked at the losing carrier before the port.",
    ),
    why=Text(
        "Groupe de recherche, sonnerie distinctive, Centrex ou PRI lient des numéros entre eux; le port les casse, ou "
        "est refusé.",
        "Hunt groups, distinctive ring, Centrex and PRI tie numbers together; the port breaks them, or is refused.",
    ),
    example={"value": Text("groupe de recherche", "hunt group")},
)
def special_service(numbers: pd.DataFrame, _batch: TypedBatch) -> pd.Series:
    service = numbers["special_service"]
    return service.ne("") & ~service.isin([words for words in service.unique() if fold(words) in FAX])


@row_rule(
    "NUM019",
    WARNING,
    sheet="numbers",
    on="line_type",
    reads=("number", "line_type"),
    rows=PORT,
    says=Text(
        "Le type de ligne est « Sans frais », mais {number} n'est pas un numéro sans frais.",
        "The line type is “Toll-free”, but {number} is not a toll-free number.",
    ),
    remedy=Text("Vérifiez le numéro, ou corrigez le type de ligne.", "Check the number, or correct the line type."),
    why=Text(
        "L'indicatif dit si un numéro est sans frais; un type qui le contredit cache souvent un numéro mal tapé.",
        "The area code shows whether a number is toll-free; a line type that says otherwise often hides a mistyped "
        "number.",
    ),
    example={"number": "514-555-0123"},
)
def line_type_differs(numbers: pd.DataFrame, _batch: TypedBatch) -> pd.DataFrame | None:
    if "toll_free" not in numbers["line_type"].tolist():
        return None
    wrong = numbers["line_type"].eq("toll_free") & numbers["number"].gt(0) & ~numbers["toll_free"]
    return numbers.loc[wrong, "number"].map(dashed).to_frame("number")


@row_rule(
    "NUM022",
    INFO,
    sheet="numbers",
    on="line_type",
    rows=PORT,
    says=Text(
        "L'ancien fournisseur demandera l'accord de l'abonné par texto, courriel ou appel.",
        "The losing carrier will ask the subscriber's consent by text, e-mail or call.",
    ),
    remedy=Text(
        "Prévenez-le : sans réponse après 90 minutes, le port est refusé.",
        "Tell the subscriber: without an answer within 90 minutes, the port is refused.",
    ),
    why=Text(
        "Pour contrer la fraude, les fournisseurs sans fil font approuver chaque port par le titulaire.",
        "To prevent fraud, wireless carriers have every port approved by the account holder.",
    ),
)
def wireless_approval(numbers: pd.DataFrame, _batch: TypedBatch) -> pd.Series:
    return numbers["line_type"].eq("wireless")
