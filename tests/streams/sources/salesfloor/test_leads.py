"""Leads."""

from tests.streams.sources.salesfloor.listening import by, three_weeks, what

LIVES = {
    ("created",),
    ("created", "qualified"),
    ("created", "qualified", "converted"),
    ("created", "qualified", "lost"),
    ("created", "lost"),
}


def test_a_lead_keeps_its_account_and_goes_one_way() -> None:
    """Its own id is its account, before and after it converts."""
    leads = by("lead", "lead.")

    assert {tuple(what(event) for event in events) for events in leads.values()} == LIVES
    assert all(event["account"] == lead for lead, events in leads.items() for event in events)


def test_most_leads_are_touched_after_they_came() -> None:
    """By the rep who has them."""
    created = {e["lead"]: e for e in three_weeks() if e["type"] == "crm.lead.created"}
    touched = {
        e["lead"]: e
        for e in reversed(three_weeks())
        if e["type"] in ("crm.call.logged", "crm.email.sent") and "lead" in e
    }

    assert 0.7 < len(touched) / len(created) <= 1
    assert all(created[lead]["t_us"] < touch["t_us"] for lead, touch in touched.items())


def test_contacts_are_more_or_less_complete_and_nobodys() -> None:
    """Three fields at most, each of them made up."""
    contacts = [e["contact"] for e in three_weeks() if e["type"] == "crm.lead.created"]

    assert {len(contact) for contact in contacts} == {0, 1, 2, 3}
    assert all(contact.get("email", "@example.com").endswith("@example.com") for contact in contacts)
