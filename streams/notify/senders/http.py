"""POST over HTTP, with care: no redirects, an end to waiting, and only public addresses where it matters.

A name is resolved once, all that it leads to is checked, and the connection goes to one of these very
addresses; so it does not help to answer differently the second time.
"""

import socket
import ssl
from collections.abc import Mapping
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from processors.messages.public_address import is_public
from streams.clock import now_us
from streams.notify.sender import Outcome
from streams.notify.senders.outcomes import PrivateAddressError, RedirectError, of_error, of_status

CONNECTIONS_MAX = 4
"""Of one receiver at a time; those that are free wait for the next message."""
ANSWER_BYTES_MAX = 65_536
"""Read so that the connection can be used again; a longer answer is not waited for."""
USER_AGENT = "crm-pulse-notify"


class PublicResolver(AbstractResolver):
    """Resolves names whose addresses are public, every one of them."""

    def __init__(self, resolver: AbstractResolver | None = None) -> None:
        self._resolver = resolver

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if self._resolver is None:  # not before: senders are made without a loop, when secrets are checked
            self._resolver = ThreadedResolver()
        found = await self._resolver.resolve(host, port, family)
        if not all(is_public(one["host"]) for one in found):
            raise PrivateAddressError
        return found

    async def close(self) -> None:
        if self._resolver is not None:
            await self._resolver.close()


class HttpPost:
    """Posts to one receiver. Made anywhere; connects with the first post."""

    def __init__(
        self,
        timeout_s: float,
        *,
        public_only: bool = False,
        ca_file: str | None = None,
        proxy: str | None = None,
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._timeout_s = timeout_s
        self._public_only = public_only
        self._context = ssl.create_default_context(cafile=ca_file)
        self._proxy = proxy
        self._resolver = PublicResolver(resolver) if public_only else resolver
        self._session: aiohttp.ClientSession | None = None

    async def post(
        self, url: str, body: bytes, headers: Mapping[str, str], auth: aiohttp.BasicAuth | None = None
    ) -> Outcome:
        """Post once; the status decides, whatever becomes of the rest of the answer."""
        try:
            if self._public_only:
                check_literal(url)
            async with self.session().post(
                url,
                data=body,
                headers={"User-Agent": USER_AGENT, **headers},
                auth=auth,
                allow_redirects=False,
                proxy=self._proxy,
            ) as answer:
                outcome = of_status(answer.status, answer.headers, now_us())
                await _read(answer)
                return outcome
        except Exception as error:
            return of_error(error, self._timeout_s)

    def session(self) -> aiohttp.ClientSession:
        """Return the session that keeps the connections; for libraries that post by themselves as well."""
        if self._session is None or self._session.closed:
            trace = aiohttp.TraceConfig()
            trace.on_request_redirect.append(_refuse_redirect)
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    resolver=self._resolver,
                    use_dns_cache=False,
                    limit=CONNECTIONS_MAX,
                    ssl=self._context,
                ),
                timeout=aiohttp.ClientTimeout(total=self._timeout_s),
                cookie_jar=aiohttp.DummyCookieJar(),
                trace_configs=[trace],
                # Neither a proxy nor a password that somebody left in the surroundings.
                trust_env=False,
            )
        return self._session

    async def close(self) -> None:
        """Give up the connections."""
        if self._session is not None:
            await self._session.close()


def check_literal(url: str) -> None:
    """Check an address that stands in a URL as such: it is not resolved. Raises PrivateAddressError."""
    host = URL(url).host or ""
    if (":" in host or host.replace(".", "").isdigit()) and not is_public(host):
        raise PrivateAddressError


async def _read(answer: aiohttp.ClientResponse) -> None:
    """Read the answer to its end if that is near; what breaks now changes nothing."""
    try:
        if len(await answer.content.read(ANSWER_BYTES_MAX)) == ANSWER_BYTES_MAX:
            answer.close()
    except (aiohttp.ClientError, TimeoutError, OSError):
        answer.close()


async def _refuse_redirect(*_: Any) -> None:
    raise RedirectError
