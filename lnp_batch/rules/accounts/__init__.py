"""ACC: rules for one account row, a file a subject."""
