"""From sums to a value and its sample size; the catalog's formulas are in test_compile.py."""

import pytest

from processors.histogram import bucket
from processors.planning.formulas import (
    NO_KEY,
    OVER,
    Linear,
    Value,
    arithmetic,
    attained,
    attainment,
    attainment_share,
    churn,
    exact,
    growth,
    joined,
    linear,
    oldest,
    percentile,
    ratio,
    total,
)
from processors.planning.vector import BUCKET_BITS, Vector
from schemas.catalogs.expression import parse_expression
from tests.processors.looks import LOOK, Looked

MICRO = 1_000_000
MONEY = linear([1], MICRO, [2])


@pytest.mark.parametrize(
    ("slots", "vector", "expected"),
    [
        ([1], {}, (0, 0)),
        ([1], {1: 3, 2: 9}, (3, 3)),
        ([1, 2], {2: 4}, (4, 4)),
        ([1, 2], {1: 1, 2: 4}, (5, 5)),
    ],
)
def test_counted(slots: list[int], vector: Vector, expected: tuple[Value, int]) -> None:
    """The sum of the counts, which is its own sample size."""
    assert expected == total(linear(slots))(vector, LOOK)


@pytest.mark.parametrize(
    ("micros", "value"),
    [
        (0, 0),
        (5_000_000, 5),
        (5_500_000, 5.5),
        (-5_000_000, -5),
        (-500_000, -0.5),
        (10**26, 10**20),
        (10**26 + 1, 1e20),
    ],
)
def test_total(micros: int, value: Value) -> None:
    """Whole amounts stay whole numbers of any size, others are the nearest float."""
    found, n = total(MONEY)({1: micros, 2: 7}, LOOK)

    assert (value, type(value), 7) == (found, type(found), n)


@pytest.mark.parametrize(
    ("vector", "expected"),
    [
        ({}, (None, 0)),
        ({1: 5}, (None, 0)),
        ({1: 5, 2: 0}, (None, 0)),
        ({2: 4}, (0.0, 4)),
        ({1: 1, 2: 2, 3: 1}, (1 / 3, 3)),
        ({1: 10**30, 2: 10**30}, (1.0, 10**30)),
    ],
)
def test_ratio(vector: Vector, expected: tuple[Value, int]) -> None:
    """A denominator of 0 is null with n 0; otherwise one division, rounded once."""
    assert expected == ratio(linear([1]), linear([2, 3]))(vector, LOOK)


def test_ratio_of_money() -> None:
    """Sums in millionths give values in units, above and below the line; n counts the records below."""
    cost = linear([3], MICRO, [4])

    assert (1.5, 2) == ratio(MONEY, linear([2]))({1: 3_000_000, 2: 2}, LOOK)
    assert (0.5, 9) == ratio(MONEY, cost)({1: 3_000_000, 3: 6_000_000, 4: 9}, LOOK)
    assert (None, 0) == ratio(MONEY, cost)({1: 3_000_000, 3: 0, 4: 9}, LOOK)


@pytest.mark.parametrize(("scale", "expected"), [(100, 150.0), (0.5, 0.75)])
def test_ratio_scaled(scale: float, expected: float) -> None:
    """Percents are a ratio times 100."""
    assert (expected, 2) == ratio(linear([1]), linear([2]), scale)({1: 3, 2: 2}, LOOK)


def test_joined() -> None:
    """Sums of different fineness are one sum, exactly."""
    thirds = Linear(((5, 1),), 3 * MICRO, (6,))
    both = joined([MONEY, thirds])

    assert (1.5, 3) == (both.value({1: 500_000, 5: 3_000_000}), both.n({2: 1, 6: 2}))
    assert (2, 2) == total(joined([linear([1]), linear([2])]))({1: 1, 2: 1}, LOOK)


def test_percentile() -> None:
    """Of the histogram's buckets, other slots aside; null of nothing, also when all was taken back."""
    base, count = 7 << BUCKET_BITS, 3
    median = percentile(base, count, 0.5)
    vector = {count: 3, 4: 1, **{base + bucket(s * MICRO): 1 for s in (1, 2, 30)}}

    assert (pytest.approx(2, rel=0.01), 3) == median(vector, LOOK)
    assert (None, 0) == median({}, LOOK)
    assert (None, 0) == median({count: 0, base + 5: 0}, LOOK)


def test_growth() -> None:
    """Against all of the period before, or the same elapsed part of both; null where there was nothing."""
    look = Looked(previous={1: 4 * MICRO, 2: 3}, same={1: 2 * MICRO})
    now = {1: 6 * MICRO, 2: 9}

    assert (0.5, 3) == growth(MONEY, same_elapsed=False)(now, look)
    assert (-0.5, 3) == growth(MONEY, same_elapsed=True)(now, look)
    assert (None, 0) == growth(MONEY, same_elapsed=False)(now, LOOK)
    assert NO_KEY == growth(MONEY, same_elapsed=False)({}, LOOK)
    assert (-1.0, 3) == growth(MONEY, same_elapsed=False)({}, look)


def test_churn() -> None:
    """Who left ÷ who was there at the start; its complement is retention; where nobody was there, there is no key."""
    look = Looked(opened=4)

    assert (0.25, 4) == churn(1, 2, complement=False)({2: 1}, look)
    assert (0.75, 4) == churn(1, 2, complement=True)({2: 1}, look)
    assert NO_KEY == churn(1, 2, complement=False)({2: 1}, LOOK)


@pytest.mark.parametrize(
    ("value", "target", "found"),
    [(42, 100, 0.42), (0, 100, 0.0), (150, 100, 1.5), (5, 0, None), (None, 9, None), (5, None, None), (5, 1e-320, None),
     (-5, 1e-320, None)],
)  # fmt: skip
def test_attained(value: Value, target: Value, found: Value) -> None:
    """Value by target; without either, for a target of 0 or one that gives no finite number, there is none."""
    assert found == attained(value, target)


def test_attainment() -> None:
    """The value ÷ its target; a target of 0 is null, and without a target there is no key, whatever was sold."""
    reached = attainment("won_revenue", total(MONEY))
    sold = {1: 5 * MICRO, 2: 3}

    assert (0.5, 3) == reached(sold, Looked(targets={"won_revenue": 10}))
    assert (0.0, 0) == reached({}, Looked(targets={"won_revenue": 10}))
    assert (None, 0) == reached(sold, Looked(targets={"won_revenue": 0}))
    assert NO_KEY == reached(sold, Looked(targets={"deals_won": 10}))


def test_attainment_share() -> None:
    """Of the reps with a target those who reached it, exactly included; nobody reaches a target of 0."""
    share = attainment_share("won_revenue", total(MONEY))
    reps = [(5, {1: 5 * MICRO}), (5, {1: 5 * MICRO - 1}), (0, {1: MICRO}), (1, {})]

    assert (0.25, 4) == share({}, Looked(reps={"won_revenue": reps}))
    assert NO_KEY == share({1: MICRO}, LOOK)


def test_attainment_share_where_less_is_better() -> None:
    """Who stays within the target, exactly included; who has no value stays within nothing."""
    share = attainment_share("lost", total(MONEY), less_is_better=True)
    within = [(5, {1: 5 * MICRO}), (5, {1: 5 * MICRO + 1}), (0, {1: MICRO}), (0, {})]
    assert (0.5, 4) == share({}, Looked(reps={"lost": within}))

    mean = attainment_share("wait", ratio(MONEY, linear([2])), less_is_better=True)
    assert (0.5, 2) == mean({}, Looked(reps={"wait": [(5, {1: 8 * MICRO, 2: 2}), (5, {})]}))


def test_oldest() -> None:
    """From the start of its pane until now, in seconds; n is how many are open."""
    look = Looked(now_us=90 * MICRO, since_us=30 * MICRO)

    assert (60.0, 2) == oldest(1)({1: 2}, look)
    assert (None, 0) == oldest(1)({1: 0}, look)


def test_arithmetic_rounds_once() -> None:
    """Billions that leave a cent: of the nearest floats 0.0100002… would be left."""
    expression = parse_expression("(a - b) / c")
    sums = [(exact(linear([slot], MICRO, [3])), None) for slot in (1, 2)]
    mean = arithmetic([*sums, (total(linear([3])), None), (total(linear([3])), None)], expression.evaluate, 3)
    vector = {1: 3_000_000_000_130_000, 2: 3_000_000_000_120_000, 3: 1}

    assert (0.01, 1) == mean(vector, LOOK)
    assert (0.005, 2) == mean({**vector, 3: 2}, LOOK)
    assert (None, 0) == mean({**vector, 3: 0}, LOOK)


@pytest.mark.parametrize(("micros", "value"), [(5_500_000, 5.5), (5_000_000, 5), (0, 0)])
def test_arithmetic_gives_numbers(micros: int, value: Value) -> None:
    """What is calculated with fractions is a number as any other, and whole sums stay whole."""
    expression = parse_expression("a")
    found, _ = arithmetic([(exact(MONEY), None), (exact(MONEY), None)], expression.evaluate, 1)(
        {1: micros, 2: 1}, LOOK
    )

    assert (value, type(value)) == (found, type(found))


def test_arithmetic() -> None:
    """Values of KPIs, here and in windows of their own; the n is that of the KPI it names."""
    expression = parse_expression("a * b@all_time - 1")
    places = [(total(linear([1])), None), (total(linear([2])), "all_time"), (total(linear([3])), None)]
    product = arithmetic(places, expression.evaluate, 2)

    assert (5, 7) == product({1: 2, 3: 7}, Looked(elsewhere={2: 3}))
    nothing = [(ratio(linear([1]), linear([2])), None), *places[1:]]
    assert (None, 0) == arithmetic(nothing, expression.evaluate, 2)({1: 2, 3: 7}, LOOK)


def test_arithmetic_with_other_windows_says_nothing_of_what_is_over() -> None:
    """They are of now; so does one over such a KPI, and one with parts of the same window goes on."""
    over, same = Looked(elsewhere={2: 3}, is_over=True), parse_expression("a * b")
    of_now = arithmetic(
        [(total(linear([1])), None), (total(linear([2])), "now"), (total(linear([1])), None)],
        same.evaluate,
        2,
    )
    vector = {1: 2, 2: 5}

    assert OVER == of_now(vector, over)
    assert OVER == arithmetic(
        [(of_now, None), (total(linear([1])), None)], parse_expression("a").evaluate, 1
    )(vector, over)
    aimed = Looked(is_over=True, targets={"a": 4}, reps={"a": [(4, vector)]})
    assert OVER == attainment("a", of_now)(vector, aimed) == attainment_share("a", of_now)(vector, aimed)
    here = arithmetic([(total(linear([1])), None)] * 3, same.evaluate, 2)
    assert (4, 2) == here(vector, over)
    assert (6, 2) == of_now(vector, Looked(elsewhere={2: 3}))
