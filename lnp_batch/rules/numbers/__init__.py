"""NUM: rules for one number row, a file a subject."""
