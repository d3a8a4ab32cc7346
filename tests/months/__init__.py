"""Months of resellers' workbooks, typed as people type, and a model reseller who corrects them by our messages alone.

`python -m tests.months 200 --seed 1` makes 200 months, sends each until nothing is left to correct, and prints how often
it was sent again, how many cells were edited, which planted faults were accepted and which sound requests were held.
`--version-of PATH` measures the package of another checkout. A seed makes the same month forever.

- `month.py`: what a month is. `customers.py`: the true batch. `oddities.py`: how people type it; none of that may hold.
- `faults.py`, `sheet_faults.py`: what is wrong, each with its cell, the truth and whether it must hold.
- `workbook.py`: the month as .xlsx. `summary.py`: what the reseller is told. `reseller.py`: what he does about it.
- `judge.py`: the rounds of one month, and what was accepted or held wrongly. `table.py`: the printed result.
"""
