"""Days and lines of a timeline in plain words: short ones for the picture, which are told longest first."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.domain.announcements import time_in_words
from app.domain.forecast.figures import listed
from app.domain.ownership import NOBODY, System
from app.domain.plans import StepState
from app.domain.timeline.days import day_of, night_of
from app.domain.timeline.shapes import Look, MilestoneLine, StepLine, Timeline

# Own names: strftime's follow the machine's language.
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Dates:
    """How days are written: with their year, unless all that is shown lies in the present one."""

    with_year: bool

    @classmethod
    def of(cls, timeline: Timeline) -> "Dates":
        """As the days of a timeline are written."""
        return cls(not timeline.first.year == timeline.last.year == day_of(timeline.now).year)

    def day(self, day: date) -> str:
        """ "Apr 29", or "Apr 29, 2027"."""
        return f"{MONTHS[day.month - 1][:3]} {day.day}{f', {day.year}' if self.with_year else ''}"

    def moment(self, moment: datetime) -> str:
        """The day of a moment."""
        return self.day(day_of(moment))

    def with_night(self, moment: datetime) -> str:
        """The day of a moment, and whose night it is: "Apr 29 (Monday night)"."""
        night = night_of(moment)
        return self.moment(moment) + (f" ({DAYS[night.weekday()]} night)" if night else "")

    def full(self, moment: datetime) -> str:
        """ "Tue, Apr 29, 12:00 a.m. ET (Monday night)"."""
        night = night_of(moment)
        named = f" ({DAYS[night.weekday()]} night)" if night else ""
        return f"{DAYS[day_of(moment).weekday()][:3]}, {self.moment(moment)}, {time_in_words(moment)}{named}"

    def span(self, first: date, last: date) -> str:
        """ "May 20 to Jun 26, 2027": the year once, where it is the same; one day where both are."""
        if first == last:
            return self.day(first)
        begins = Dates(self.with_year and first.year != last.year).day(first)
        return f"{begins} to {self.day(last)}"


def name_of(line: StepLine) -> str:
    """What a step is about: its preferences, and what becomes of them unless they move to VA.gov."""
    some = listed(line.titles) if len(line.titles) < 3 else f"{line.titles[0]} and {len(line.titles) - 1} more"
    if line.to is None:
        return f"{some or line.step}: only its pages" if len(line.titles) < 2 else f"{some}: only their pages"
    if line.to is NOBODY:
        return f"{some}: retired"
    return f"{some}: back to MHV" if line.to is System.MHV else some


def verb(line: StepLine) -> str:
    """What a step has done, as a participle."""
    if line.to is None:
        return "changed"
    return "retired" if line.to is NOBODY else "moved"


def step_words(line: StepLine, dates: Dates) -> tuple[str, ...]:
    """What stands beside a step's mark: the longest first, to be taken as far as there is room."""
    if line.spread is not None:
        span, even = dates.span(line.spread.p10, line.spread.p90), f"even chance by {dates.day(line.spread.p50)}"
        return (f"{span}, {even}", even, span)
    if line.at is None:
        return ("no date",)
    if line.look in (Look.PLANNED, Look.EXPECTED):
        return _to_come(line, line.at, dates)
    if line.look is Look.HELD:
        return _held(line, line.at, dates)
    return (_begun(line, line.at, dates),)


def _begun(line: StepLine, at: datetime, dates: Dates) -> str:
    if line.look is Look.WATCHED:
        return f"watching until {dates.moment(line.watched.ends if line.watched else at)}"
    if line.look is Look.MOVING:
        return f"{'moving' if line.to else 'changing'} now"
    done = verb(line) if line.look is Look.MOVED else line.look.value
    return f"{done} {dates.moment(at)}"


def _to_come(line: StepLine, at: datetime, dates: Dates) -> tuple[str, ...]:
    if line.state is StepState.DUE:
        return ("due now",)
    about = "expected " if line.look is Look.EXPECTED else ""
    open_ = ", if approved" if line.lacks_approval else ""
    named, bare = (f"{about}{day}{open_}" for day in (dates.with_night(at), dates.moment(at)))
    return (named, bare) if named != bare else (bare,)


def _held(line: StepLine, at: datetime, dates: Dates) -> tuple[str, ...]:
    held = f"held since {dates.moment(at)}"
    if line.moved is None:
        return (f"{held}: no date", held)
    return (f"{verb(line)} {dates.moment(line.moved)}, {held}: a person must decide", f"{held}: decide", held)


def milestone_words(line: MilestoneLine, dates: Dates, now: datetime) -> tuple[str, ...]:
    """What stands beside a milestone's mark, the longest first."""
    if line.reached is not None:
        return (f"reached {Dates(with_year=_is_of_another_year(line.reached, now)).moment(line.reached)}",)
    if not line.is_known:
        return ("not in milestones.toml any more", "not in the file")
    if line.estimate is None:
        return ("no date given",)
    span = dates.span(line.estimate.earliest, line.estimate.latest)
    likely = f"likely {dates.day(line.estimate.likely)}"
    if line.estimate.latest < day_of(now):
        return (f"{span}: not reached yet", "not reached yet")
    if line.estimate.earliest == line.estimate.latest:
        return (f"expected {span}",)
    return (f"{span}, {likely}", likely, span)


def _is_of_another_year(moment: datetime, now: datetime) -> bool:
    return day_of(moment).year != day_of(now).year


def length_words(length: timedelta) -> str:
    """A length in days or hours, as people say it: "3 days", "36 hours", "6 seconds"."""
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        count, rest = divmod(int(length.total_seconds()), size)
        if count and not rest:
            return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
    seconds = int(length.total_seconds())
    return f"{seconds} second" if seconds == 1 else f"{seconds} seconds"
