"""Says that a rep joined a team, was given a quota and made a call.

python publish_events.py BOOTSTRAP REP TEAM ACCOUNT [PREFIX]; needs crm-pulse-client[kafka].
"""

import asyncio
import json
import sys
import uuid
from datetime import UTC, datetime
from typing import Any

from aiokafka import AIOKafkaProducer
from crm_pulse import KpiKey


def event(kind: str, data: dict[str, Any], now: datetime) -> bytes:
    """Write a CloudEvent. Whoever sends it again after a failure must send it under the same id."""
    envelope = {"specversion": "1.0", "id": str(uuid.uuid4()), "source": "example/python", "type": kind}
    return json.dumps(envelope | {"time": now.isoformat(), "data": data}).encode()


async def publish(bootstrap: str, rep: str, team: str, account: str, prefix: str = "crm.") -> None:
    """Publish each event on its topic, under its key; return when Kafka has them all."""
    now = datetime.now(UTC)
    quota = KpiKey.of("won_revenue", "month", f"{now:%Y-%m}", {"rep": rep})
    target = {"kpi": quota.kpi, "window": quota.window, "period": quota.period, "dims": quota.dims}
    # The directory is for events to come. One that may overtake it names the team itself.
    call = {"account": account, "rep": rep, "team": team, "channel": "phone", "duration_s": 180}
    records = [
        ("directory", rep, event("crm.rep.updated", {"rep": rep, "team": team, "active": True}, now)),
        ("targets", str(quota), event("crm.target.set", target | {"value": 60_000}, now)),
        ("activity", account, event("crm.call.logged", call, now)),
    ]
    # aiokafka finds a key's partition as the Java client does, so that all producers agree on it.
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True)
    await producer.start()
    try:
        for topic, key, value in records:
            sent = await producer.send_and_wait(prefix + topic, value, key=key.encode())
            print(f"{topic} {key}: partition {sent.partition}", flush=True)
    finally:
        await producer.stop()


if __name__ == "__main__":
    if len(sys.argv) not in (5, 6):
        sys.exit(__doc__)
    asyncio.run(publish(*sys.argv[1:]))
