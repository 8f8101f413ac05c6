"""A plan against the live database: how large and busy the tables are, who waits, for how long."""

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from toolkit import hazards
from toolkit.estimate import Rates, seconds
from toolkit.migrate import Migrator, Plan
from toolkit.modes import STOPS, excludes
from toolkit.objects import Applied, Object, read_objects
from toolkit.plan import Effect, Step, name_of, note_held, planned_steps, rehearsed
from toolkit.trace import RULE_OF, Discovery, Rehearsal
from toolkit.traffic import Session, Table, Traffic, look


@dataclass
class Forecast:
    """All that is to be known before an apply. diffs: of changed objects, by path."""

    plan: "Plan"
    steps: list[Step]
    traffic: Traffic
    rates: Rates
    diffs: dict[str, str]
    problem: str = ""

    def table(self, effect: Effect) -> Table | None:
        """Return the relation of an effect as it is now, None for one that is still to be made."""
        return self.traffic.tables.get(effect.relation)

    def seconds(self, effect: Effect) -> float:
        """Return how long the work on a relation will take."""
        table = self.table(effect)
        return seconds(effect.work, table, self.rates) if table else 0.0

    def holders(self, effect: Effect) -> list[Session]:
        """Return the sessions that the statement would have to wait for at this moment."""
        if not effect.mode or effect.held:
            return []
        return [
            session
            for session in self.traffic.sessions
            if any(excludes(effect.mode, held) for held in session.locks.get(effect.relation, []))
        ]

    def hazards(self) -> Iterator[tuple[Step, Any]]:
        """Yield each hazard with its statement."""
        for step in self.steps:
            for found in step.hazards:
                yield step, found

    def as_json(self) -> dict[str, Any]:
        """Return it as the document that `mdt --json plan` prints."""
        return {
            **self.plan.as_json(),
            "diffs": self.diffs,
            "steps": [self._step_as_json(step) for step in self.steps],
            "tables": {table.name: table.as_json() for table in self.traffic.tables.values()},
            "open_transactions": [vars(session) for session in self.traffic.sessions],
            "assumptions": self.rates.as_json(),
            "problem": self.problem,
        }

    def _step_as_json(self, step: Step) -> dict[str, Any]:
        return {
            "file": step.file,
            "line": step.line,
            "statement": step.text,
            "effects": [self._effect_as_json(effect) for effect in step.effects],
            "hazards": [vars(hazard) for hazard in step.hazards],
        }

    def _effect_as_json(self, effect: Effect) -> dict[str, Any]:
        table = self.table(effect)
        return {
            "relation": table.name if table else effect.relation,
            "exists": table is not None,
            "lock": effect.mode,
            "held": effect.held,
            "stops": STOPS.get(effect.held or effect.mode, ""),
            "work": sorted(effect.work),
            "estimated_seconds": round(self.seconds(effect), 2),
            "waits_for": [session.pid for session in self.holders(effect)],
        }


def foresee(
    migrator: Migrator,
    plan: Plan,
    sample_seconds: float,
    rehearsal: Rehearsal | None = None,
) -> Forecast:
    """Return what is to be known before a plan is applied. The database is only read.

    sample_seconds: how long to count the traffic. rehearsal: of the same apply.
    """
    touched = {item.path for item in [*plan.added, *plan.changed]}
    items = [item for item in read_objects(migrator.project) if item.path in touched]
    steps = planned_steps(migrator.project, plan.migrations, items, plan.removed)
    problem = ""
    if rehearsal:
        steps = rehearsed(steps, rehearsal.executed)
        problem = rehearsal.failure.message if rehearsal.failure else ""
        _add_discoveries(steps, rehearsal.discoveries)
    alone = {
        name_of(one.file.name, one.file.layer)
        for one in plan.migrations
        if not one.use_transactions
    }
    note_held(steps, alone)
    traffic = look(migrator.connection, relations(steps), sample_seconds)
    recorded = migrator.recorded_objects()
    rates = Rates.of(migrator.project.settings)
    return Forecast(plan, steps, traffic, rates, diffs(plan.changed, recorded), problem)


def _add_discoveries(steps: list[Step], discoveries: Iterable[Discovery]) -> None:
    """Add to each statement what running it has shown, as a hazard."""
    for one in discoveries:
        for step in steps:
            rule = RULE_OF.get(one.kind, "")
            is_new = rule not in {known.rule for known in step.hazards}
            if rule and is_new and (step.file, step.line) == (one.file, one.line):
                step.hazards.append(hazards.hazard(rule, one.line, one.message))


def relations(steps: Iterable[Step]) -> set[str]:
    """Return the names of all relations that steps touch."""
    return {effect.relation for step in steps for effect in step.effects}


def diffs(changed: Iterable[Object], recorded: Iterable[Applied]) -> dict[str, str]:
    """Return what is different in each changed object, as a unified diff."""
    old = {item.path: item.sql for item in recorded}
    return {
        name_of(f"sql/{item.path}", item.layer): "\n".join(
            difflib.unified_diff(
                old.get(item.path, "").splitlines(),
                item.sql.splitlines(),
                "as applied",
                f"sql/{item.path}",
                lineterm="",
            )
        )
        for item in changed
    }
