"""Delivery to Slack: as a bot, which makes a thread of what belongs together, or by an incoming webhook."""

import logging
import re
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from processors.messages.retry_after import retry_after_s
from processors.messages.slack import slack_payload, slack_post
from schemas.delivery.receiver import SlackReceiver
from schemas.message import Message
from streams.clock import now_us
from streams.notify.sender import Fate, Outcome
from streams.notify.senders.http import HttpPost
from streams.notify.senders.outcomes import later, of_error, of_status, refused

LATER_ERRORS = frozenset(
    {
        "accesslimited",
        "fatal_error",
        "internal_error",
        "message_limit_exceeded",
        "rate_limited",
        "ratelimited",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",
    }
)
"""Slack's words for what may work another time."""
THREAD_ERRORS = frozenset({"cannot_reply_to_message", "restricted_action_thread_locked", "thread_not_found"})
"""Slack's words for a thread that is no more: the message is sent outside of it."""
NOT_SLACK = "answered with something that is not Slack's"
_WORD = re.compile(r"[a-z_]{1,60}", re.ASCII)
_TS = re.compile(r"[0-9]{1,20}\.[0-9]{1,20}", re.ASCII)

silent = logging.Logger("slack_sdk", logging.CRITICAL)
"""The library logs URLs and texts when it is asked for details; both are nobody's business."""
silent.disabled = True


class SlackBotSender:
    """Posts to one channel as a bot."""

    def __init__(self, receiver: SlackReceiver, token: str) -> None:
        assert receiver.channel is not None
        self._channel = receiver.channel
        self._receiver = receiver
        self._token = token
        self._http = HttpPost(receiver.timeout_s)

    async def send(self, message: Message, thread: str | None) -> Outcome:
        """Post the message, in the group's thread if there is one in this channel."""
        ts = self._ts(thread)
        outcome, error = await self._post(message, ts)
        if ts is not None and error in THREAD_ERRORS:
            outcome, _ = await self._post(message, None)
        return outcome

    async def close(self) -> None:
        await self._http.close()

    async def _post(self, message: Message, ts: str | None) -> tuple[Outcome, str]:
        """Return what became of it, and Slack's word for the error if it said one."""
        try:
            client = AsyncWebClient(
                self._token,
                base_url=self._receiver.api_url,
                session=self._http.session(),
                logger=silent,
                retry_handlers=[],
            )
            client.proxy = self._receiver.proxy  # not what the surroundings say
            answer = await client.api_call("chat.postMessage", json=slack_post(message, self._channel, ts))
            new = answer.get("ts")
        except SlackApiError as error:
            return self._failed(error.response)
        except (AttributeError, TypeError):  # the library expects an object
            return later(NOT_SLACK), ""
        except Exception as error:
            return of_error(error, self._receiver.timeout_s), ""
        root = ts or (new if isinstance(new, str) and _TS.fullmatch(new) else None)
        return Outcome(Fate.DELIVERED, thread=f"{self._channel}|{root}" if root else None), ""

    def _failed(self, answer: Any) -> tuple[Outcome, str]:
        status = int(getattr(answer, "status_code", 0) or getattr(answer, "status", 0))
        data = getattr(answer, "data", None)
        found = data.get("error") if isinstance(data, dict) else None
        word = found if isinstance(found, str) and _WORD.fullmatch(found) else ""
        if status == 429 or not 200 <= status < 300:
            return of_status(status, answer.headers, now_us()), word
        if not word:
            return later(NOT_SLACK), word
        why = f"Slack says {word}"
        if word in LATER_ERRORS:
            return later(why, retry_after_s(answer.headers.get("Retry-After"), now_us())), word
        return refused(why), word

    def _ts(self, thread: str | None) -> str | None:
        """Return the time stamp that names the thread, None where it is one of another channel."""
        channel, _, ts = (thread or "").rpartition("|")
        return ts if channel == self._channel and _TS.fullmatch(ts) else None


class SlackWebhookSender:
    """Posts by an incoming webhook."""

    def __init__(self, receiver: SlackReceiver, url: str) -> None:
        self._receiver = receiver
        self._url = url
        self._http = HttpPost(receiver.timeout_s)

    async def send(self, message: Message, thread: str | None) -> Outcome:
        """Post the message; a webhook can't make threads."""
        try:
            client = AsyncWebhookClient(
                self._url, session=self._http.session(), logger=silent, retry_handlers=[]
            )
            client.proxy = self._receiver.proxy
            answer = await client.send_dict(slack_payload(message))
        except Exception as error:
            return of_error(error, self._receiver.timeout_s)
        return of_status(answer.status_code, answer.headers, now_us())

    async def close(self) -> None:
        await self._http.close()
