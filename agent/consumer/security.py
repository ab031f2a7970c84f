"""TLS and SASL for both clients: what aiokafka takes, made of the settings."""

import asyncio
import json
import ssl
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from aiokafka.abc import AbstractTokenProvider
from aiokafka.errors import KafkaConnectionError

from agent.certificates import ends
from agent.settings import KafkaSettings
from agent.settings.kafka import KafkaSaslSettings, KafkaTlsSettings

_TOKEN_WITHIN = 10.0
_RENEW_BEFORE = 60.0  # seconds before a token ends
_SHORTEST_LIFE = 5.0

Token = tuple[str, float]
"""A token and the unix time at which it ends."""


class Tls:
    """The context that all connections share; what it loads again holds for the next connection.

    Attributes:
        certificates: Unix time at which our own certificate ends, by its file; empty without one.
    """

    def __init__(self, settings: KafkaTlsSettings) -> None:
        self._settings = settings
        self.context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH)
        self.context.check_hostname = settings.check_hostname
        if settings.ca_file is not None:  # then nobody else may have signed
            self.context = _trusting(settings.ca_file, check_hostname=settings.check_hostname)
        self.certificates: dict[str, float] = {}
        self._stamp = self._stamp_now()
        self._load_own()

    def refresh(self) -> bool:
        """Load the files again if one has changed; whether one has.

        Raises:
            OSError: If a file cannot be used. What was loaded before stays in force.
        """
        now = self._stamp_now()
        if now == self._stamp:
            return False
        self._stamp = now
        if self._settings.ca_file is not None:
            self.context.load_verify_locations(self._settings.ca_file)
        self._load_own()
        return True

    def _load_own(self) -> None:
        if self._settings.cert_file is not None:
            self.context.load_cert_chain(self._settings.cert_file, self._settings.key_file)
            self.certificates = {str(self._settings.cert_file): ends(self._settings.cert_file)}

    def _stamp_now(self) -> tuple[tuple[int, int], ...]:
        found = (path.stat() for path in self._settings.files)
        return tuple((stat.st_mtime_ns, stat.st_ino) for stat in found)


def _trusting(ca_file: Path, *, check_hostname: bool) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=str(ca_file))
    context.check_hostname = check_hostname
    return context


class TokenProvider(AbstractTokenProvider):  # type: ignore[misc]
    """Hands out a token until shortly before it ends.

    aiokafka's own tasks die for ever of an error that is neither Kafka's nor the system's.
    """

    def __init__(self, fetch: Callable[[], Token]) -> None:
        self._fetch = fetch
        self._token: Token = ("", 0.0)
        self._renewing = asyncio.Lock()

    async def token(self) -> str:
        """A token that is good for a while.

        Raises:
            KafkaConnectionError: If none can be had.
        """
        async with self._renewing:
            if time.time() > self._token[1] - _RENEW_BEFORE:
                self._token = await self._renewed()
        return self._token[0]

    async def _renewed(self) -> Token:
        try:
            return await asyncio.wait_for(asyncio.to_thread(self._fetch), _TOKEN_WITHIN + 1)
        except Exception as error:
            raise KafkaConnectionError(f"no token: {error!r}") from error


def client_credentials(settings: KafkaSaslSettings) -> Callable[[], Token]:
    """Ask the token endpoint in the way of RFC 6749, section 4.4."""

    def fetch() -> Token:
        form = {"grant_type": "client_credentials", "client_id": settings.username or ""}
        form["client_secret"] = password(settings)
        if settings.scope:
            form["scope"] = settings.scope
        request = Request(str(settings.token_url), urlencode(form).encode(), method="POST")  # noqa: S310
        with urlopen(request, timeout=_TOKEN_WITHIN) as answer:  # noqa: S310 - the settings hold it to http(s)
            said = json.load(answer)
        return str(said["access_token"]), time.time() + max(
            _SHORTEST_LIFE, float(said.get("expires_in", 300))
        )

    return fetch


def msk_iam(settings: KafkaSaslSettings) -> Callable[[], Token]:
    """Sign a token for AWS MSK with the credentials of the surroundings."""

    def fetch() -> Token:
        try:
            from aws_msk_iam_sasl_signer import MSKAuthTokenProvider
        except ModuleNotFoundError:
            raise KafkaConnectionError(
                "kafka.sasl.mechanism AWS_MSK_IAM needs pip install 'api-error-agent[msk]'"
            ) from None
        token, ends_ms = MSKAuthTokenProvider.generate_auth_token(str(settings.region))
        return str(token), float(ends_ms) / 1000

    return fetch


def password(settings: KafkaSaslSettings) -> str:
    """The password, from its file if it has one.

    Raises:
        OSError: If the file cannot be read.
    """
    if settings.password_file is not None:
        return settings.password_file.read_text().strip("\r\n")
    return settings.password.get_secret_value() if settings.password else ""


def arguments(settings: KafkaSettings, tls: Tls | None) -> dict[str, object]:
    """The security of a client, as aiokafka's clients take it.

    Raises:
        OSError: If the password file cannot be read.
    """
    found: dict[str, object] = {"security_protocol": settings.security_protocol}
    if tls is not None:
        found["ssl_context"] = tls.context
    sasl = settings.sasl
    if sasl.mechanism in ("OAUTHBEARER", "AWS_MSK_IAM"):
        fetch = msk_iam(sasl) if sasl.mechanism == "AWS_MSK_IAM" else client_credentials(sasl)
        found |= {"sasl_mechanism": "OAUTHBEARER", "sasl_oauth_token_provider": TokenProvider(fetch)}
    elif sasl.mechanism is not None:
        found |= {
            "sasl_mechanism": sasl.mechanism,
            "sasl_plain_username": sasl.username,
            "sasl_plain_password": password(sasl),
        }
    return found
