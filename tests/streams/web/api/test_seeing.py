"""What is asked for by name and not seen."""

import pytest

from schemas.kpi import Dims
from streams.web.api.access import Gate
from streams.web.api.problems import ProblemError, ProblemType
from streams.web.api.seeing import refuse_hidden
from tests.streams.web.api.serving import NOON_US, TOKENS, floor, serving


@pytest.mark.parametrize(
    ("dims", "seen"),
    [
        ({"team": "north"}, True), ({"rep": "ann"}, True), ({"rep": "ann", "channel": "phone"}, True),
        ({"team": "south"}, False), ({"rep": "cem"}, False), ({"rep": "nobody"}, False), ({}, False),
        ({"channel": "phone"}, False),
    ],
    ids=str,
)  # fmt: skip
async def test_by_the_directory_as_it_is(dims: Dims, seen: bool) -> None:
    """Own teams and their reps; without `company` nothing that is nobody's."""
    async with serving(TOKENS) as served:
        await floor(served.store)
        context = served.app.state.context
        north = Gate(TOKENS, context.limits).admit("Bearer north-secret", "here", NOON_US)
        if seen:
            await refuse_hidden(context, north, "it", dims)
            return
        with pytest.raises(ProblemError, match="'it' is not of the teams of 'north'") as refused:
            await refuse_hidden(context, north, "it", dims)
        assert refused.value.type is ProblemType.FORBIDDEN_TEAM
