"""What the behaviours of the floor share: chance, people, open business, the outbox and the agenda."""

import heapq
import math
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import Any

from streams.sources.salesfloor.hours import Hours
from streams.sources.salesfloor.incidents import Incidents
from streams.sources.salesfloor.outbox import Outbox
from streams.sources.salesfloor.people import PRODUCTS, Account, Rep, Team, hire_reps, hire_teams, new_account
from streams.sources.salesfloor.plan import FloorPlan

Action = Callable[[int], None]
"""Something that happens at a time (microseconds)."""

#: How many orders, decided deals and finished leads are remembered, to be refunded, reopened, …
MEMORY_MAX = 500


@dataclass(slots=True, eq=False)
class Deal:
    """A deal and where it stands."""

    name: str
    account: Account
    owner: Rep
    product: str
    amount: float
    stage: int
    campaign: str | None


@dataclass(slots=True, eq=False)
class Lead:
    """A lead; its account carries its name before and after it converts."""

    account: Account
    campaign: str | None
    channel: str
    qualified: bool


class World:
    """The floor's state. Two worlds of the same seed, start and plan are the same for ever."""

    def __init__(self, seed: int, start_us: int, plan: FloorPlan) -> None:
        self.rng = Random(seed)
        self.plan = plan
        #: Part of every name that must not meet the names of another run on the same broker.
        self.tag = f"{_base36(seed)}{_base36(start_us // 1_000_000)}"
        self.hours = Hours(plan.timezone, plan.always_open)
        self.teams: list[Team] = hire_teams(self.rng, plan)
        self.reps: list[Rep] = hire_reps(self.rng, plan, self.teams)
        self._energies = [*accumulate(rep.energy for rep in self.reps)]
        self.accounts: list[Account] = [
            new_account(self.rng, f"acc-{number:05}", self.rng.choice(self.reps), self.rng.random() < 0.8)
            for number in range(plan.accounts)
        ]
        self.deals: list[Deal] = []
        self.decided: deque[Deal] = deque(maxlen=MEMORY_MAX)
        self.leads: list[Lead] = []
        self.incidents = Incidents(Random(seed + 1), start_us, self.teams, self.hours, plan)
        self._outbox = Outbox(self.rng, f"sim/{self.tag}", plan.late_share, plan.duplicate_share)
        self.arrivals = self._outbox.until
        #: (time, tie-breaker, what happens)
        self._agenda: list[tuple[int, int, Action]] = []
        self._counts: dict[str, int] = {}
        self._scheduled = 0

    def emit(
        self, system: str, kind: str, t_us: int, data: Mapping[str, Any], punctual: bool = False
    ) -> None:
        """Let an event of type `crm.{kind}` happen, reported by one of the company's systems."""
        self._outbox.put(system, f"crm.{kind}", t_us, data, punctual)

    def name(self, kind: str) -> str:
        """Return a new name such as `deal-9k2l0x-12`."""
        number = self._counts[kind] = self._counts.get(kind, 0) + 1
        return f"{kind}-{self.tag}-{number}"

    def at(self, t_us: int, action: Action) -> None:
        """Put something on the agenda."""
        self._scheduled += 1
        heapq.heappush(self._agenda, (t_us, self._scheduled, action))

    def at_work(self, t_us: int, action: Action) -> None:
        """The same for something staff do: outside working hours it waits for the next morning."""
        open_us = self.hours.next_open(t_us)
        if open_us != t_us:
            open_us += self.delay_us(1_500, 0.8)
        self.at(open_us, action)

    @property
    def next_us(self) -> int | None:
        """When the next thing on the agenda happens."""
        return self._agenda[0][0] if self._agenda else None

    def happen(self) -> None:
        """Do the next thing on the agenda."""
        t_us, _, action = heapq.heappop(self._agenda)
        action(t_us)

    def chance(self, share: float) -> bool:
        """Return True in that share of cases."""
        return self.rng.random() < share

    def delay_us(self, median_s: float, sigma: float) -> int:
        """Draw a log-normal delay, in microseconds."""
        return int(median_s * math.exp(self.rng.gauss(0.0, sigma)) * 1_000_000) + 1_000

    def busy_rep(self) -> Rep:
        """Return a rep, the energetic ones more often."""
        return self.rng.choices(self.reps, cum_weights=self._energies)[0]

    def account_of(self, rep: Rep) -> Account:
        """Return an account of this rep if a few looks find one, else anyone's."""
        account = self.rng.choice(self.accounts)
        for _ in range(4):
            if account.owner is rep:
                break
            account = self.rng.choice(self.accounts)
        return account

    def product(self) -> tuple[str, float]:
        """Return a product and the typical amount of its deals."""
        return self.rng.choice(PRODUCTS)

    def campaign(self, share: float) -> str | None:
        """Return the name of a campaign in that share of cases."""
        return f"campaign-{self.rng.randrange(1, 7)}" if self.chance(share) else None


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    text = ""
    number = abs(number)
    while number:
        number, digit = divmod(number, 36)
        text = digits[digit] + text
    return text or "0"
