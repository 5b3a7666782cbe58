"""The brief's four approaches over four invented preferences that wait for uncertain features."""

from datetime import timedelta

from app.domain.plans import Step
from tests.domain.forecast.making import AT_BOTH, AT_MHV_PAGE, NIGHTS, between, known, plan, preference, step

KEYS = ("ants", "bees", "cats", "dogs")
LIVE = {
    "ants": between("ants_live", "2027-01-15", "2027-02-10", "2027-04-30", feature="ants_feature", team="Ants"),
    "bees": between("bees_live", "2027-02-01", "2027-03-15", "2027-06-30", feature="bees_feature", team="Bees"),
    "cats": between("cats_live", "2027-03-01", "2027-04-15", "2027-08-31", feature="cats_feature", team="Cats"),
    "dogs": between("dogs_live", "2027-03-01", "2027-05-15", "2027-10-31", feature="dogs_feature", team="Dogs"),
}
CONNECTED = between("connected", "2027-06-01", "2027-09-01", "2028-03-31", connects=True, team="Portal")
PAGES = between("pages_ready", "2027-02-01", "2027-03-01", "2027-05-31", team="Portal")
WORLD = known((*LIVE.values(), CONNECTED, PAGES), map(preference, KEYS))


def _step(key: str, **other: object) -> Step:
    made: dict[str, object] = {
        "milestones": (f"{key}_live",),
        "window": NIGHTS,
        "bake": timedelta(days=3),
        "team": "Profile",
        "lead": timedelta(weeks=6),
    }
    return step(key, **{**made, **other})  # type: ignore[arg-type] # the preferences and the target are left as they are


def _both(key: str, *more: str) -> Step:
    return _step(key, surfaces=AT_BOTH, milestones=(f"{key}_live", *more))


A = plan("a", *map(_step, KEYS), approach="A")
B = plan("b", *(_both(key, "connected") for key in KEYS), approach="B")
B_TOO_SOON = plan("b_too_soon", *(_both(key) for key in KEYS))
C = plan(
    "c",
    *(step(f"{key}_page", key, to=None, surfaces=AT_MHV_PAGE, milestones=("pages_ready",)) for key in KEYS),
    *(_step(key, needs_steps=(f"{key}_page",)) for key in KEYS),
    approach="C",
)
D = plan(
    "d",
    step("all", *KEYS, milestones=tuple(one.key for one in LIVE.values()), window=NIGHTS, bake=timedelta(days=3)),
    approach="D",
)
FOUR = (A, B, C, D)
