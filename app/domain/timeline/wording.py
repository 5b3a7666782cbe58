"""Days and lines of a timeline in plain words: short ones for the picture, which are told longest first."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.domain.announcements import time_in_words
from app.domain.forecast.figures import Spread, listed
from app.domain.ownership import NOBODY, System
from app.domain.plans import StepState
from app.domain.timeline.days import day_of, night_of
from app.domain.timeline.shapes import Look, MilestoneLine, StepLine, Timeline

# Own names: strftime's follow the machine's language.
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
TIMES_UNDER = 7
"""Fewer days than this show the times of moments."""

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Dates:
    """How days are written: with their year, unless all that is shown lies in the present one; moments with their
    time, where few days are shown."""

    with_year: bool
    with_time: bool = False

    @classmethod
    def of(cls, timeline: Timeline) -> "Dates":
        """As the days of a timeline are written."""
        with_year = not timeline.first.year == timeline.last.year == day_of(timeline.now).year
        return cls(with_year, (timeline.last - timeline.first).days < TIMES_UNDER)

    def day(self, day: date) -> str:
        """ "Apr 29", or "Apr 29, 2027"."""
        return f"{MONTHS[day.month - 1][:3]} {day.day}{f', {day.year}' if self.with_year else ''}"

    def moment(self, moment: datetime) -> str:
        """The day of a moment."""
        return self.day(day_of(moment))

    def told(self, moment: datetime) -> tuple[str, ...]:
        """A moment to come, the longest way first: its time where few days are shown, and whose night it is."""
        ways, night = self.bare(moment), night_of(moment)
        return (f"{ways[0]} ({DAYS[night.weekday()]} night)", *ways) if night else ways

    def bare(self, moment: datetime) -> tuple[str, ...]:
        """A moment, the longest way first: its time where few days are shown."""
        day = self.moment(moment)
        return (f"{day}, {time_in_words(moment)}", day) if self.with_time else (day,)

    def full(self, moment: datetime) -> str:
        """ "Tue, Apr 29, 12:00 a.m. ET (Monday night)"."""
        return f"{DAYS[day_of(moment).weekday()][:3]}, {Dates(self.with_year, with_time=True).told(moment)[0]}"

    def span(self, first: date, last: date) -> str:
        """ "May 20 to Jun 26, 2027", "May 20 to 26": year and month once, where they are the same."""
        if first == last:
            return self.day(first)
        begins = Dates(self.with_year and first.year != last.year).day(first)
        if (first.year, first.month) == (last.year, last.month):
            return f"{begins} to {last.day}{f', {last.year}' if self.with_year else ''}"
        return f"{begins} to {self.day(last)}"

    def months(self, first: date, last: date) -> str:
        """ "May to Jun", "Nov ’27 to Aug ’28"."""
        begins, ends = self.month(first), self.month(last)
        return begins if begins == ends else f"{begins} to {ends}"

    def month(self, day: date) -> str:
        """ "May", or "May ’27"."""
        return f"{MONTHS[day.month - 1][:3]}{f' ’{day.year % 100:02}' if self.with_year else ''}"


def name_of(line: StepLine) -> str:
    """What a step is about: its preferences, and before them what becomes of them unless they move to VA.gov, since
    two steps of one plan can be about the same, and an end may be cut off."""
    if not line.titles:
        return f"Step {line.step}"
    some = listed(line.titles) if len(line.titles) < 3 else f"{line.titles[0]} and {len(line.titles) - 1} more"
    if line.to is None:
        return f"Only pages: {some}"
    if line.to is NOBODY:
        return f"Retire: {some}"
    return f"Back to MHV: {some}" if line.to is System.MHV else some


def verb(line: StepLine) -> str:
    """What a step has done, as a participle."""
    if line.to is None:
        return "changed"
    return "retired" if line.to is NOBODY else "moved"


def step_words(line: StepLine, dates: Dates) -> tuple[str, ...]:
    """What stands beside a step's mark: the longest first, to be taken as far as there is room."""
    if line.spread is not None:
        return _uncertain(line.spread, dates)
    if line.at is None:
        return ("no date",)
    if line.look in (Look.PLANNED, Look.EXPECTED):
        return _to_come(line, line.at, dates)
    if line.look is Look.HELD:
        return _held(line, line.at, dates)
    return _begun(line, line.at, dates)


def _begun(line: StepLine, at: datetime, dates: Dates) -> tuple[str, ...]:
    if line.look is Look.WATCHED:
        return tuple(f"watching until {one}" for one in dates.bare(line.watched.ends if line.watched else at))
    if line.look is Look.MOVING:
        return (f"{'moving' if line.to else 'changing'} now", "now")
    done = verb(line) if line.look is Look.MOVED else line.look.value
    return (*(f"{done} {one}" for one in dates.bare(at)), done)


def _uncertain(spread: Spread[date], dates: Dates) -> tuple[str, ...]:
    span, even = dates.span(spread.p10, spread.p90), f"even chance by {dates.day(spread.p50)}"
    return (f"{span}, {even}", even, span, dates.months(spread.p10, spread.p90), f"even by {dates.month(spread.p50)}")


def _to_come(line: StepLine, at: datetime, dates: Dates) -> tuple[str, ...]:
    if line.state is StepState.DUE:
        return ("due now",)
    about = "expected " if line.look is Look.EXPECTED else ""
    open_ = ", if approved" if line.lacks_approval else ""
    short = f"{dates.moment(at)}{'?' if about or open_ else ''}"
    return (*(f"{about}{day}{open_}" for day in dates.told(at)), f"{dates.moment(at)}{open_}", short)


def _held(line: StepLine, at: datetime, dates: Dates) -> tuple[str, ...]:
    held = f"held since {dates.moment(at)}"
    if line.moved is None:
        return (f"{held}: no date", held, "no date")
    return (f"{verb(line)} {dates.moment(line.moved)}, {held}: a person must decide", held, "held")


def milestone_words(line: MilestoneLine, dates: Dates, now: datetime) -> tuple[str, ...]:
    """What stands beside a milestone's mark, the longest first."""
    if line.reached is not None:
        is_of_another_year = day_of(line.reached).year != day_of(now).year
        return (f"reached {Dates(dates.with_year or is_of_another_year).moment(line.reached)}", "reached")
    if not line.is_known:
        return ("not in milestones.toml any more", "not in the file")
    if line.estimate is None:
        return ("no date given",)
    span = dates.span(line.estimate.earliest, line.estimate.latest)
    likely = f"likely {dates.day(line.estimate.likely)}"
    if line.estimate.latest < day_of(now):
        return (f"{span}: not reached yet", "not reached yet", "not yet")
    if line.estimate.earliest == line.estimate.latest:
        return (f"expected {span}", f"{span}?")
    return (f"{span}, {likely}", likely, span, f"likely {dates.month(line.estimate.likely)}")


def length_words(length: timedelta) -> str:
    """A length in days or hours, as people say it: "3 days", "36 hours", "6 seconds"."""
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        count, rest = divmod(int(length.total_seconds()), size)
        if count and not rest:
            return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
    seconds = int(length.total_seconds())
    return f"{seconds} second" if seconds == 1 else f"{seconds} seconds"
