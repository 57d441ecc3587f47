"""Events for benchmarks: many, fast, always the same for a seed, and shaped like the real thing.

About 350 bytes each, spread evenly over `days` of event time. Of 1,000 events:

    520  touches: 250 calls, 150 e-mails sent, 40 replies, 40 meetings scheduled, 34 held, 6 canceled
    220  inquiries: 88 received, 79 answered, 48 resolved, 5 reopened
    130  deals: 26 created, 61 stage changes, 12 amounts and 5 owners changed, 10 won, 11 lost, 3 canceled,
         2 reopened
     50  customers: 37 orders and 3 refunds, 4 registered, 4 activated, 2 canceled
     44  leads and quotes: 12 leads created, 5 qualified, 4 converted, 7 lost; 8 quotes requested, 8 sent
     36  surveys 10, feedback 6, costs 6, content shared 8, viewed 6

Answers, resolutions and what happens to deals refer to what was received or created before, so entities
live as they do in life: an inquiry waits for hours, a deal stays open for days. `delayed` of the events
arrive seconds to ten minutes late. Accounts, reps and teams are drawn evenly; events carry their team. An
account has a segment, from which one event in fifty departs.

    python -m benchmarks.events 1000000 > events.jsonl
"""

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from heapq import heappop, heappush
from random import Random
from typing import NamedTuple

START = datetime(2026, 10, 1, tzinfo=UTC)
STAGES = (b"qualification", b"discovery", b"proposal", b"negotiation")
CHANNELS = (b"phone", b"email", b"chat", b"web")
PRODUCTS = (b"atlas", b"beacon", b"comet", b"delta")
SEGMENTS = (b"smb", b"midmarket", b"enterprise")
DELAY_S = (1.0, 600.0)

MIX: dict[str, int] = {
    "call.logged": 250, "email.sent": 150, "email.replied": 40,
    "meeting.scheduled": 40, "meeting.held": 34, "meeting.canceled": 6,
    "inquiry.received": 88, "inquiry.answered": 79, "inquiry.resolved": 48, "inquiry.reopened": 5,
    "deal.created": 26, "deal.stage_changed": 61, "deal.amount_changed": 12, "deal.owner_changed": 5,
    "deal.won": 10, "deal.lost": 11, "deal.canceled": 3, "deal.reopened": 2,
    "order.placed": 37, "order.refunded": 3,
    "customer.registered": 4, "customer.activated": 4, "customer.canceled": 2,
    "lead.created": 12, "lead.qualified": 5, "lead.converted": 4, "lead.lost": 7,
    "quote.requested": 8, "quote.sent": 8,
    "survey.answered": 10, "feedback.received": 6, "cost.recorded": 6, "content.shared": 8, "content.viewed": 6,
}  # fmt: skip
"""Events of each type (without `crm.`) in a thousand."""

_EVENT = (
    b'{"specversion":"1.0","id":"%08x","source":"bench/%d","type":"crm.%b","time":"%bZ",'
    b'"datacontenttype":"application/json","traceparent":"00-4bf92f3577b34da6a3ce929d%08x-00f067aa0ba902b7-01",'
    b'"data":{"account":"%b","rep":"rep-%d","team":"team-%d",%b}}'
)


class Entity(NamedTuple):
    """A conversation, deal or meeting, whose it is, and its owner's number."""

    name: bytes
    account: bytes
    rep: int


Body = tuple[bytes, bytes, int, bytes]
"""Type, account, rep, and the type's own fields."""


def bench_events(
    n: int,
    seed: int = 1,
    *,
    accounts: int = 5_000,
    reps: int = 200,
    teams: int = 20,
    days: float = 30.0,
    delayed: float = 0.03,
    delay_s: tuple[float, float] = DELAY_S,
    start: datetime = START,
    first: int = 0,
) -> Iterator[tuple[bytes, bytes]]:
    """Yield the key and the value of `n` records for `crm.activity`, in order of arrival.

    Event time begins at `start`. Ids and names of entities are counted from `first` on, so that several
    series on one topic are different events.
    """
    rng = Random(seed)
    floor = _Floor(rng, accounts, reps)
    actions = [floor.action(name) for name, share in MIX.items() for _ in range(share)]
    late: list[tuple[float, int, bytes, bytes]] = []
    step_s = days * 86_400.0 / max(n, 1)
    random, clock = rng.random, _Clock(start)
    for number in range(first, first + n):
        now_s = (number - first) * step_s
        while late and late[0][0] <= now_s:
            _, _, key, value = heappop(late)
            yield key, value
        kind, key, rep, body = actions[int(random() * 1_000)](number)
        value = _EVENT % (number, number & 7, kind, clock.text(now_s), number, key, rep, rep % teams, body)
        if random() < delayed:
            heappush(late, (now_s + rng.uniform(*delay_s), number, key, value))
        else:
            yield key, value
    while late:
        _, _, key, value = heappop(late)
        yield key, value


class _Clock:
    def __init__(self, start: datetime) -> None:
        self._midnight = start.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        self._start_ms = (start - self._midnight) // timedelta(milliseconds=1)
        self._day, self._date = -1, b""

    def text(self, now_s: float) -> bytes:
        day, millis = divmod(self._start_ms + int(now_s * 1_000.0), 86_400_000)
        if day != self._day:
            self._day, self._date = day, (self._midnight + timedelta(days=day)).strftime("%Y-%m-%d").encode()
        seconds, milli = divmod(millis, 1_000)
        minutes, second = divmod(seconds, 60)
        return b"%bT%02d:%02d:%02d.%03d" % (self._date, minutes // 60, minutes % 60, second, milli)


class _Floor:
    """What is going on; a method for each type. What needs something that is not there yet makes it."""

    def __init__(self, rng: Random, accounts: int, reps: int) -> None:
        self._random = rng.random
        self._names = [b"acc-%05d" % number for number in range(accounts)]
        self._reps = reps
        self._waiting: list[Entity] = []
        self._answered: list[Entity] = []
        self._deals: list[Entity] = []
        self._decided: list[Entity] = []
        self._meetings: list[Entity] = []
        self._orders: list[Entity] = []
        self._leads: list[Entity] = []
        self._quotes: list[Entity] = []

    def action(self, name: str) -> Callable[[int], Body]:
        """Return what makes an event of this type."""
        if name in ("meeting.held", "meeting.canceled"):
            return partial(self.meeting_due, name.encode())
        if name in ("deal.won", "deal.lost", "deal.canceled"):
            return partial(self.deal_decided, name.encode())
        if name.startswith(("customer.", "content.")):
            return partial(self.about_an_account, name.encode())
        if name in ("lead.qualified", "lead.converted", "lead.lost"):
            return partial(self.lead_moved, name.encode())
        found: Callable[[int], Body] = getattr(self, name.replace(".", "_"))
        return found

    def call_logged(self, number: int) -> Body:
        random = self._random
        account, rep = self._who()
        value_added = b"true" if random() < 0.3 else b"false"
        body = (
            b'"channel":"phone","direction":"outbound","duration_s":%d,"outcome":"connected","value_added":%b'
        )
        body %= (10 + int(random() * 900), value_added)
        if self._deals and random() < 0.2:
            deal, account, rep = self._some(self._deals)
            body += b',"deal":"%b"' % deal
        return b"call.logged", account, rep, body

    def email_sent(self, number: int) -> Body:
        account, rep = self._who()
        body = b'"channel":"email","campaign":"campaign-%d","recontactable":true' % (number & 7)
        return b"email.sent", account, rep, body

    def email_replied(self, number: int) -> Body:
        account, rep = self._who()
        return b"email.replied", account, rep, b'"channel":"email","sentiment":"positive"'

    def meeting_scheduled(self, number: int) -> Body:
        meeting = self._new(b"meet-%d" % number, self._meetings)
        return self._meeting(b"meeting.scheduled", meeting)

    def meeting_due(self, kind: bytes, number: int) -> Body:
        if not self._meetings:
            return self.meeting_scheduled(number)
        return self._meeting(kind, self._take(self._meetings))

    def _meeting(self, kind: bytes, meeting: Entity) -> Body:
        return kind, meeting.account, meeting.rep, b'"channel":"meeting","meeting":"%b"' % meeting.name

    def inquiry_received(self, number: int) -> Body:
        inquiry = self._new(b"conv-%d" % number, self._waiting)
        body = b'"channel":"%b","conversation":"%b","topic":"pricing"' % (CHANNELS[number & 3], inquiry.name)
        return b"inquiry.received", inquiry.account, inquiry.rep, body

    def inquiry_answered(self, number: int) -> Body:
        if not self._waiting:
            return self.inquiry_received(number)
        self._answered.append(self._take(self._waiting))
        return self._inquiry(b"inquiry.answered", self._answered[-1])

    def inquiry_resolved(self, number: int) -> Body:
        if not self._answered:
            return self.inquiry_received(number)
        return self._inquiry(b"inquiry.resolved", self._take(self._answered))

    def inquiry_reopened(self, number: int) -> Body:
        if not self._answered:
            return self.inquiry_received(number)
        return self._inquiry(b"inquiry.reopened", self._some(self._answered))

    def _inquiry(self, kind: bytes, inquiry: Entity) -> Body:
        return kind, inquiry.account, inquiry.rep, b'"conversation":"%b"' % inquiry.name

    def deal_created(self, number: int) -> Body:
        deal = self._new(b"deal-%d" % number, self._deals)
        body = b'"stage":"qualification","amount":%d,"product":"%b","segment":"%b","region":"emea"'
        amount = 500 + int(self._random() * 40_000)
        segment = self._segment(deal.account, number)
        return self._deal(b"deal.created", deal, body % (amount, PRODUCTS[number & 3], segment))

    def deal_stage_changed(self, number: int) -> Body:
        stage = STAGES[int(self._random() * len(STAGES))]
        return self._step(b"deal.stage_changed", b'"to_stage":"%b"' % stage, number)

    def deal_amount_changed(self, number: int) -> Body:
        return self._step(
            b"deal.amount_changed", b'"amount":%d' % (500 + int(self._random() * 40_000)), number
        )

    def deal_owner_changed(self, number: int) -> Body:
        if not self._deals:
            return self.deal_created(number)
        index = int(self._random() * len(self._deals))
        self._deals[index] = self._deals[index]._replace(rep=int(self._random() * self._reps))
        return self._deal(b"deal.owner_changed", self._deals[index], b'"product":"atlas"')

    def deal_reopened(self, number: int) -> Body:
        if not self._decided:
            return self.deal_stage_changed(number)
        self._deals.append(self._take(self._decided))
        return self._deal(b"deal.reopened", self._deals[-1], b'"reason":"new offer"')

    def _step(self, kind: bytes, fields: bytes, number: int) -> Body:
        if not self._deals:
            return self.deal_created(number)
        return self._deal(kind, self._some(self._deals), fields)

    def deal_decided(self, kind: bytes, number: int) -> Body:
        if not self._deals:
            return self.deal_created(number)
        self._decided.append(self._take(self._deals))
        return self._deal(kind, self._decided[-1], b'"reason":"price"')

    def _deal(self, kind: bytes, deal: Entity, fields: bytes) -> Body:
        return kind, deal.account, deal.rep, b'"deal":"%b",%b' % (deal.name, fields)

    def order_placed(self, number: int) -> Body:
        order = self._new(b"order-%d" % number, self._orders)
        amount = 20 + int(self._random() * 2_000)
        body = b'"order":"%b","amount":%d,"cost":%d,"product":"%b","segment":"%b","channel":"web"'
        segment = self._segment(order.account, number)
        body %= (order.name, amount, amount // 2, PRODUCTS[number & 3], segment)
        return b"order.placed", order.account, order.rep, body

    def order_refunded(self, number: int) -> Body:
        if not self._orders:
            return self.order_placed(number)
        order = self._take(self._orders)
        return b"order.refunded", order.account, order.rep, b'"order":"%b","amount":15' % order.name

    def about_an_account(self, kind: bytes, number: int) -> Body:
        account, rep = self._who()
        body = b'"content":"deck-%d","segment":"%b"' % (number & 15, self._segment(account, number))
        return kind, account, rep, body

    def lead_created(self, number: int) -> Body:
        lead = self._new(b"lead-%d" % number, self._leads)
        body = b'"lead":"%b","channel":"web","campaign":"campaign-%d","contact":{"email":"a@b.example"}'
        return b"lead.created", lead.account, lead.rep, body % (lead.name, number & 7)

    def lead_moved(self, kind: bytes, number: int) -> Body:
        if not self._leads:
            return self.lead_created(number)
        lead = self._some(self._leads) if kind == b"lead.qualified" else self._take(self._leads)
        return kind, lead.account, lead.rep, b'"lead":"%b"' % lead.name

    def quote_requested(self, number: int) -> Body:
        quote = self._new(b"quote-%d" % number, self._quotes)
        return b"quote.requested", quote.account, quote.rep, b'"quote":"%b","product":"atlas"' % quote.name

    def quote_sent(self, number: int) -> Body:
        if not self._quotes:
            return self.quote_requested(number)
        quote = self._take(self._quotes)
        return b"quote.sent", quote.account, quote.rep, b'"quote":"%b","amount":900,"final":true' % quote.name

    def survey_answered(self, number: int) -> Body:
        account, rep = self._who()
        return b"survey.answered", account, rep, b'"kind":"nps","score":%d' % (number % 11)

    def feedback_received(self, number: int) -> Body:
        account, rep = self._who()
        return b"feedback.received", account, rep, b'"sentiment":"neutral","channel":"web"'

    def cost_recorded(self, number: int) -> Body:
        account, rep = self._who()
        return (
            b"cost.recorded",
            account,
            rep,
            b'"amount":12.5,"kind":"campaign","campaign":"campaign-%d"' % (number & 7),
        )

    def _who(self) -> tuple[bytes, int]:
        place = int(self._random() * len(self._names))
        return self._names[place], place % self._reps

    def _segment(self, account: bytes, number: int) -> bytes:
        """Return an account's segment; one event in fifty says another, and the account has moved."""
        return SEGMENTS[(account[-1] + (number % 50 == 0)) % len(SEGMENTS)]

    def _new(self, name: bytes, pool: list[Entity]) -> Entity:
        entity = Entity(name, *self._who())
        pool.append(entity)
        return entity

    def _some(self, pool: list[Entity]) -> Entity:
        return pool[int(self._random() * len(pool))]

    def _take(self, pool: list[Entity]) -> Entity:
        index = int(self._random() * len(pool))
        pool[index], pool[-1] = pool[-1], pool[index]
        return pool.pop()


def main() -> None:
    """Write as many events as asked for to standard output, as JSON Lines."""
    write = sys.stdout.buffer.write
    for _, value in bench_events(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1):
        write(value + b"\n")


if __name__ == "__main__":
    main()
