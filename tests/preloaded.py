"""`mdt` in processes of their own that have imported everything before they are asked.

Starting Python and importing the toolkit takes longer than most commands do. So a server that has
done both forks each call: its own process, folder, environment, streams and exit code, as for a
user, and a third of the time.
"""

import multiprocessing
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from pkgutil import walk_packages

import toolkit

STREAMS = ("stdin", "stdout", "stderr")
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(
    [
        *(found.name for found in walk_packages(toolkit.__path__, "toolkit.")),
        "sqlfluff.core",
        "sqlfluff.dialects.dialect_postgres",
    ]
)


def run_mdt(
    arguments: list[str], cwd: Path, variables: dict[str, str], stdin: str, timeout: float
) -> subprocess.CompletedProcess[str]:
    """Run `mdt` in a folder, with nothing but these variables; return what it left.

    The folder in PYTHONPATH is where it finds its SQL files. timeout: seconds.
    """
    with tempfile.TemporaryDirectory(prefix="mdt-call-") as folder:
        paths = [Path(folder, name) for name in STREAMS]
        paths[0].write_text(stdin, encoding="utf-8")
        process = CONTEXT.Process(target=_run, args=(arguments, cwd, variables, paths))
        process.start()
        process.join(timeout)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(arguments, timeout)
        _, output, errors = (path.read_text(encoding="utf-8") for path in paths)
        return subprocess.CompletedProcess(arguments, process.exitcode, output, errors)


def _run(arguments: list[str], cwd: Path, variables: dict[str, str], streams: list[Path]) -> None:
    """Be `python -m toolkit` from here on."""
    from toolkit import project
    from toolkit.__main__ import main

    for number, path in enumerate(streams):
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND if number else os.O_RDONLY
        os.dup2(os.open(path, flags), number)
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115
    os.environ.clear()
    os.environ.update(variables)
    os.chdir(cwd)
    sys.argv = ["mdt", *arguments]
    project.__file__ = f"{variables['PYTHONPATH']}/toolkit/project.py"
    main()
