"""BAT: the rules that compare the batch sheet with the table of resellers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lnp_batch.columns.batch import BATCH
from lnp_batch.model.text import Text
from lnp_batch.rules.rule import ERROR, WARNING, batch_rule

if TYPE_CHECKING:
    import pandas as pd

    from lnp_batch.model.typed_batch import TypedBatch


def on_the_batch(batch: TypedBatch, /, **facts: object) -> pd.DataFrame:
    """Return the batch sheet's one row, at fault, with the facts of its sentence."""
    import pandas as pd

    row = batch.cells["batch", "reseller_code"].text.index
    return pd.DataFrame({name: [fact] for name, fact in facts.items()}, index=row, dtype="object")


def no_rows() -> pd.DataFrame:
    """Return a frame without rows: nothing is at fault."""
    import pandas as pd

    return pd.DataFrame()


@batch_rule(
    "BAT001",
    ERROR,
    fixed=True,
    sheet="batch",
    on="reseller_code",
    says={
        "unknown": Text(
            "Nous ne connaissons pas le code de revendeur « {value} ».",
            "We do not know the reseller code “{value}”.",
        ),
        "inactive": Text(
            "Le code de revendeur « {value} » n'est plus actif.", "The reseller code “{value}” is no longer active."
        ),
    },
    remedy=Text(
        "Recopiez le code que nous vous avons donné; s'il est bon, appelez-nous.",
        "Copy the code that we gave you; if it is right, call us.",
    ),
    why=Text(
        "Les frais vont à un revendeur que nous connaissons; un lot sous un autre code ne serait facturé à personne.",
        "Fees go to a reseller that we know; a batch under another code would be billed to nobody.",
    ),
    example={"value": "HR-10"},
)
def unknown_reseller(batch: TypedBatch) -> pd.DataFrame:
    sender = batch.context.sender(batch.batch_sheet["reseller_code"])
    if batch.context.resellers is None or (sender is not None and sender.active):
        return no_rows()
    return on_the_batch(batch, says="inactive" if sender else "unknown")


@batch_rule(
    "BAT002",
    WARNING,
    fixed=True,
    sheet="batch",
    on="billing_province",
    reads=("billing_province", "reseller_code"),
    says=Text(
        "Nos dossiers donnent une autre province de facturation, {province} : c'est elle qui compte.",
        "Our records give another billing province, {province}: that is the one that counts.",
    ),
    remedy=Text(
        "Écrivez-la ici; si vous avez déménagé, appelez-nous avant d'être facturé.",
        "Write it here; if you have moved, call us before you are billed.",
    ),
    why=Text(
        "Les taxes sont celles de la province du payeur; une province changée d'un lot à l'autre changerait la "
        "facture.",
        "Taxes are those of the payer's province; one that changes between batches would change the invoice.",
    ),
    example={"province": Text("Ontario", "Ontario")},
)
def province_differs(batch: TypedBatch) -> pd.DataFrame:
    sender = batch.context.sender(batch.batch_sheet["reseller_code"])
    if sender is None or sender.province in ("", batch.batch_sheet["billing_province"]):
        return no_rows()
    return on_the_batch(batch, province=BATCH.column("billing_province").value(sender.province).text)
