"""ACC: the rules for one account row, one file per subject."""
