"""Why the hazards in generated migrations are none: the "-- allow:" lines of their headers."""

from toolkit import linting
from toolkit.project import Project, SqlFile
from toolkit.scaffolding import require_project

_BY_RULE = {
    "unreadable_statement": "it takes over what is there by then",
    "several_alter_table": "each changes the catalog alone, and reads no row",
    "work_under_exclusive_lock": "what follows changes the catalog alone",
    "create_trigger": "for each row its function compares two values",
    "unconventional_name": "the file gets its number when it is released",
}
_EXPAND = {
    "rename": "the old name stays, as a view, until the contract is released",
    "ban-drop-function": "nothing but this file has called it",
}
_CONTRACT = {
    "rename": "nobody uses the old name any more",
    "ban-drop-view": "it was there for who used the old name",
    "ban-drop-domain": "it was there for who used the new name before",
    "ban-drop-function": "it kept the two columns in step",
    "drop_column": "the column beside it has all its values",
}
_BACK = dict.fromkeys(
    (
        "check_without_not_valid",
        "drop_not_null_or_default",
        "foreign_key_without_not_valid",
        "index_without_concurrently",
        "primary_key_under_lock",
        "set_not_null",
        "unbatched_write",
        "unique_without_using_index",
        "work_under_exclusive_lock",
    ),
    "the table is held while the old column comes back",
) | {"rename": "it gives the old name back"}


def allow_known(project: Project, paths: list[str]) -> None:
    """Add to generated files a line for each hazard whose reason is known."""
    layer = require_project(project)
    files = [
        SqlFile(project.folder / path, path, layer) for path in paths if "/verify/" not in path
    ]
    found: dict[str, set[str]] = {}
    for one in linting.dangers(files, project):
        if not one.allowed_because:
            found.setdefault(one.path, set()).add(one.rule)
    for file in files:
        reasons = reasons_for(file.name)
        lines = [
            f"-- allow: {rule}, {reasons[rule]}"
            for rule in sorted(found.get(file.name, ()))
            if rule in reasons
        ]
        if lines:
            file.path.write_text(with_header(file.text, lines), encoding="utf-8")


def reasons_for(name: str) -> dict[str, str]:
    """Return the reasons by rule for a generated file."""
    if name.endswith(".rollback.sql"):
        return _BY_RULE | _BACK
    return _BY_RULE | (_CONTRACT if "_contract" in name else _EXPAND)


def with_header(text: str, lines: list[str]) -> str:
    """Return a text with lines in its header, after its title if it has one."""
    first, rest = text.split("\n", 1)
    if first.startswith("--"):
        return "\n".join([first, *lines, rest])
    return "\n".join([*lines, text])


def without_allowance(text: str, rule: str) -> str:
    """Return a text without the line that allows a rule."""
    kept = [line for line in text.split("\n") if not line.startswith(f"-- allow: {rule},")]
    return "\n".join(kept)
