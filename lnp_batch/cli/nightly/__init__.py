"""The nightly run, its ledger and its outbox: run, doctor, purge, copy-ledger, rebook, rejudge, find."""
