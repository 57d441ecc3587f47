"""What the fields of alerts and silences mean, in the words of the JSON Schemas."""

ALERT: dict[str, str] = {
    "id": "The record's key. The same for ever for one rule and one KPI key (or one thing that waits).",
    "rule": "The rule's name.",
    "severity": "`critical`, `warning` or `info`: the level that the alert has now.",
    "state": "What it is: pending, firing, no_data or resolved.",
    "reason": "Why it took this step.",
    "kpi": "The KPI that is watched.",
    "window": "Its window.",
    "period": "Its period; `null` where the window has none.",
    "dims": 'For whom or what: `{}` is the company, `{"team": "north"}`.',
    "value": "The value that decided; `null` where there is none.",
    "threshold": "The limit that decided, in the KPI's unit.",
    "target": "The KPI's target, where there is one.",
    "n": "The sample's size.",
    "unit": "What value and threshold are in.",
    "starts_at": "When the value went beyond the limit; with the id it names one episode.",
    "updated_at": "When this step was taken.",
    "ends_at": "When it was over; `null` as long as it is not.",
    "summary": "What is wrong, in a sentence for people.",
    "revision": "Rises with each step of an alert: a record with a lower one is out of date.",
    "labels": "The rule's own words, by which routes choose and silences match.",
    "owner": "Who looks after it.",
    "limit": "The threshold in words.",
    "renotify_s": "Of the rule: say so again each time that it has gone on for so long.",
    "escalate_after_s": "Of the rule: tell more people when nobody took care for so long.",
    "cool_down_s": "Of the rule: after it was told, say nothing of a new episode for so long.",
    "account": "Of a rule about single inquiries, quotes, leads or deals: whose it is.",
    "entity": "Of such a rule: the id of what waits.",
    "fired_at": "When it fired: before, nobody could know. `null` while it is pending.",
}

SILENCE: dict[str, str] = {
    "id": "The record's key. An acknowledgement's is made from the alert's id and episode.",
    "kind": "A silence of all alerts that match, or the acknowledgement of one episode of one alert.",
    "matchers": "Of a silence: what an alert must have, all of it, by name: `id`, `rule`, `severity`, `kpi`, `window`, "
    "`owner`, `account`, `entity`, a dimension or a label. `*` and `?` stand for any text and any character.",
    "alert": "Of an acknowledgement: the alert's id.",
    "episode": "Of an acknowledgement: the alert's `starts_at`. A later episode is not acknowledged.",
    "severity": "Of an acknowledgement: the alert's severity. What is worse is not acknowledged.",
    "starts_at": "From when on it holds.",
    "ends_at": "Until when. To end it early, publish it again with an earlier one.",
    "author": "Who said so.",
    "comment": "Why.",
    "created_at": "When it was said first.",
    "revision": "Rises with each change: milliseconds of it. A record with a lower one is out of date.",
}

TIMES = frozenset({"starts_at", "fired_at", "updated_at", "ends_at", "created_at", "episode"})
"""The fields that are times: RFC 3339."""

DEAD_LETTER: dict[str, str] = {
    "crm_reason": "Why the record can't be used.",
    "crm_sentence": "What was wrong with it, naming the field, for a person to read.",
    "crm_topic": "The topic on which it stands…",
    "crm_partition": "…its partition there…",
    "crm_offset": "…and its offset.",
    "crm_cut": "Only of a record over 7 MiB, as a compressed batch can bring it: how many bytes it has.",
}
