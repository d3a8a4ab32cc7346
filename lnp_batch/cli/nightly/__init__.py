"""The nightly run and the maintenance of its ledger and outbox: run, doctor, purge, copy-ledger."""
