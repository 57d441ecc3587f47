"""KPI records as readers see them."""

import msgspec

from schemas.kpi_record import KpiRecord
from tests.published import kpi_records


def test_records_of_the_engine_are_read_with_their_keys() -> None:
    """Each is read as the typed record, which knows under which key it was published."""
    read = [(key.decode(), msgspec.json.decode(body, type=KpiRecord)) for key, body in kpi_records()]

    assert [key for key, _ in read] == [record.key for _, record in read]
    ranked = [record for _, record in read if record.rank is not msgspec.UNSET]
    assert ranked
    assert {None} < {record.dims.get("from_stage", "") for _, record in read}
