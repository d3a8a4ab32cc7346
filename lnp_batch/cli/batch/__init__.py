"""Commands for single workbooks: template, check, process."""
