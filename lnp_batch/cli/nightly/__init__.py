"""The nightly run and the care of its ledger and outbox: run, doctor, purge, copy-ledger."""
