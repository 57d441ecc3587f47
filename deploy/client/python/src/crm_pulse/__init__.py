"""Records of CRM Pulse: bytes of its topics in, typed records out.

`KpiRecord` and `Alert` read values, `KpiKey` reads and writes keys, `LatestKpis` and `LatestAlerts` keep the latest
of each key as compacted topics mean it: upsert by key, out-of-date revisions ignored, tombstones take away. None of
it does I/O; `crm_pulse.kafka` (extra `kafka`) reads topics with aiokafka.
"""

from crm_pulse.alert import Alert
from crm_pulse.fields import MalformedRecordError
from crm_pulse.key import KpiKey
from crm_pulse.kpi import KpiRecord
from crm_pulse.latest import Change, LatestAlerts, LatestKpis

__all__ = ["Alert", "Change", "KpiKey", "KpiRecord", "LatestAlerts", "LatestKpis", "MalformedRecordError"]
