"""Roles of the database around apply and rollback: a thin cover of SQL, see docs/access.md."""

from collections.abc import Callable

from toolkit import db
from toolkit.db import Connection
from toolkit.errors import MISUSED, Failure
from toolkit.project import Project
from toolkit.render import map_schemas

MIGRATION = "0017_protect_rows"
Say = Callable[[str], None]


def role_prefix(project: Project) -> str | None:
    """Return what mdt.toml says that names of roles begin with, None when it does not.

    Errors: exit code 2 for what cannot begin a name.
    """
    section = project.settings.get("roles", {})
    prefix = section.get("prefix") if isinstance(section, dict) else section
    if prefix is None:
        return None
    import re

    if not isinstance(prefix, str) or not re.fullmatch(r"(?!pg_)[a-z_][a-z0-9_]{0,39}", prefix):
        raise Failure(
            f"[roles] prefix in mdt.toml cannot begin the name of a role: {prefix}",
            "Lower-case letters, digits and underscores are understood, 40 at most, a letter "
            "first, and not pg_.",
            'Write prefix = "shop_", say.',
            exit_code=MISUSED,
        )
    return prefix


def refresh(connection: Connection, project: Project) -> int:
    """Give the roles their rights and the tables their policies; return how much was done.

    The open transaction is the caller's. Nothing happens before the migration that this needs.
    """
    if not _is_there(connection, project, "refresh_access(text)"):
        return 0
    query = "select system.refresh_access(%s)"
    return int(db.scalar(connection, _mapped(query, project), role_prefix(project)))


def withdraw(connection: Connection, project: Project) -> None:
    """Take all that back, in the open transaction."""
    if _is_there(connection, project, "withdraw_access()"):
        connection.execute(_mapped("select system.withdraw_access()", project))


def remark_missing(connection: Connection, project: Project, say: Say) -> None:
    """Say in one line what an administrator still has to do."""
    if not _is_there(connection, project, "access_drift()"):
        return
    drift = _mapped("system.access_drift()", project)
    missing = db.rows(connection, f"select distinct subject, detail from {drift} order by 1, 2")
    roles = [row["subject"] for row in missing if row["detail"] == "role that does not exist"]
    if roles:
        say(
            f'no roles {", ".join(roles)}: "{connection.info.user}" may not create roles; an '
            f"administrator runs what 'select statement from {drift}' says, then 'mdt apply'"
        )
    elif missing:
        say(
            f'{len(missing)} rights need more than "{connection.info.user}" has; an '
            f"administrator runs what 'select statement from {drift}' says"
        )


def _is_there(connection: Connection, project: Project, signature: str) -> bool:
    """Tell whether a function is installed, and what it reads."""
    system = project.schema_map["system"]
    query = (
        "select to_regprocedure(%s) is not null and exists (select from pg_catalog.pg_attribute"
        " where attrelid = to_regclass(%s) and attname = 'role_prefix' and not attisdropped)"
    )
    return bool(db.scalar(connection, query, f"{system}.{signature}", f"{system}.installation"))


def _mapped(query: str, project: Project) -> str:
    return map_schemas(query, project.schema_map)
