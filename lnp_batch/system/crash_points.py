"""Where a run can be cut off: a point by name before and after every write, fsync, rename and commit.

In production a point does nothing. The tests hand :func:`watch` a function that is told each one in turn, and that kills
the process or raises what a full disk would.
"""

from __future__ import annotations

from collections.abc import Callable

_watching: list[Callable[[str], None]] = []


def crash_point(name: str) -> None:
    """A place where a run can be cut off."""
    for watching in _watching:
        watching(name)


def watch(watching: Callable[[str], None]) -> Callable[[], None]:
    """Tells `watching` every point from now on, in this process and those forked from it; gives the way to stop."""
    _watching.append(watching)
    return lambda: _watching.remove(watching)
