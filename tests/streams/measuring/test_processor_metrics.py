"""What processors count is on the page, all of it."""

from collections.abc import Iterable

from processors.compile import Plan
from processors.copy_directory import DirectoryCopier
from processors.judge import Judge
from processors.overdue import Overdue
from processors.publishing.outflow import KpiTopics
from processors.rollup import Rollup
from processors.track import Tracker, TrackTopics
from schemas.alert import AlertState
from schemas.alert import Reason as AlertReason
from schemas.catalog import load_catalog
from schemas.dead_letter import Reason
from schemas.rule import load_rules
from schemas.rules.absence import load_absences
from streams.measuring.measures import CountsAlerts, CountsAlertTimes, KnowsReps
from streams.measuring.processor_metrics import (
    BURYING,
    COUNTERS,
    DEAD_LETTERS,
    ENTRIES,
    JUDGED,
    SUMS,
    TARGETS_REFUSED,
    WAITING_TAKEN,
    WATERMARKS,
)


def test_a_judge_counts_its_alerts_as_the_page_expects() -> None:
    """The real judge is seen as what gives alerts by state; a renamed attribute would silence them."""
    assert isinstance(Judge(load_rules(load_catalog()), "alerts", "history"), CountsAlerts)


def test_a_roll_up_knows_its_reps_as_the_page_expects() -> None:
    """The real roll-up is seen as what says who is in which team."""
    assert isinstance(Rollup(Plan(load_catalog()), KpiTopics("kpis", "history", 4)), KnowsReps)


def test_a_tracker_counts_times_as_the_page_expects() -> None:
    """The same of the real tracker."""
    topics = TrackTopics("activity", "directory", "targets", "facts", "dead-letters")
    assert isinstance(Tracker(Plan(load_catalog()), 0, topics, 1), CountsAlertTimes)


def stats_of_processors() -> Iterable[tuple[str, str]]:
    """Yield (stage, stat) of every stat that a real processor has."""
    catalog = load_catalog()
    plan = Plan(catalog)
    topics = TrackTopics("activity", "directory", "targets", "facts", "dead-letters")
    for stage, processor in (
        ("directory", DirectoryCopier(0, "directory", "activity", 4, "dead-letters")),
        ("track", Tracker(plan, 0, topics, 1)), ("rollup", Rollup(plan, KpiTopics("kpis", "history", 4))),
        ("judge", Judge(load_rules(catalog), "alerts", "history")),
        ("overdue", Overdue(load_absences(), plan.business_time, "alerts", "history")),
    ):  # fmt: skip
        for stat in processor.stats:
            yield stage, stat


def test_every_stat_of_a_processor_is_a_metric_or_known_not_to_be() -> None:
    """A stat that is added to a processor does not go unnoticed; one that is renamed does not vanish."""
    elsewhere = {
        ("track", "state_records"),  # counted by the shell, when they are acknowledged
        ("rollup", "state_records"),
        ("rollup", "facts"),  # what tracking published
    }
    known = set(COUNTERS) | elsewhere | {("judge", stat) for stat in JUDGED}
    known |= {("overdue", stat) for stat in WAITING_TAKEN}
    known |= {(stage, DEAD_LETTERS + reason.value) for reason in Reason for stage in BURYING}
    # Of the judge's steps and alerts the page has more than the stats say: crm_alerts, …_transitions_total.
    known |= {("rollup", TARGETS_REFUSED + reason.value) for reason in Reason}
    known |= {("judge", f"transitions_{reason.value}") for reason in AlertReason}
    known |= {("judge", f"alerts_{state.value}_now") for state in AlertState}
    known |= {(stage, f"{gauge}_now") for stage, gauge in (*ENTRIES, *WATERMARKS, *SUMS)}

    assert set(stats_of_processors()) == known
