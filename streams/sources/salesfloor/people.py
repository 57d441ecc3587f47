"""Who is on the floor and around it: teams, reps and accounts, drawn once from the seed."""

from dataclasses import dataclass
from random import Random

from streams.sources.salesfloor.plan import FloorPlan

TEAM_NAMES = ("north", "south", "east", "west", "central", "enterprise", "partners", "online")
REP_NAMES = (
    "ann", "ben", "carla", "deniz", "eva", "felix", "grace", "hugo", "ines", "jonas", "kim", "lena",
    "milan", "nora", "omar", "pia", "quinn", "rosa", "sami", "tara", "udo", "vera", "wanda", "xenia",
    "yusuf", "zoe", "amir", "bella", "chen", "dora", "emil", "fatima", "goran", "hanna", "ivan", "julia",
)  # fmt: skip
SEGMENTS = (("smb", 60, 0.35), ("midmarket", 30, 1.0), ("enterprise", 10, 3.2))
"""Name, share in percent, and how large its deals are against the mean."""
REGIONS = ("emea", "emea", "emea", "amer", "amer", "apac")
PRODUCTS = (("atlas", 18_000.0), ("beacon", 9_000.0), ("comet", 4_500.0), ("delta", 1_800.0))
"""Name and typical amount of a deal."""


@dataclass(slots=True, eq=False)
class Team:
    """A team. `slowness` multiplies the time its people take to answer."""

    name: str
    slowness: float


@dataclass(slots=True, eq=False)
class Rep:
    """A salesperson. `skill` is about 1; it makes deals won and answers quick."""

    name: str
    team: Team
    skill: float
    energy: float


@dataclass(slots=True, eq=False)
class Account:
    """A customer, or who may become one. `size` multiplies amounts."""

    name: str
    owner: Rep
    segment: str
    region: str
    size: float
    active: bool


def hire_teams(rng: Random, plan: FloorPlan) -> list[Team]:
    """Return the teams; the last ones are slower."""
    last = max(plan.teams - 1, 1)
    return [
        Team(_name(TEAM_NAMES, index), (0.75 + 0.6 * index / last) * rng.uniform(0.9, 1.1))
        for index in range(plan.teams)
    ]


def hire_reps(rng: Random, plan: FloorPlan, teams: list[Team]) -> list[Rep]:
    """Return the reps, spread over the teams; the first teams get one more where it doesn't come out even."""
    return [
        Rep(
            _name(REP_NAMES, index),
            teams[index % len(teams)],
            skill=min(max(rng.gauss(1.0, 0.22), 0.5), 1.6),
            energy=rng.uniform(0.6, 1.4),
        )
        for index in range(plan.reps)
    ]


def new_account(rng: Random, name: str, owner: Rep, active: bool) -> Account:
    """Return an account of a random segment and region."""
    segment, _, size = rng.choices(SEGMENTS, weights=[share for _, share, _ in SEGMENTS])[0]
    return Account(name, owner, segment, rng.choice(REGIONS), size * rng.lognormvariate(0.0, 0.4), active)


def _name(names: tuple[str, ...], index: int) -> str:
    round_number, place = divmod(index, len(names))
    return names[place] if round_number == 0 else f"{names[place]}-{round_number + 1}"
