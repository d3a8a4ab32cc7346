"""Turn a reseller's spreadsheet of phone numbers into port requests that losing carriers accept.

    a workbook ─ read ─ check ─ group ─ price ─► an Outcome ─ documents ─► annotated copy, report, statement

`read` takes the cells as typed, `check` runs the rules over them, `group` makes one port request per losing carrier and
account, `price` adds up the fees. :func:`process` joins the four; a :class:`Context` holds its other inputs, an
:class:`Outcome` its results, and :func:`write_batch_files` writes the documents. Around this flow, `ledger`
remembers, `nightly` works through an inbox, and `cli` is the command line.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lnp_batch.model.context import Context
    from lnp_batch.model.outcome import Outcome
    from lnp_batch.process import process, write_batch_files

__version__ = "0.1.0"

__all__ = ["Context", "Outcome", "__version__", "process", "write_batch_files"]

_HOMES = {
    "Context": "lnp_batch.model.context",
    "Outcome": "lnp_batch.model.outcome",
    "process": "lnp_batch.process",
    "write_batch_files": "lnp_batch.process",
}
"""Public name → the module that has it. Imported on first use: `lnp-batch --help` does not wait for pandas."""


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(_HOMES[name])
    # Importing lnp_batch.process sets `process` to that module. All public names are set here, so the function wins.
    globals().update({public: getattr(module, public) for public, home in _HOMES.items() if home == _HOMES[name]})
    return globals()[name]
