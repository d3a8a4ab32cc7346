"""What the nightly run and the web page share: the inbox, documents, evaluation with what the ledger knows."""
