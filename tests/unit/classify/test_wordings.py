"""Sentences in wordings of our own, in many languages: what counts is what they say, not who has said it."""

import json
from typing import Any

import pytest

from agent.classify import classify, explain, pairs
from agent.classify.matching import words_of
from agent.events.response import ApiResponse
from tests.unit.classify.bodies import ROOT, close, rows

WORDINGS = rows(ROOT / "tests" / "data" / "wordings.jsonl")
PROSE = rows(ROOT / "tests" / "data" / "prose.jsonl")
KINDS = rows(ROOT / "tests" / "data" / "kinds.jsonl")
WAITS = rows(ROOT / "tests" / "data" / "waits.jsonl")
LANGUAGES = rows(ROOT / "tests" / "data" / "languages.jsonl")


@pytest.mark.parametrize("row", WORDINGS, ids=lambda row: row["text"][:40])
def test_a_sentence_without_a_status_has_a_type(row: dict[str, str]) -> None:
    assert classify(ApiResponse(body=row["text"])).type == row["type"]


@pytest.mark.parametrize("row", WORDINGS[:40], ids=lambda row: row["text"][:40])
def test_a_sentence_means_the_same_as_the_message_of_an_unknown_object(row: dict[str, str]) -> None:
    body = json.dumps({"error": {"message": row["text"]}})

    assert classify(ApiResponse(body=body)).type == row["type"]


@pytest.mark.parametrize("row", LANGUAGES, ids=lambda row: f"{row['language']}: {row['text'][:40]}")
def test_what_a_client_tells_its_user_has_a_type_in_any_language(row: dict[str, str]) -> None:
    assert classify(ApiResponse(body=row["text"])).type == row["type"]


@pytest.mark.parametrize(
    "text",
    [
        "Ich habe keinen Zugriff auf das Internet und kenne nur, was mir gesagt wurde.",
        "我没有权限查看您的文件，请把内容贴给我。",
        "Je n'ai pas accès à vos messages, mais je peux vous aider.",
        "私にはその画像を見る権限がありません。",
    ],
)
def test_who_says_i_is_no_error(text: str) -> None:
    assert classify(ApiResponse(body=text)).type == "unknown"


def test_every_family_of_words_is_met_by_a_sentence() -> None:
    texts = [row["text"] for row in (*LANGUAGES, *WORDINGS)] + [row["body"] for row in KINDS]
    met = {ask(words_of(text)) for text in texts for ask in (pairs.meaning, pairs.guess)}

    assert [
        family.match.phrase
        for family in (*pairs.ELSEWHERE.families, *pairs.IN_ENGLISH.families)
        if family.match not in met
    ] == []


def test_every_family_that_makes_a_reason_finer_is_met_by_a_sentence() -> None:
    met = {explain(ApiResponse(status=row.get("status"), body=row["body"])).rule for row in KINDS}
    families = [family for table in pairs.BY_REASON.values() for family in table.families]

    assert [each.match for each in families if not any(each.match.phrase in rule for rule in met)] == []


@pytest.mark.parametrize("row", KINDS, ids=lambda row: f"{row['kind']}: {row['body'][:40]}")
def test_every_wording_of_a_kind_means_the_same(row: dict[str, Any]) -> None:
    outcome = classify(ApiResponse(status=row.get("status"), body=row["body"]))

    assert outcome.type == row["type"]
    assert row.get("reason") in {None, outcome.reason}
    assert "retry_after" not in row or close(row["retry_after"], outcome.retry_after), outcome.retry_after


@pytest.mark.parametrize("row", WAITS, ids=lambda row: row["text"][:40])
def test_a_wait_is_read_however_it_is_written(row: dict[str, object]) -> None:
    found = classify(ApiResponse(status=429, body=row["text"])).retry_after
    wanted = row["retry_after"]

    assert close(wanted if isinstance(wanted, float | int) else None, found), found


@pytest.mark.parametrize(
    ("status", "said"),
    [(400, "A field is missing"), (401, "Wrong API key"), (402, "No funds left"), (403, "Access denied")],
)
def test_a_wait_that_cures_nothing_is_left_out_and_explained(status: int, said: str) -> None:
    why = explain(ApiResponse(status=status, body={"error": {"message": f"{said}. Retry in 5 s."}}))

    assert why.outcome.retry_after is None
    assert "a wait of 5 s is left out" in why.rule


@pytest.mark.parametrize(
    "text",
    [
        "Zyxw errors qqq, vvv kkk jjj",
        "鑫淼垚失败，犇羴",
        "Zorbelnder Flimmfehler Nr. 7",
    ],
)
def test_a_text_with_a_word_for_an_error_is_an_error_of_unknown_type(text: str) -> None:
    outcome = classify(ApiResponse(body=text))

    assert (outcome.type, outcome.dialect) == ("unknown", "text")


@pytest.mark.parametrize(
    ("provider", "text", "kind"),
    [
        ("minimax", "something (1008)", "insufficient_balance"),
        ("minimax", "1004-no", "authentication_error"),
        ("iflytek", "code=11203", "rate_limit_error"),
        ("baidu", "error code: 336100", "overloaded_error"),
        ("dashscope", "client said Throttling.RateQuota", "rate_limit_error"),
        ("unknown", "zorb flim (1008)", "unknown"),
    ],
)
def test_a_vendors_number_in_a_text_counts_where_the_vendor_is_known(
    provider: str, text: str, kind: str
) -> None:
    assert classify(ApiResponse(body=text, provider=provider)).type == kind


@pytest.mark.parametrize("row", PROSE, ids=lambda row: row["text"][:40])
@pytest.mark.parametrize("key", [None, "text", "output", "message"])
def test_ordinary_prose_that_speaks_of_errors_is_no_error_with_a_name(
    key: str | None, row: dict[str, str]
) -> None:
    body: object = {key: row["text"]} if key else row["text"]

    assert classify(ApiResponse(body=body)).type in {"ok", "unknown"}


@pytest.mark.parametrize(
    "text",
    [
        "The model that you want is served by a provider that is out of capacity, and nobody knows how long",
        "Your key was revoked by the owner of the project, and all of its requests are refused from now on",
        "The prompt is too long for the context window of the model and was not sent to it",
        "ThrottlingException: it was the third time within the hour and the door is closed",
    ],
)
def test_a_long_sentence_about_a_call_is_no_prose(text: str) -> None:
    assert classify(ApiResponse(body=text)).type != "unknown"
