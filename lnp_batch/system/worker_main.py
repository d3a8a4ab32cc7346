"""The main module of a worker that is a new interpreter: ``python -m lnp_batch.system.worker_main HANDLE PARENT``.

HANDLE is the inherited end of the pipe, PARENT the process id of the :class:`lnp_batch.system.worker.Worker`.
"""

from __future__ import annotations

import sys
from multiprocessing.connection import Connection

from lnp_batch.system.worker import serve


def main() -> None:
    """Serve until the pipe closes."""
    pipe: Connection = Connection(int(sys.argv[1]))
    job, prepare = pipe.recv()
    serve(pipe, job, prepare, int(sys.argv[2]))


if __name__ == "__main__":
    main()
