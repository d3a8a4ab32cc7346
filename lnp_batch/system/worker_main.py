"""A worker's own interpreter: `python -m lnp_batch.system.worker_main HANDLE PARENT`, the pipe and the process of :mod:`lnp_batch.system.worker`."""

from __future__ import annotations

import sys
from multiprocessing.connection import Connection

from lnp_batch.system.worker import serve


def main() -> None:
    """Serves until the pipe closes."""
    pipe: Connection = Connection(int(sys.argv[1]))
    job, prepare = pipe.recv()
    serve(pipe, job, prepare, int(sys.argv[2]))


if __name__ == "__main__":
    main()
