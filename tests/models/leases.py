"""Model (a): leases and systems without a fence. Every order of every step of holders, drivers and the database.

A state is a tuple of numbers: the database, each driver, each holder. What one part does depends on few others, so
that it is worked out once and looked up afterwards.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

from tests.models.controller import Controlling, Database, Driver, Stage
from tests.models.ground import LONG, LOST, SHORT, SLOW, TWO, Machine, Rows
from tests.models.holders import Holder, Holding, Options, Phase, Request
from tests.models.search import Breach, Numbered

State = tuple[int, ...]
Step = tuple[str, State | Breach]


@dataclass(frozen=True, slots=True)
class Scope:
    """How much may happen. `lives`: processes one after the other on each machine. `others`: changes of elsewhere.

    `requests`: how many a holder may have under way. `hears`: whether revisions are told ahead of their routes.
    `tells`: whether routes are told without being asked for.
    `forgets`: whether rows are also forgotten that no drain waits for. `leaves`: whether processes may release.
    `long`: whether a grant lasts four ticks and a write two, instead of two and one.
    `fresh`: whether it begins before the first registration. `still`: whether no time passes. `writers`: how many of
    the holders write.
    """

    holders: int = 1
    drivers: int = 1
    lives: int = 1
    writes: int = 1
    requests: int = 1
    freezes: int = 1
    others: int = 0
    hears: bool = False
    tells: bool = False
    forgets: bool = False
    leaves: bool = False
    long: bool = False
    fresh: bool = False
    still: bool = False
    writers: int = 2

    def told(self) -> str:
        """In words."""
        counted = ("holders", "drivers", "lives", "writes", "requests", "freezes", "others")
        extra = [
            name for name in ("hears", "tells", "forgets", "leaves", "long", "fresh", "still") if getattr(self, name)
        ]
        return ", ".join([f"{name} {getattr(self, name)}" for name in counted if getattr(self, name)] + extra)


class Choices(NamedTuple):
    """`Options` with numbers for the holders."""

    alone: list[tuple[str, int | Breach]]
    served: list[tuple[str, Request]]
    accepted: list[tuple[str, int, int, int]]


@dataclass
class Worked:
    """What was worked out before, by the numbers of the parts that it depends on."""

    choices: dict[tuple[int, int], Choices] = field(default_factory=dict)
    changes: dict[int, list[tuple[str, int]]] = field(default_factory=dict)
    aged: dict[tuple[int, int], int] = field(default_factory=dict)
    served: dict[tuple[int, int, Request, int], tuple[str, int, int, bool]] = field(default_factory=dict)
    heard: dict[tuple[int, int, int], int] = field(default_factory=dict)
    moved: dict[int, int] = field(default_factory=dict)
    renewed: dict[tuple[int, int], int] = field(default_factory=dict)
    driven: dict[tuple[int, int, int], list[tuple[str, int, int]]] = field(default_factory=dict)


class Leases:
    """The model. A mutant replaces one thing: a class, a step of `route_of_a_request`, or one method."""

    controlling: type[Controlling] = Controlling
    holding: type[Holding] = Holding
    steps: ClassVar[Mapping[Phase, tuple[str, Phase]]] = {
        Phase.SENT: ("record", Phase.RECORDED),
        Phase.RECORDED: ("read", Phase.ANSWERED),
        Phase.RELEASE: ("release", Phase.ANSWERED),
    }
    """services.leasing.renew: record and commit, then read revision and rows in one snapshot."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.rows = Rows()
        spans = LONG if scope.long else SHORT
        self.controller = self.controlling(self.rows, spans)
        self.rules = [self.holding(place, Machine(SLOW), self.rows, spans) for place in range(scope.holders)]
        for rule in self.rules:
            rule.together, rule.leaves = scope.requests, scope.leaves
        self.bases: Numbered[Database] = Numbered()
        self.drivers: Numbered[Driver] = Numbered()
        self.holders: Numbered[Holder] = Numbered()
        self.done = Worked()
        self._first_holder = 1 + scope.drivers

    def initial(self) -> State:
        """One owner, and every process has just registered, or (`fresh`) has just started."""
        base = self.first_base()
        writes = [self.scope.writes if rule.place < self.scope.writers else 0 for rule in self.rules]
        holders = [rule.first(self.scope.lives, count) for rule, count in zip(self.rules, writes, strict=True)]
        if not self.scope.fresh:
            for holder in holders:
                base = self.controller.record(base, holder.lease, -1)
            holders = [one._replace(revision=1, heard=1, row=base.row, sent=0) for one in holders]
        drivers = [self.drivers.number(Driver())] * self.scope.drivers
        return (self.bases.number(base), *drivers, *(self.holders.number(one) for one in holders))

    def first_base(self) -> Database:
        """One owner, no lease."""
        return Database(self.rows.first(), 1, 1, Stage.NONE, -1, self.scope.freezes, self.scope.others)

    def successors(self, state: State) -> Iterator[Step]:
        """Everything that can happen next."""
        base = state[0]
        for label, after in self._changes(base):
            yield label, (after, *self._moved(state, base, after), *state[self._first_holder :])
        for place in range(1, self._first_holder):
            for label, after, driver in self._driven(place, base, state[place]):
                yield label, (after, *state[1:place], driver, *state[place + 1 :])
        for place in range(self._first_holder, len(state)):
            yield from self._held(state, place)
        if not self.scope.still:
            yield "a tick", (base, *(self._aged(place, state[place]) for place in range(1, len(state))))

    def has_moved(self, state: State) -> bool:
        """Whether every move that there may be is over, and the last one came to its end."""
        base = self.bases[state[0]]
        return base.stage is Stage.NONE and not base.freezes and base.since == self.controller.epoch(base)

    def can_write(self, state: State) -> bool:
        """Whether somebody may write, or may at once if the move is called off."""
        ways = (state[0], *(after for _, after in self._changes(state[0])))
        return any(self.rows.is_held(self.bases[base].row) for base in ways)

    def _held(self, state: State, place: int) -> Iterator[Step]:
        base, holder = state[0], state[place]
        before, behind = state[:place], state[place + 1 :]
        choices = self._choices(place, holder)
        for label, alone in choices.alone:
            yield label, alone if isinstance(alone, Breach) else (*before, alone, *behind)
        for label, epoch, right, wrong in choices.accepted:
            breach = self._breach(base, epoch)
            if breach is None or not self.holding.bounded:
                yield label, (*before, right if breach is None else wrong, *behind)
            else:
                yield f"{label}, of epoch {epoch}", breach
        for name, request in choices.served:
            label, after, new, is_renewal = self._served(place, base, holder, (name, request))
            drivers = [self._renewed(one, request.lease) for one in state[1 : self._first_holder]]
            yield (
                label,
                (
                    after,
                    *(drivers if is_renewal else state[1 : self._first_holder]),
                    *state[self._first_holder : place],
                    new,
                    *behind,
                ),
            )
        if self.scope.hears and self.holders[holder].lease >= 0:
            for revision in range(self.holders[holder].heard + 1, self.bases[base].revision + 1):
                yield (
                    f"holder {place - self._first_holder + 1} hears of revision {revision}",
                    (*before, self._hears(place, holder, revision), *behind),
                )

        if self.scope.tells and self.holders[holder].lease >= 0 and self.holders[holder].told is None:
            now = self.bases[base]
            if now.revision > self.holders[holder].revision:
                told = self.holders.number(self.holders[holder]._replace(told=(now.revision, now.row)))
                name = f"holder {place - self._first_holder + 1}"
                yield f"revision {now.revision} and its routes are read, for {name}", (*before, told, *behind)

    def _breach(self, base: int, epoch: int) -> Breach | None:
        """What it is when a system accepts a write of `epoch` now."""
        now = self.bases[base]
        if epoch < now.since:
            return TWO
        return LOST if now.stage is Stage.READ else None

    def serve(self, base: Database, request: Request, what: str) -> tuple[Database, tuple[int, int]]:
        """One step of the controller for a request: what is committed then, and what has been read."""
        read = (request.revision, request.row)
        if what == "record":
            return self.controller.record(base, request.lease, request.acknowledging), read
        if what == "release":
            return self.controller.release(base, request.lease), read
        found = {"read": (base.revision, base.row), "rows": (-1, base.row), "revision": (base.revision, request.row)}
        return base, found[what]

    def _served(self, place: int, base: int, holder: int, asked: tuple[str, Request]) -> tuple[str, int, int, bool]:
        name, request = asked
        key = (place, base, request, holder)
        known = self.done.served.get(key)
        if known is None:
            what, phase = self.steps[request.phase]
            rules, before = self.rules[place - self._first_holder], self.holders[holder]
            after, standing = self.serve(self.bases[base], request, what)
            left = rules.over(before, request) if what == "release" else rules.read(before, request, standing, phase)
            label = f"the controller serves {name}: {what}"
            known = (label, self.bases.number(after), self.holders.number(left), what == "record")
            self.done.served[key] = known
        return known

    def _choices(self, place: int, holder: int) -> Choices:
        known = self.done.choices.get((place, holder))
        if known is None:
            found: Options = self.rules[place - self._first_holder].options(self.holders[holder])
            number = self.holders.number
            known = self.done.choices[place, holder] = Choices(
                [(label, one if isinstance(one, Breach) else number(one)) for label, one in found.alone],
                found.served,
                [(label, epoch, number(right), number(wrong)) for label, epoch, right, wrong in found.accepted],
            )
        return known

    def _changes(self, base: int) -> list[tuple[str, int]]:
        known = self.done.changes.get(base)
        if known is None:
            found = self.controller.changes(self.bases[base])
            known = self.done.changes[base] = [(label, self.bases.number(after)) for label, after in found]
        return known

    def _moved(self, state: State, base: int, after: int) -> Iterator[int]:
        changed = self.bases[base].stage is not self.bases[after].stage
        for driver in state[1 : self._first_holder]:
            if changed and driver not in self.done.moved:
                self.done.moved[driver] = self.drivers.number(self.controller.moved(self.drivers[driver]))
            yield self.done.moved[driver] if changed else driver

    def _driven(self, place: int, base: int, driver: int) -> list[tuple[str, int, int]]:
        key = (place, base, driver)
        known = self.done.driven.get(key)
        if known is None:
            found = self._drive(f"driver {place}", self.bases[base], self.drivers[driver])
            numbered = [(label, self.bases.number(after), self.drivers.number(one)) for label, after, one in found]
            known = self.done.driven[key] = numbered
        return known

    def _drive(self, name: str, base: Database, driver: Driver) -> Iterator[tuple[str, Database, Driver]]:
        rules = self.controller
        if driver.ready is not None:
            yield f"{name} stores the drain, unless something changed", *rules.finish(base, driver)
        elif base.stage is Stage.DRAIN:
            yield f"{name} looks at the leases", base, rules.look(base, driver)
        if driver.dead:
            yield f"{name} forgets the rows that it saw dead", *rules.forget(base, driver)
        elif self.scope.forgets:
            yield f"{name} looks for dead rows", base, rules.watch(base, driver)
        yield f"{name} dies, and another one starts anew", base, Driver()

    def _aged(self, place: int, number: int) -> int:
        key = (place, number)
        known = self.done.aged.get(key)
        if known is None:
            if place < self._first_holder:
                known = self.drivers.number(self.controller.aged(self.drivers[number]))
            else:
                rules = self.rules[place - self._first_holder]
                known = self.holders.number(rules.aged(self.holders[number]))
            self.done.aged[key] = known
        return known

    def _renewed(self, driver: int, lease: int) -> int:
        key = (driver, lease)
        known = self.done.renewed.get(key)
        if known is None:
            known = self.drivers.number(self.controller.renewed(self.drivers[driver], lease))
            self.done.renewed[key] = known
        return known

    def _hears(self, place: int, holder: int, revision: int) -> int:
        key = (place, holder, revision)
        known = self.done.heard.get(key)
        if known is None:
            rules = self.rules[place - self._first_holder]
            known = self.done.heard[key] = self.holders.number(rules.hears(self.holders[holder], revision))
        return known
