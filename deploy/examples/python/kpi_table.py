"""Shows a KPI as it is now, then every change. Ctrl-C ends it.

python kpi_table.py BOOTSTRAP KPI WINDOW [PREFIX]; needs crm-pulse-client[kafka].
"""

import asyncio
import signal
import sys
from contextlib import suppress

from crm_pulse import KpiRecord, LatestKpis
from crm_pulse.kafka import following


def text(record: KpiRecord) -> str:
    """Write a value: whole numbers as such, nothing as a dash."""
    value = record.value
    if value is None:
        return "–"
    return str(int(value)) if value == int(value) else str(value)


async def show(bootstrap: str, kpi: str, window: str, prefix: str = "crm.") -> None:
    """Print the table once everything is read that was there, then each change."""
    table = LatestKpis()
    shown = False
    async with following(f"{prefix}kpis", table, bootstrap_servers=bootstrap) as batches:
        async for batch in batches:
            if not batch.caught_up:
                continue
            if not shown:
                rows = sorted((str(record.key), text(record)) for record in table.where(kpi, window))
                print(f"{kpi}, {window}: {len(rows)} keys", flush=True)
                for key, value in rows:
                    print(f"  {key} {value}", flush=True)
                shown = True
                continue
            for key, before, after in batch.changes:
                if (key.kpi, key.window) != (kpi, window):
                    continue
                if after is None:
                    print(f"- {key}", flush=True)
                elif before is None:
                    print(f"+ {key} {text(after)}", flush=True)
                elif text(before) != text(after):
                    print(f"~ {key} {text(before)} → {text(after)}", flush=True)


async def main() -> None:
    showing = asyncio.create_task(show(*sys.argv[1:]))
    for ended_by in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(ended_by, showing.cancel)
    with suppress(asyncio.CancelledError):
        await showing


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    asyncio.run(main())
