"""Which form a file asks for, and writing it whole or not at all."""

import contextlib
import errno
import os
import stat
import tempfile
from pathlib import Path

from toolkit.errors import MISUSED, Failure

SUFFIXES = {
    ".txt": "term",
    ".json": "json",
    ".md": "md",
    ".markdown": "md",
    ".html": "html",
    ".htm": "html",
}
_WRITE_HINTS = {
    errno.ENOENT: "Create the folder first.",
    errno.ENOSPC: "Free some space, or name a file elsewhere with --out.",
    errno.EDQUOT: "Free some space, or name a file elsewhere with --out.",
}


def form_of(path: Path, default: str | None = None) -> str:
    """Return the form that a file's name asks for; a misuse when it does not say."""
    form = SUFFIXES.get(path.suffix.lower(), default)
    if form is None:
        raise Failure(
            f"cannot tell the format of '{path}'",
            f"Known endings are {', '.join(SUFFIXES)}.",
            "Choose such a name, or say --format.",
            MISUSED,
        )
    return form


def write(path: Path, text: str) -> None:
    """Write a report to a file: whole, or not at all, in which case an older one stays.

    A symbolic link keeps pointing where it does; a device or pipe is written to as it is.
    Errors: one Failure, whatever the operating system objects to.
    """
    target = Path(os.path.realpath(path))
    try:
        mode = target.stat().st_mode if target.exists() else None
        if mode is not None and stat.S_ISDIR(mode):
            raise Failure(f"cannot write '{path}': it is a folder", hint="Name a file in it.")
        if mode is not None and not stat.S_ISREG(mode):
            target.write_text(text, encoding="utf-8")
            return
        _replace(target, text, 0o666 & ~_umask() if mode is None else stat.S_IMODE(mode))
    except OSError as error:
        hint = _WRITE_HINTS.get(error.errno or 0, "Name a file elsewhere with --out.")
        raise Failure(f"cannot write '{path}': {error.strerror or error}", hint=hint) from error


def _replace(target: Path, text: str, mode: int) -> None:
    """Write beside the target and rename, so that no reader ever sees half a file."""
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        Path(name).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
