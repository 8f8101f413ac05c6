"""The statements that apply will execute, and what each does to which relation."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit import statements as sql
from toolkit.errors import Failure
from toolkit.ledger import SqlMigration
from toolkit.modes import stronger
from toolkit.objects import Applied, Object
from toolkit.project import TOOLKIT, Project, SqlFile
from toolkit.statements import Action

if TYPE_CHECKING:
    from toolkit.hazards import Hazard
    from toolkit.rehearsal import Executed


@dataclass
class Effect:
    """What a statement does to one relation.

    mode: of the lock, empty when it takes none. held: of the one that its transaction has there
    already, if that is as strong. work: as in estimate.seconds.
    """

    relation: str
    mode: str = ""
    held: str = ""
    work: set[str] = field(default_factory=set)


@dataclass
class Step:
    """One statement that apply will execute. line: 0 for one that apply derives from the file."""

    file: str
    line: int
    text: str
    effects: list[Effect]
    hazards: "list[Hazard]" = field(default_factory=list)

    def effect_on(self, relation: str) -> Effect:
        """Return the effect on a relation, a new one if there is none; quotes do not count."""
        for effect in self.effects:
            if plain(effect.relation) == plain(relation):
                return effect
        self.effects.append(Effect(relation))
        return self.effects[-1]


def name_of(name: str, layer: str) -> str:
    """Return how a plan calls a file; migrations of two layers may have the same name."""
    if layer == TOOLKIT or not name.startswith("migrations/"):
        return name
    return f"migrations/{layer}/{name.removeprefix('migrations/')}"


def steps_of(text: str, name: str, found: "Sequence[Hazard]" = ()) -> list[Step]:
    """Return the statements of a rendered file, with what their text tells, and their hazards."""
    steps = [
        Step(name, statement.line, statement.text, list(effects(statement.actions)))
        for statement in sql.read(text, name)
    ]
    for hazard in found if steps else ():
        before = [step for step in steps if step.line <= hazard.line]
        (before or steps[:1])[-1].hazards.append(hazard)
    return steps


def effects(actions: Iterable[Action]) -> Iterator[Effect]:
    """Yield what actions do to relations, one effect for each relation; reading is none."""
    found: dict[str, Effect] = {}
    for action in actions:
        for relation, mode in sql.locks(action):
            if mode in ("", "access share"):
                continue
            effect = found.setdefault(relation, Effect(relation))
            effect.mode = stronger(effect.mode, mode)
        work = work_of(action)
        if action.table and work:
            found.setdefault(action.table, Effect(action.table)).work |= work
    yield from found.values()


def work_of(action: Action) -> set[str]:
    """Return what an action does to all rows of its table; see estimate.seconds."""
    if action.kind == "create_index":
        return {"index_concurrently" if action.has("concurrently") else "index"}
    if action.kind == "reindex":
        return {"reindex"}
    if action.kind in ("update", "delete"):
        return set() if action.has("where") else {"change"}
    found = set()
    builds = ("primary_key", "unique", "exclude")
    if any(one.kind in builds and not one.using_index for one in action.constraints):
        found.add("index")
    if sql.rewrites(action):
        found.add("rewrite")
    elif sql.scans(action):
        found.add("scan")
    return found


def rehearsed(steps: list[Step], executed: "list[Executed]") -> list[Step]:
    """Return the steps as they were executed, with the locks and the work that were seen.

    What a text alone tells of work is kept: a clone has no rows to show it. Of the statements of
    apply's own those are left out that lock nothing but rows. What a rehearsal that failed has
    not come to follows as it was read.
    """
    known = {(step.file, step.line, step.text): step for step in steps}
    found: list[Step] = []
    derived: list[Step] = []
    for done in executed:
        read = known.get((done.file, done.line, done.text))
        step = Step(done.file, done.line, done.text, [], read.hazards if read else [])
        for relation, mode in done.locks:
            effect = step.effect_on(relation)
            effect.mode = stronger(effect.mode, mode)
        _add_work(step, done, read)
        if done.file:
            for one in derived:
                one.file = done.file
            found += [*derived, step]
            derived = []
        elif any(effect.mode not in ("", "row exclusive") for effect in step.effects):
            derived.append(step)
    reached = {(done.file, done.line, done.text) for done in executed}
    return [*found, *derived, *(step for key, step in known.items() if key not in reached)]


def note_held(steps: Iterable[Step], alone: Collection[str]) -> None:
    """Write down which lock, as strong, a statement's transaction has already; a file is one.

    alone: files that are executed statement by statement.
    """
    held: dict[tuple[str, str], str] = {}
    for step in steps:
        for effect in step.effects if step.file not in alone else ():
            # All repeatable objects are applied in one transaction.
            key = "sql/" if step.file.startswith("sql/") else step.file, plain(effect.relation)
            before = held.get(key, "")
            held[key] = stronger(before, effect.mode)
            effect.held = before if held[key] == before else ""


def _add_work(step: Step, done: "Executed", read: Step | None) -> None:
    truncates = done.text.lower().startswith("truncate")
    for relation in [] if truncates else done.rewrites:
        step.effect_on(relation).work.add("rewrite")
    for relation in done.scans:
        step.effect_on(relation).work.add("scan")
    for change in done.changes:
        if change.updated or change.deleted:
            step.effect_on(change.table).work.add("change")
    for effect in read.effects if read else []:
        if effect.mode not in ("", "row exclusive") or effect.work:
            seen = step.effect_on(effect.relation)
            seen.work |= effect.work
            seen.mode = seen.mode or effect.mode


def plain(relation: str) -> str:
    """Return a name as it is compared: without quotes, and without the schema public."""
    return relation.replace('"', "").lower().removeprefix("public.")


def planned_steps(
    project: Project,
    migrations: Iterable[SqlMigration],
    items: Iterable[Object],
    removed: Iterable[Applied],
) -> list[Step]:
    """Return the statements that apply will execute, as far as the files tell.

    What is removed is shown by the locks that removing it takes.
    """
    texts = {name_of(one.file.name, one.file.layer): one.rendered for one in migrations}
    objects = {name_of(f"sql/{one.path}", one.layer): one.sql for one in items}
    files = [one.file for one in migrations]
    files += [
        SqlFile(file.path, f"sql/{file.name}", file.layer)
        for file in project.objects()
        if name_of(f"sql/{file.name}", file.layer) in objects
    ]
    found = hazards_in(files, project)
    steps: list[Step] = []
    for name, text in texts.items():
        steps += steps_of(text, name, found.get(name, ()))
    steps += [_removal(gone) for gone in removed]
    for name, text in objects.items():
        steps += steps_of(text, name, found.get(name, ()))
    return steps


def _removal(gone: Applied) -> Step:
    made = [action for one in sql.read(gone.sql) for action in one.actions]
    lost = [
        Effect(action.table or action.name, "access exclusive")
        for action in made
        if action.kind.removeprefix("create_") in ("view", "matview", "trigger", "policy")
    ]
    name = name_of(f"sql/{gone.path}", gone.layer)
    return Step(name, 0, f"remove {gone.schema}.{gone.name}", lost)


def hazards_in(files: Sequence[SqlFile], project: Project) -> "dict[str, list[Hazard]]":
    """Return the hazards of each file, the allowed ones with their reason, by its name."""
    from toolkit import hazards
    from toolkit.linting import Reading

    reading = Reading(files, project)
    return {
        name_of(file.name, file.layer): hazards.find(
            reading.statements(file), reading.context(file)
        )
        for file in reading.files
    }


def refuse_hazardous(migrations: Iterable[SqlMigration], project: Project) -> None:
    """Refuse migrations of the user's own with a hazard that their header does not allow.

    Warnings do not count, nor do the toolkit's own files, which are linted before they ship.
    """
    files = [one.file for one in migrations if one.file.layer != TOOLKIT]
    if not files:
        return
    found = [
        (name, hazard)
        for name, hazards in hazards_in(files, project).items()
        for hazard in hazards
        if hazard.severity == "error" and not hazard.allowed_because
    ]
    if not found:
        return
    name, first = found[0]
    others = f", and {len(found) - 1} more hazards" if found[1:] else ""
    raise Failure(
        f"{name}:{first.line}: {first.message}{others}",
        f"{first.mend} 'mdt plan' shows all. Nothing was touched.",
        f"Where it is right as it is, say why in the file's header: "
        f"'-- allow: {first.rule}, REASON'.",
    )
