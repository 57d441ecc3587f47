"""What the head office says: who is in which team, and what is expected of them."""

from datetime import date, datetime

from streams.sources.salesfloor.people import Rep
from streams.sources.salesfloor.world import World

#: How often in a week somebody changes teams.
MOVES_PER_WEEK = 0.5
#: The company expects a little less than all quotas together.
STRETCH = 0.95


class Office:
    """The directory and the targets of the floor."""

    def __init__(self, world: World) -> None:
        self._world = world

    def open(self, t_us: int) -> None:
        """Say all that must be known before the first day, and go on from there."""
        for rep in self._world.reps:
            self._tell(rep, t_us)
        self._set_targets(t_us)
        if not self._world.plan.always_open:
            self._world.at(self._next_monday_us(t_us), self._monday)

    def _monday(self, t_us: int) -> None:
        world = self._world
        if len(world.teams) > 1 and world.chance(MOVES_PER_WEEK):
            rep = world.rng.choice(world.reps)
            rep.team = world.rng.choice([team for team in world.teams if team is not rep.team])
            self._tell(rep, t_us)
        if world.hours.local(t_us).day <= 7:
            self._set_targets(t_us)
        world.at(self._next_monday_us(t_us), self._monday)

    def _tell(self, rep: Rep, t_us: int) -> None:
        data = {"rep": rep.name, "team": rep.team.name, "timezone": self._world.plan.timezone, "active": True}
        self._world.emit("office", "rep.updated", t_us, data, punctual=True)

    def _set_targets(self, t_us: int) -> None:
        world = self._world
        local = world.hours.local(t_us)
        month, quarter = f"{local.year}-{local.month:02}", f"{local.year}-Q{(local.month + 2) // 3}"
        company = 0.0
        for team in world.teams:
            people = [rep for rep in world.reps if rep.team is team]
            quotas = {rep.name: round(world.plan.quota * rep.skill, -3) for rep in people}
            for rep, quota in quotas.items():
                self._set("month", month, {"rep": rep}, quota, t_us)
            company += sum(quotas.values())
            self._set("month", month, {"team": team.name}, sum(quotas.values()), t_us)
        self._set("month", month, {}, round(company * STRETCH, -3), t_us)
        self._set("quarter", quarter, {}, round(3 * company * STRETCH, -3), t_us)

    def _set(self, window: str, period: str, dims: dict[str, str], value: float, t_us: int) -> None:
        data = {"kpi": "won_revenue", "window": window, "period": period, "dims": dims, "value": value}
        self._world.emit("office", "target.set", t_us, data, punctual=True)

    def _next_monday_us(self, t_us: int) -> int:
        local = self._world.hours.local(t_us)
        monday = date.fromordinal(local.toordinal() + 7 - local.weekday())
        midnight = datetime(monday.year, monday.month, monday.day, tzinfo=self._world.hours.zone)
        return int(midnight.timestamp()) * 1_000_000
