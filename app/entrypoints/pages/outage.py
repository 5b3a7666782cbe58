"""What is known while the database does not answer, from memory alone: since when, and by when nobody writes."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.services.context import Context

LEEWAY = timedelta(seconds=1)
"""A right may have been renewed after the database was last seen to answer, and before it stopped."""


@dataclass(frozen=True, slots=True)
class Outage:
    """`since` is when the database last answered this process; by `refused_by` the last right to write has run out."""

    since: datetime
    refused_by: datetime
    now: datetime


def outage_of(context: Context) -> Outage | None:
    """What is known of an outage; None where this process never heard of the database."""
    known = context.memory.recall(context.clock.instant(), math.inf)
    if known is None:
        return None
    standing, age = known
    since = standing.at - timedelta(seconds=age)
    return Outage(since, since + timedelta(seconds=context.spans.ttl) + LEEWAY, standing.at)
