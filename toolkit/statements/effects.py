"""Which locks an action takes, and whether it rewrites, scans or destroys what is there."""

from typing import NamedTuple

from toolkit import lexer
from toolkit.statements.cursor import Cursor
from toolkit.statements.data import functions
from toolkit.statements.model import Action, Column

MODES = (
    "access share",
    "row share",
    "row exclusive",
    "share update exclusive",
    "share",
    "share row exclusive",
    "exclusive",
    "access exclusive",
)
# Functions whose value is the same for all rows of one statement, so that a default of them
# is stored once and no row is written.
_NOT_VOLATILE = {
    *("now", "current_setting", "lower", "upper", "btrim", "coalesce", "nullif", "make_interval"),
    *("to_timestamp", "date_trunc", "jsonb_build_object", "jsonb_build_array", "to_jsonb"),
    *("transaction_timestamp", "statement_timestamp", "greatest", "least", "concat", "md5"),
    *(
        "repeat",
        "left",
        "right",
        "substr",
        "substring",
        "trim",
        "length",
        "chr",
        "ascii",
        "concat_ws",
    ),
    *("floor", "ceil", "ceiling", "trunc", "power", "sqrt", "mod", "decode", "encode", "sha256"),
    *(
        "jsonb_object",
        "json_build_object",
        "json_build_array",
        "tstzrange",
        "daterange",
        "int8range",
    ),
    *("numrange", "tsrange", "int4range", "point", "box", "inet", "host", "date_part", "extract"),
    *("make_time", "make_timestamp", "make_timestamptz", "string_to_array", "to_number", "age"),
    *("make_date", "array_fill", "row", "to_date", "to_char", "replace", "round", "abs"),
    *("pg_catalog.now", "pg_catalog.lower", "pg_catalog.upper", "pg_catalog.current_setting"),
    *("varchar", "char", "numeric", "interval", "timestamp", "timestamptz", "array"),
}
_MODE_OF = {
    "select": "access share",
    "copy_to": "access share",
    "insert": "row exclusive",
    "update": "row exclusive",
    "delete": "row exclusive",
    "merge": "row exclusive",
    "copy_from": "row exclusive",
    "analyze": "share update exclusive",
    "comment": "share update exclusive",
    "create_statistics": "share update exclusive",
    "validate_constraint": "share update exclusive",
    "attach_partition": "share update exclusive",
    "set_statistics": "share update exclusive",
    "set_options": "share update exclusive",
    "set_column_options": "share update exclusive",
    "reset_options": "share update exclusive",
    "cluster_on": "share update exclusive",
    "create_trigger": "share row exclusive",
    "enable_trigger": "share row exclusive",
    "disable_trigger": "share row exclusive",
}
# Everything else that ALTER TABLE, DROP and their like do locks out readers too.
_EXCLUSIVE = {
    *("add_column", "add_constraint", "alter_column", "alter_column_type", "alter_constraint"),
    *("alter_identity", "add_identity", "drop_identity", "drop_expression", "set_expression"),
    *("cluster", "create_rule", "create_policy", "alter_policy", "disable_row_security"),
    *("disable_rule", "drop_column", "drop_constraint", "drop_default", "drop_foreign_table"),
    *("drop_matview", "drop_not_null", "drop_policy", "drop_rule", "drop_sequence", "drop_table"),
    *("drop_trigger", "drop_view", "enable_row_security", "enable_rule", "force_row_security"),
    *("inherit", "no_force_row_security", "no_inherit", "not_of_type", "of_type", "owner_to"),
    *("replica_identity", "set_access_method", "set_compression", "set_default", "set_logged"),
    *("set_not_null", "set_schema", "set_storage", "set_tablespace", "set_unlogged"),
    *("set_without", "truncate"),
}


class Lock(NamedTuple):
    """One lock on a relation. mode: as in LOCK TABLE, lower case."""

    relation: str
    mode: str


def lock(action: Action, version: int = 18) -> str:
    """Return the mode of the lock on the action's table; empty when it takes none.

    version: major version of the server; the versions that are supported do not differ here.
    """
    return next((one.mode for one in locks(action, version) if one.relation == action.table), "")


def locks(action: Action, version: int = 18) -> tuple[Lock, ...]:  # noqa: ARG001
    """Return the locks that an action takes on relations, its own table first."""
    found = [Lock(action.table, mode)] if action.table and (mode := _own(action)) else []
    if action.kind == "drop_index" and not action.table:
        mode = "share update exclusive" if action.has("concurrently") else "access exclusive"
        found.append(Lock(action.name, mode))
    for one in action.constraints:
        if one.kind == "foreign_key" and one.references:
            found.append(Lock(one.references, "share row exclusive"))
    if action.kind == "validate_constraint":
        return tuple(found)
    if action.kind in ("attach_partition", "detach_partition"):
        found.append(Lock(action.name, "access exclusive"))
    if parent := action.text("partition_of"):
        found.append(Lock(parent, "access exclusive"))
    for parent in action.options.get("inherits", ()):
        found.append(Lock(parent, "share update exclusive"))
    reads = action.options.get("reads", ())
    if action.kind != "select" or not action.table:
        found += [Lock(name, "access share") for name in reads if name != action.table]
    return tuple(dict.fromkeys(found))


def _own(action: Action) -> str:
    kind = action.kind
    concurrently = action.has("concurrently")
    if kind == "create_index":
        return "share update exclusive" if concurrently else "share"
    if kind == "reindex":
        return "share update exclusive" if concurrently else "share"
    if kind == "detach_partition":
        gentle = concurrently or action.has("finalize")
        return "share update exclusive" if gentle else "access exclusive"
    if kind == "refresh_matview":
        return "exclusive" if concurrently else "access exclusive"
    if kind == "vacuum":
        return "access exclusive" if action.has("full") else "share update exclusive"
    if kind == "lock_table":
        return action.text("mode")
    if kind == "select":
        return "row share" if action.has("for_update") else "access share"
    if kind == "add_constraint" and action.constraints[0].kind == "foreign_key":
        return "share row exclusive"
    if kind == "rename":
        on_index = action.options.get("of") == "index"
        return "share update exclusive" if on_index else "access exclusive"
    if kind in ("create_table", "create_table_as"):
        return ""  # nobody sees it yet
    return _MODE_OF.get(kind) or ("access exclusive" if kind in _EXCLUSIVE else "")


def rewrites(action: Action) -> bool:
    """Tell whether an action writes every row of its table anew, as far as its text tells."""
    if action.kind in ("set_logged", "set_unlogged", "set_access_method", "set_tablespace"):
        return True
    if action.kind in ("cluster", "alter_column_type", "set_expression"):
        return True
    if action.kind == "refresh_matview":
        return not action.has("concurrently")
    if action.kind == "vacuum":
        return action.has("full")
    if action.kind == "add_column" and action.column is not None:
        return fills_rows(action.column) or is_volatile(action.column.default)
    return False


def fills_rows(column: Column) -> bool:
    """Tell whether adding a column gives each row a value of its own."""
    return column.is_serial or column.is_identity or column.generated == "stored"


def is_volatile(expression: str) -> bool:
    """Tell whether an expression may differ from row to row, unknown functions included."""
    tokens = [t for t in lexer.tokens(expression) if t.kind not in ("space", "comment")]
    called = functions(Cursor(tokens, expression, lambda _: 1))
    return any(name not in _NOT_VOLATILE for name in called)


def scans(action: Action) -> bool:
    """Tell whether an action reads every row of its table while it holds its lock."""
    if rewrites(action) or action.kind in ("create_index", "reindex", "validate_constraint"):
        return True
    if action.kind in ("set_not_null", "attach_partition"):
        return True
    if action.kind == "add_constraint":
        one = action.constraints[0]
        return not (one.not_valid or one.using_index)
    if action.kind == "add_column":
        return any(one.kind in ("unique", "primary_key") for one in action.constraints)
    return False


def destroys(action: Action) -> bool:
    """Tell whether an action removes data that nothing can bring back."""
    kind = action.kind
    if kind in ("drop_table", "drop_foreign_table", "drop_schema", "drop_database"):
        return True
    if kind in ("drop_column", "drop_sequence", "drop_owned", "truncate", "delete"):
        return True
    if kind in ("drop_type", "drop_domain", "drop_extension"):
        return action.has("cascade")
    return kind == "merge" and action.has("deletes")


def overwrites(action: Action) -> bool:
    """Tell whether an action puts other values in the place of those that are there."""
    if action.kind in ("update", "merge", "alter_column_type"):
        return True
    return action.kind == "insert" and action.has("overwrites")
