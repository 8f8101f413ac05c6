"""What a rollback of the migrations has to know of the moves."""

from psycopg import sql

from toolkit import db
from toolkit.db import Connection
from toolkit.errors import Failure
from toolkit.project import Project
from toolkit.render import map_schemas


def refuse_moves(connection: Connection, project: Project) -> None:
    """Refuse to remove the functions that the captures of moves call while they are at work."""
    moves = db.qualified(project.schema_map["strangler"], "moves")
    if db.scalar(connection, "select to_regclass(%s)", moves.as_string(connection)) is None:
        return
    found = connection.execute(
        sql.SQL(
            "select name, state from {} where state not in ('defined', 'rolled_back') order by name"
        ).format(moves)
    ).fetchall()
    if found:
        names = " ".join(name for name, _ in found)
        raise Failure(
            f"moves are on their way: {', '.join(f'{name} ({state})' for name, state in found)}",
            "What captures the changes of their tables would be taken from under them, and the "
            "application's writes would fail.",
            f"Take them back first with 'mdt move rollback {names}'.",
        )


def forget_moves(connection: Connection, project: Project) -> None:
    """Drop what moves that are not on their way brought with them, before their tables go.

    strangler.forget_move() may be gone already, with the repeatable objects.
    """
    names = project.schema_map
    generated = "system.generated_functions()"
    if db.scalar(connection, "select to_regprocedure(%s)", map_schemas(generated, names)) is None:
        return
    with connection.transaction():
        for (statement,) in connection.execute(
            map_schemas(
                "select format('drop function %s', oid::regprocedure) "
                f"from unnest({generated}) as generated (oid)",
                names,
            )
        ).fetchall():
            connection.execute(statement)
        connection.execute(
            map_schemas("delete from system.feature_flags where flag like 'move:%'", names)
        )
