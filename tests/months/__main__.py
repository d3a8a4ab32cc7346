"""Run months and print how they went; exit code 1 if a promise is broken."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path


def main() -> int:
    """Play the months asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.months", description="Months, and what is sent again.")
    parser.add_argument("months", type=int, nargs="?", default=200)
    parser.add_argument("--seed", type=int, default=1, help="the seed of the first month")
    parser.add_argument("--version-of", type=Path, help="measure the package of this checkout")
    asked = parser.parse_args()
    if asked.version_of:
        sys.path.insert(0, str(asked.version_of.resolve()))
    import lnp_batch
    from tests.months.judge import played
    from tests.months.table import broken, lists, table

    with tempfile.TemporaryDirectory() as folder:
        results = [played(seed, Path(folder)) for seed in range(asked.seed, asked.seed + asked.months)]
    print(f"{asked.months} months from seed {asked.seed}, with {Path(lnp_batch.__file__).parent}\n")
    print(table(results), lists(results), sep="\n\n")
    failed = broken(results)
    print("", *(f"BROKEN: {words}" for words in failed), sep="\n")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
