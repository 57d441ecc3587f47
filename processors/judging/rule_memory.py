"""What a rule must remember of the records that it has seen, beside the last value."""

from msgspec.structs import replace

from processors.judging.observation import NOTHING, Observation
from processors.judging.rule_state import State
from schemas.catalogs.rolling import TODAY
from schemas.rules.grammar import Rule


def severity_of(rule: Rule, state: State) -> str:
    """Return the level that an alert has; what was written before there were levels has the rule's."""
    return state.severity or rule.levels[0].severity


def silent_us(rule: Rule, state: State, seen: Observation) -> int | None:
    """Return since when nothing came; None when the rule doesn't ask, or something is there.

    In windows that slide, something is there as long as there is a sample. A period's samples stay, so there
    something comes when they become more.
    """
    if not watches_silence(rule):
        return None
    empty = seen.value is None or seen.n == 0
    if slides(rule):
        return None if not empty else seen.at_us if state.silent_us is None else state.silent_us
    # The day that `today` is begins anew under the same key: what there is then has come since.
    before = 0 if rule.window == TODAY and seen.n < state.n else state.n
    return seen.at_us if state.silent_us is None or seen.n > before else state.silent_us


def slides(rule: Rule) -> bool:
    """Say whether what is in a rule's window leaves it as time passes, and does not stay until a period ends."""
    return rule.window.startswith("rolling") or rule.window == "now"


def watches_silence(rule: Rule) -> bool:
    """Say whether a rule asks since when nothing came."""
    if _is_plain(rule):
        return rule.no_data is not None
    return any(leaf.no_data is not None for level in rule.levels for leaf in level.condition.leaves)


def looks_beyond(rule: Rule) -> bool:
    """Say whether a rule looks at more of a record than its value, so that more must be kept."""
    if _is_plain(rule):
        return rule.reference is not None or rule.rank is not None or rule.elapsed_at_least is not None
    leaves = (leaf for level in rule.levels for leaf in level.condition.leaves)
    return any(leaf.reference or leaf.rank or leaf.elapsed_at_least for leaf in leaves)


def kept(rule: Rule, state: State, seen: Observation, silent: int | None, turns_us: int | None) -> State:
    """Keep of a record what will be looked at again."""
    beyond = looks_beyond(rule)
    return replace(
        state,
        kpi_revision=seen.revision,
        value=seen.value,
        n=seen.n,
        unit=seen.unit,
        target=seen.target,
        end_us=seen.end_us,
        start_us=seen.start_us if beyond else None,
        compared=seen.compared if beyond else NOTHING,
        turns_us=turns_us,
        silent_us=silent,
    )


def forgotten(state: State, kpi_revision: int) -> State:
    """Keep of a record nothing but that it was seen."""
    if not state.is_held and state.silent_us is None:
        return replace(state, kpi_revision=kpi_revision)
    return replace(state, kpi_revision=kpi_revision, turns_us=None, silent_us=None, compared=NOTHING)


def _is_plain(rule: Rule) -> bool:
    return rule.warning is None and rule.critical is None and not rule.parts
