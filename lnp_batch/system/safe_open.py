"""Open a file that a stranger put there: follow no link, wait for no FIFO."""

from __future__ import annotations

import os

_FLAGS = sum(getattr(os, flag, 0) for flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))
"""Those of the flags that the operating system has."""


def safe_opener(path: str | os.PathLike[str], flags: int) -> int:
    """Return a descriptor of `path`; also serves as `opener` of :func:`open`.

    Raises OSError: ELOOP if `path` is a link, ENXIO if it is a FIFO or socket that cannot be opened at once.
    """
    return os.open(path, flags | _FLAGS)
