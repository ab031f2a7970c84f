"""Who asks for a page, what they prove, and how often they are told of: without a socket."""

import asyncio
from base64 import b64encode

import bcrypt
import pytest

from agent.web.auth import Users, user_of
from agent.web.scraper import identity
from agent.web.seldom import EVERY, Seldom


class Transport(asyncio.Transport):
    """Knows what a connection would."""

    def __init__(self, **known: object) -> None:
        super().__init__(known)


NAMED = {"subject": ((("countryName", "DE"),), (("commonName", "prom"),))}


@pytest.mark.parametrize(
    ("user", "known", "expected"),
    [
        ("me", None, "me"),
        ("", None, ""),
        ("", {}, ""),
        ("", {"peername": ("10.0.0.7", 4711)}, "10.0.0.7"),
        ("me", {"peername": ("10.0.0.7", 4711)}, "me@10.0.0.7"),
        ("", {"peername": ("10.0.0.7", 4711), "peercert": NAMED}, "prom@10.0.0.7"),
        ("me", {"peername": ("::1", 1, 0, 0), "peercert": NAMED}, "me@::1"),
    ],
)
def test_a_scraper_is_known_by_its_user_or_its_certificate_and_its_address(
    user: str, known: dict[str, object] | None, expected: str
) -> None:
    assert identity(user, None if known is None else Transport(**known)) == expected


def basic(words: str, scheme: str = "Basic") -> str:
    return f"{scheme} {b64encode(words.encode()).decode()}"


@pytest.mark.parametrize(
    ("header", "user"),
    [
        (basic("prom:secret"), "prom"),
        (basic("prom:se:cret", "bAsIc"), "prom"),
        (basic("prom"), "prom"),
        (basic("prom:secret", "Bearer"), ""),
        ("Basic ???", ""),
        ("Basic cHJv?bTpzZWNyZXQ=", ""),
        ("Basic \xff", ""),
        ("Basic /w==", ""),
        ("Basic", ""),
        ("", ""),
    ],
)
def test_a_user_is_named_in_a_header_of_basic_authentication_only(header: str, user: str) -> None:
    assert user_of(header) == user


async def test_of_a_long_password_72_bytes_count_as_bcrypt_has_it() -> None:
    password = "é" * 40
    users = Users({"prom": bcrypt.hashpw(password.encode()[:72], bcrypt.gensalt(4))})

    assert await users.admits(basic(f"prom:{password}"))
    assert not await users.admits(basic(f"prom:{'é' * 35}e{'é' * 4}"))


async def test_only_the_right_password_of_a_known_user_admits_and_does_so_again() -> None:
    users = Users({"prom": bcrypt.hashpw(b"se:cret", bcrypt.gensalt(4))})
    asked = ["prom:se:cret", "prom:se:cret", "prom:se", "other:se:cret", "prom:", "prom:se:cret"]

    assert [await users.admits(basic(words)) for words in asked] == [True, True, False, False, False, True]
    assert not await users.admits("")


async def test_the_passwords_of_all_users_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[bytes] = []

    def fits(password: bytes, _: bytes) -> bool:
        checked.append(password)
        return True

    monkeypatch.setattr("agent.web.auth._fits", fits)
    users = Users({"prom": b"", "other": b""})

    for _ in range(3):
        assert await users.admits(basic("prom:a"))
        assert await users.admits(basic("other:b"))
    assert checked == [b"a", b"b"]


def test_a_line_of_a_kind_is_due_once_in_a_while_and_says_how_often_its_cause_came() -> None:
    now = [0.0]
    seldom = Seldom(lambda: now[0])

    def due(kind: str, at: float) -> int:
        now[0] = at
        return seldom.due(kind)

    assert [due("a", 0), due("a", 1), due("b", 2), due("a", EVERY - 1)] == [1, 0, 1, 0]
    assert [due("a", EVERY), due("a", EVERY), due("b", EVERY + 2)] == [3, 0, 1]
