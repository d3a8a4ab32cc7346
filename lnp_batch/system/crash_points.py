"""Named points at which a process can be cut off: before and after every write, fsync, rename and commit.

In production they do nothing. Tests register a function with :func:`watch`, which kills the process or raises what a
full disk would.
"""

from __future__ import annotations

from collections.abc import Callable

_watchers: list[Callable[[str], None]] = []


def crash_point(name: str) -> None:
    """Call every registered watcher with `name`."""
    for watcher in _watchers:
        watcher(name)


def watch(watcher: Callable[[str], None]) -> Callable[[], None]:
    """Register `watcher` in this process and those forked from it. Returns a function that removes it."""
    _watchers.append(watcher)
    return lambda: _watchers.remove(watcher)
