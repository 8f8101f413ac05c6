"""Rules about types, rights, extensions, functions, and names."""

import re
from collections.abc import Iterator

from toolkit.hazards.known import plain
from toolkit.hazards.registry import MIGRATION, WARNING, on, over
from toolkit.hazards.scene import Scene
from toolkit.statements import Action

LONGEST_NAME = 63


@on(
    34,
    "enum_type",
    "create_type",
    "add_value",
    why="A value of an enum cannot be removed, and a new one goes to the end unless its place is "
    "named.",
    mend="Use text with a check constraint; of an enum that is there, say 'before' or 'after'.",
    severity=WARNING,
)
def _enum_type(action: Action, scene: Scene) -> Iterator[str]:
    del scene
    if action.kind == "create_type" and action.has("enum"):
        yield f"{action.name} is an enum"
    elif action.kind == "add_value" and not action.has("placed"):
        yield f"the new value of {action.name} has no place in the order"


@over(
    41,
    "unsafe_name",
    why="The server cuts a name after 63 bytes, and two may become one; without a schema, "
    "search_path decides which table is meant, and each role can have another.",
    mend="Shorten the name; write the schema before the table.",
    severity=WARNING,
)
def _unsafe_name(scene: Scene) -> Iterator[tuple[int, str]]:
    temporary = {
        action.name
        for action in scene.actions
        if action.kind.startswith("create_") and action.has("temporary")
    }
    for action in scene.actions:
        for name in (action.name, *(one.name for one in action.constraints)):
            last = name.rpartition(".")[2].strip('"')
            if len(last.encode()) > LONGEST_NAME:
                yield action.line, f"{last} is longer than {LONGEST_NAME} bytes"
        relation = action.name if action.kind == "drop_index" else action.table
        if not relation or "." in relation or relation in temporary:
            continue
        if action.kind not in ("select", "comment") and not action.has("executed"):
            yield action.line, f"{relation} has no schema"


_ACCESS = (
    *("grant", "revoke", "alter_default_privileges", "create_policy", "alter_policy"),
    *("drop_policy", "enable_row_security", "disable_row_security", "force_row_security"),
    *("no_force_row_security", "owner_to", "create_role", "alter_role", "drop_role"),
    *("create_user", "alter_user", "drop_user", "reassign_owned"),
)


@on(
    42,
    "access_change",
    *_ACCESS,
    why="A right too many opens data to somebody, a right too few stops an application.",
    mend="Put grants and policies under sql/<schema>/grants and sql/<schema>/policies, where they "
    "are reviewed as what they are; else allow it with who gains or loses what.",
)
def _access_change(action: Action, scene: Scene) -> Iterator[str]:
    shelf = scene.context.name.split("/")[-2:-1]
    if shelf[:1] in (["grants"], ["policies"]) or scene.is_new(action.table or action.name):
        return
    what = action.kind.replace("_", " ")
    where = action.table or action.name
    yield f"{what}{' on ' + where if where else ''} changes who may do what"


@over(
    43,
    "untracked_dependency",
    why="PostgreSQL does not know what a function's text uses: the change succeeds, and the "
    "function fails when it is called next.",
    mend="Change the function in the same deployment, and put its new text before this.",
    files=(MIGRATION,),
)
def _untracked_dependency(scene: Scene) -> Iterator[tuple[int, str]]:
    gone = [one for one in scene.actions if one.kind.startswith("drop_") or one.kind == "rename"]
    if not gone:
        return
    bodies = {**scene.context.bodies(), **scene.before.bodies}
    again = {
        plain(one.name)
        for one in scene.actions
        if one.kind in ("create_function", "create_procedure", "drop_function", "drop_procedure")
    }
    for action in gone:
        for name, body in bodies.items():
            if plain(name) not in again and _mentions(body, action):
                yield action.line, f"the text of {name}() still uses {action.name}"


def _mentions(body: str, action: Action) -> bool:
    """Tell whether a function's text uses what an action takes away."""
    kind = action.object_type
    if kind == "column":
        return _uses(body, action.table) and _has_word(body, action.name)
    if kind in ("function", "procedure"):
        return bool(re.search(rf"(?<![\w.]){re.escape(plain(action.name))}\s*\(", body))
    if kind in ("table", "view", "materialized_view", "sequence", "type"):
        return _uses(body, action.name)
    return False


def _uses(body: str, name: str) -> bool:
    """Tell whether a text uses a relation; a word alone may be an alias that is called so."""
    if "." in plain(name):
        return _has_word(body, name)
    word = re.escape(plain(name))
    called = rf"\bpublic\.{word}(?!\w)|\b(?:from|join|into|update|only|table)\s+{word}(?![\w.])"
    return bool(re.search(called, body, re.I))


def _has_word(body: str, name: str) -> bool:
    return bool(re.search(rf"(?<![\w.]){re.escape(plain(name))}(?!\w)", body))


@on(
    44,
    "extension_or_sequence_change",
    "update_extension",
    "drop_extension",
    "replica_identity",
    "drop_sequence",
    "alter_system",
    why="An update of an extension runs its author's script; without a replica identity, updates "
    "of a published table fail; a dropped sequence takes the next number with it.",
    mend="Try it on a copy first, and allow it with what was seen there.",
)
def _extension_or_sequence_change(action: Action, scene: Scene) -> Iterator[str]:
    if not scene.is_own(action):
        yield f"{action.kind.replace('_', ' ')} {action.name}".rstrip()


_SNAKE = re.compile(r"[a-z_][a-z0-9_]*")
_FILE = re.compile(r"\d{4}_[a-z0-9_]+")
_NAMED = ("create_table", "create_table_as", "create_index", "create_view", "create_matview",
          "create_function", "create_type", "create_schema", "create_trigger",
          "add_column")  # fmt: skip
_INDEX_ENDS = ("_idx", "_key", "_pkey", "_excl")


@over(
    47,
    "unconventional_name",
    why="Names that follow no rule have to be looked up, and a constraint that the server named "
    "is called something else in another database.",
    mend="Use snake_case; name each constraint, and end indexes with _idx or _key; call the file "
    "0007_create_job.sql.",
    severity=WARNING,
    files=(MIGRATION,),
)
def _unconventional_name(scene: Scene) -> Iterator[tuple[int, str]]:
    name = scene.context.name
    if name.startswith("migrations/") and not _FILE.fullmatch(scene.context.id):
        yield 1, f"{scene.context.id} is not four digits, a verb and an object"
    for action in scene.actions:
        last = action.name.rpartition(".")[2]
        if action.kind in _NAMED and last and not _SNAKE.fullmatch(last):
            yield action.line, f"{last} is not snake_case"
        if action.kind == "create_index" and not last.endswith(_INDEX_ENDS):
            yield (
                action.line,
                f"the index {last or 'without a name'} does not end with _idx or _key",
            )
        for one in action.constraints:
            if not one.name and not one.using_index:
                kind = one.kind.replace("_", " ")
                yield action.line, f"the {kind} on {', '.join(one.columns)} has no name"
