"""lnp-batch: a reseller's spreadsheet of phone numbers, turned into port requests that losing carriers accept.

The flow is the listing of this folder: read → check → group → price → write, joined by :mod:`lnp_batch.process`.
"""

__version__ = "0.1.0"
