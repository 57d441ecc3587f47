"""`crm-pulse notify` telling several people by mail, one of whom can't be reached."""

import asyncio
from pathlib import Path

from streams.brokers.embedded import EmbeddedKafka
from streams.clock import monotonic_s
from streams.kafka.topic_admin import ensure
from streams.topics import topics
from tests.processors.notify.timeline import alert, encode
from tests.streams.notify.senders.smtp import Mailbox, mail_server
from tests.streams.processes import own_settings, publish, worker

COMMAND = ["streams.cli.main", "notify"]
WAIT_S = 40.0
FILE = """
receivers:
  sales:
    type: email
    host: 127.0.0.1
    port: {port}
    security: none
    from: pulse@example.com
    to: [ann@example.com, bob@example.com]
route: {{receivers: [sales], group_by: [id], group_wait: 0s, group_interval: 0s}}
"""


async def test_one_full_mailbox_holds_nobody_else_up(embedded_kafka: EmbeddedKafka, tmp_path: Path) -> None:
    """Ann hears of every alert and of its end, once each, while Bob's mailbox takes nothing."""
    mailbox = Mailbox({"bob@example.com": ["452 full"]})
    async with mail_server(mailbox) as port:
        path = tmp_path / "notify.yaml"
        path.write_text(FILE.format(port=port))
        settings = own_settings(embedded_kafka.bootstrap, notify=path, metrics_port=0)
        await ensure(settings, None)

        async def tell(rule: str, state: str = "firing", minute: int = 0) -> None:
            told = alert(rule, state=state, minute=minute)
            await publish(settings, [(told.id.encode(), encode(told))], topics(settings).alerts.name)

        async def until(mails: int) -> list[str]:
            deadline_s = monotonic_s() + WAIT_S
            while len(mailbox.mails) < mails:
                assert monotonic_s() < deadline_s, [str(mail["subject"]) for _, mail in mailbox.mails]
                await asyncio.sleep(0.05)
            return [str(mail["subject"]) for _, mail in mailbox.mails]

        async with worker(COMMAND, settings, tmp_path) as process:
            for number, rule in enumerate("abcdefg", 1):  # more than failures that would open a breaker
                await tell(rule)
                await until(number)
            await tell("a", "resolved", minute=1)
            subjects = await until(8)
            await process.logged("message_delivered_in_part", 8)
            process.terminate()
            assert (await process.ended())[0] == 0

    assert subjects == [*(f"Warning: Rule {rule}" for rule in "abcdefg"), "Resolved: Rule a"]
    assert {address for to, _ in mailbox.mails for address in to} == {"ann@example.com"}
