"""Values as a person reads them, and as JSON has them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

STATUSES = {"ok": "ok", "warn": "warning", "fail": "failed"}


def show(value: Any, kind: str) -> str:
    """Return a value as a person reads it."""
    if value is None:
        return "-"
    if kind == "bytes":
        return size(float(value))
    if kind == "percent":
        return f"{float(value):.1f} %"
    if kind == "number":
        return f"{value:,}" if isinstance(value, int) else f"{float(value):,.10g}"
    if kind == "boolean":
        return "yes" if value else "no"
    if kind == "status":
        return STATUSES.get(str(value), str(value))
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, timedelta):
        return str(timedelta(seconds=round(value.total_seconds())))
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value)


def plain(value: Any) -> Any:
    """Return a value as JSON has it: times as ISO 8601, exact numbers as numbers."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if value is None or isinstance(value, str | int | float | bool | dict):
        return value
    return str(value)


def label(name: str) -> str:
    words = name.split("_")
    if words[0] in ("is", "has"):
        words = words[1:]
    elif len(words) > 1 and words[-1] in ("bytes", "percent", "name", "names"):
        words = words[:-1]
    return " ".join(words)


def kind_of(name: str, values: Sequence[Any]) -> str:
    if name == "status":
        return "status"
    if name.startswith(("is_", "has_")):
        return "boolean"
    if name.endswith(("_bytes", "_percent")):
        return name.rsplit("_", 1)[-1]
    known = [value for value in values if value is not None]
    if known and all(isinstance(value, bool) for value in known):
        return "boolean"
    if known and all(isinstance(value, int | float | Decimal) for value in known):
        return "number"
    if known and all(isinstance(value, datetime | date) for value in known):
        return "time"
    return "text"


def size(count: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if abs(count) < 1024:
            return f"{count:.0f} {unit}" if unit == "B" or count >= 100 else f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:,.1f} TB"


def plural(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def more(count: int, form: str) -> str:
    return f"... and {count} more, see --format {form}"
