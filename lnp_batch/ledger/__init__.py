"""The ledger: which batches were answered, which requests are open, which numbers are billed."""
