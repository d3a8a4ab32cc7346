"""NUM: rules for a row of the numbers sheet, one file for each subject."""
