"""Deadlines in working time: when so much of it will have passed, and when it begins again."""

from functools import lru_cache

from processors.working_time.business_time import BusinessTime


@lru_cache(maxsize=16_384)
def working_deadline_us(time: BusinessTime, start_us: int, work_us: int) -> int | None:
    """Return the first instant by which so much working time has passed since `start_us`.

    None for never, or not within twenty years.
    For no time at all it is the first instant that is working time: `start_us` itself, or the next opening.
    """
    if work_us <= 0:
        first_us = working_deadline_us(time, start_us, 1)
        return None if first_us is None else first_us - 1
    return time.after_us(start_us, work_us)


def elapsed_deadline_us(time: BusinessTime | None, start_us: int, end_us: int, elapsed_us: int) -> int | None:
    """Return when so much of a period will have elapsed, as `BusinessTime.elapsed_us` counts it."""
    if time is None or not time.business_us(start_us, end_us):
        return start_us + elapsed_us
    return working_deadline_us(time, start_us, elapsed_us)


def elapsed_us(time: BusinessTime | None, start_us: int, end_us: int, now_us: int) -> tuple[int, int]:
    """Return how much of a period has elapsed and how much it has in all; without a calendar, by the clock."""
    if time is not None:
        return time.elapsed_us(start_us, end_us, now_us)
    return min(max(now_us, start_us), end_us) - start_us, end_us - start_us
