"""Limits that the kernel holds on the present process. Unix only."""

from __future__ import annotations

import time
from pathlib import Path

from lnp_batch.model.context import MIB, Limits

_MEMORY_STATUS = Path("/proc/self/statm")


def limit_space(limits: Limits) -> None:
    """Limit the address space beyond what is in use now, the size of files written, and open files; no core dumps."""
    import resource

    if _MEMORY_STATUS.exists():
        pages = int(_MEMORY_STATUS.read_text("ascii").split()[0])
        allowed = pages * resource.getpagesize() + limits.memory_mib * MIB
        resource.setrlimit(resource.RLIMIT_AS, (allowed, allowed))
    for kind, wanted in (
        (resource.RLIMIT_FSIZE, limits.output_mib * MIB),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_CORE, 0),
    ):
        allowed = _below_hard_limit(kind, wanted)
        resource.setrlimit(kind, (allowed, allowed))


def limit_cpu_time(seconds: int) -> None:
    """Let this process use `seconds` of processor time from now on; then it is killed by SIGXCPU.

    The kernel counts whole seconds, so one is added. A later call replaces the limit.
    """
    import resource

    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    allowed = _below_hard_limit(resource.RLIMIT_CPU, int(time.process_time()) + 1 + seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (allowed, hard))


def cpu_seconds_left() -> int | None:
    """Return the seconds of processor time that this process has left, for :func:`limit_cpu_time` in a forked child.

    Returns None if there is no limit.
    """
    import resource

    soft, _hard = resource.getrlimit(resource.RLIMIT_CPU)
    return None if soft == resource.RLIM_INFINITY else max(soft - int(time.process_time()) - 1, 0)


def _below_hard_limit(kind: int, wanted: int) -> int:
    import resource

    _soft, hard = resource.getrlimit(kind)
    return wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
