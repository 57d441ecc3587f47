"""What `docs/events.md` says that the vocabulary can't: the page's own words."""

HEAD = """
# Events

<!-- Generated from schemas/ by `python -m schemas.generate`. Don't edit; a test compares. -->

An event is one [CloudEvents](https://cloudevents.io) 1.0 object: something that happened between the
company and a customer, or a fact about reps, prices, costs and targets. Each type has a JSON Schema of the
whole event under [`schemas/json/`](../schemas/json).
"""

RULES = """
Other attributes (`subject`, `datacontenttype`, extensions) are allowed and not read.

- **Identity.** A second event with the same `source` and `id` is a duplicate: it is dropped and counted,
  within the de-duplication horizon (7 days of event time by default).
- **Order.** Events may come in any order. Everywhere, "before" and "latest" go by (`time`, `source`, `id`).
- **Time.** `2026-11-21T09:05:12.5+01:00`. `t` or a space in place of `T`, and `z` for `Z`, are read too;
  digits beyond microseconds are cut. A second 60 is read where a leap second can be, in the last minute
  (UTC) of a month, and is the first second of the next minute.
- **`null` is absent.** In a required field it is as if the field were missing.
- **Fields that aren't listed for a type are ignored**, whatever their value.
- **Names and ids** are strings of 1 to 200 characters: everything below whose value says so.
- **Numbers** are JSON numbers, `true` and `false` are not. Amounts, like durations, are counted in
  millionths, and end at 9·10¹² so that this fits in 64 bits.
- **Amounts are in the catalog's currency** unless the event names its own: `"currency": "USD"`. They are
  converted at the catalog's rate, to the nearest millionth, halves to the even one. A currency without a rate
  is a `bad_field`.
- **Duplicate keys** in an object: the last counts.
"""

COMMON = """
All are strings of 1–200 characters. `account` is required where a type doesn't say otherwise; the others may
be absent.

- **Team.** Where absent, the rep's team by the latest `crm.rep.updated` at or before the event in time, else
  `unassigned`.
- **Rep.** Where absent on `crm.deal.*`, the deal's owner so far: the rep of the last `created` or
  `owner_changed`. Elsewhere the event counts for its team and the company only.
- **Product, segment, region, campaign, channel.** Where absent on the event that completes something, they
  come from the earlier events of the same deal (`crm.deal.*`), lead, quote, order or conversation, and from
  nowhere else.
"""

KAFKA = """
## On Kafka

The topic is `crm.activity` (with the default prefix). The record key is `data.account` in UTF-8; for
`crm.price.observed` it is `data.product`, for `crm.cost.recorded` without an account `data.campaign`, for
`crm.alert.…` `data.alert`. A record with another key is sent on under the right one and counted.
`crm.rep.updated` goes to `crm.directory` (key: `data.rep`) and `crm.target.set` to `crm.targets` (key: the
target's KPI key, as `won_revenue|month:2026-11|team=north`); found on `crm.activity`, they are forwarded.
All that must be correlated shares an account. A lead that is not yet a customer uses its own id as
`account`, and keeps it when it converts.

**Structured**: the record's value is the whole CloudEvent, as in the examples below. The header
`content-type: application/cloudevents+json` says so; without any `ce_…` header it isn't needed.

**Binary**: the attributes are headers, the value is `data` alone:

```
ce_specversion: 1.0
ce_type: crm.inquiry.answered
ce_source: crm/chat
ce_id: msg-99004
ce_time: 2026-11-20T09:00:50Z
content-type: application/json

{"account": "acme-gmbh", "rep": "ann", "channel": "chat", "conversation": "c-3307"}
```

A record is binary when it has any `ce_…` header, unless its content-type begins with
`application/cloudevents`. Header names are compared without regard to case; of several with one name, the
last counts. Values are UTF-8; bytes of a name that are not are written out as `\\xff`.
"""

TAIL = """
A record that can't be used goes to `crm.dead-letters` with its own value, key and headers, and with the
headers `crm_reason`, `crm_sentence` (what is wrong, naming the field), `crm_topic`, `crm_partition` and
`crm_offset`. It is counted by reason, and stops nothing. When several things are wrong, the reason is the
one that stands first in the table. Sentences quote no names, ids or contact data. Of a record over 7 MiB, as
only a compressed batch can bring it, the letter has the first MiB of its value and key, no headers of its
own, and `crm_cut` with its size; all of it is where `crm_topic`, `crm_partition` and `crm_offset` say.
"""

NOTES: dict[str, str] = {
    "crm.lead.created": (
        "`contact` may have `name`, `email` and `phone`, each a string. They are read only to see whether "
        "they are filled (not empty); their values are never stored, logged or published."
    ),
    "crm.cost.recorded": "`account` or `campaign` is required.",
    "crm.price.observed": "There is no account: `account` is ignored.",
    "crm.rep.updated": (
        "There is no account: `account` is ignored. The entry counts for events from its `time` on; "
        "send it ahead of the activity it explains."
    ),
    "crm.target.set": (
        "There is no account: `account` is ignored. The period is written as its window asks: `day` "
        "2026-11-21, `week` 2026-W47 (ISO), `month` 2026-11, `quarter` 2026-Q4, `year` 2026; `quarter` and "
        "`year` are of the fiscal year, labelled by the calendar year in which it ends. `dims` maps "
        "dimensions to values, both strings of 1–200 characters."
    ),
    "crm.alert.acknowledged": (
        "There is no account: `account` is ignored. `crm-pulse notify` tells it ([alerts.md](alerts.md#history)); no "
        "other system needs to."
    ),
    "crm.alert.resolved": "As above. Told of recoveries, not of what ended otherwise.",
    "crm.quote.requested": "`final` is `true` where absent.",
    "crm.quote.sent": "`final` is `true` where absent.",
}
"""What else is to be said of a type."""
