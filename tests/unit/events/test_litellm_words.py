"""Each class, call type and provider that LiteLLM and OpenTelemetry name is understood."""

import pytest

from agent.events import ApiResponse, Extractor

OWN = "litellm"


def read(**event: object) -> ApiResponse:
    return Extractor(preset="litellm").extract({"custom_llm_provider": "groq"} | event).response


@pytest.mark.parametrize(
    ("name", "status", "provider"),
    [
        ("BadRequestError", 400, "groq"),
        ("UnsupportedParamsError", 400, OWN),
        ("InvalidRequestError", 400, "groq"),
        ("ContextWindowExceededError", 400, "groq"),
        ("ContentPolicyViolationError", 400, "groq"),
        ("RejectedRequestError", 400, OWN),
        ("LiteLLMUnknownProvider", 400, OWN),
        ("GuardrailRaisedException", 400, OWN),
        ("BlockedPiiEntityError", 400, OWN),
        ("APIConnectionError", 500, "groq"),
        ("APIError", 500, "groq"),
        ("InternalServerError", 500, "groq"),
        ("RateLimitError", 429, "groq"),
        ("ProxyRateLimitError", 429, OWN),
        ("BudgetExceededError", 429, OWN),
        ("RouterRateLimitError", 429, OWN),
        ("RouterRateLimitErrorBasic", 429, OWN),
        ("ServiceUnavailableError", 503, "groq"),
        ("MidStreamFallbackError", 503, "groq"),
        ("AuthenticationError", 401, "groq"),
        ("PermissionDeniedError", 403, "groq"),
        ("NotFoundError", 404, "groq"),
        ("Timeout", 408, "groq"),
        ("UnprocessableEntityError", 422, "groq"),
        ("BadGatewayError", 502, "groq"),
        ("ProxyException", None, OWN),
        ("HTTPException", None, OWN),
        ("AnotherError", None, "groq"),
    ],
)
def test_a_class_of_litellm_says_the_status_and_who_answered(
    name: str, status: int | None, provider: str
) -> None:
    error = {"error_class": name}

    events: tuple[dict[str, object], ...] = (
        {"error_information": error},
        {"metadata": {"status": "failure", "error_information": error}},
    )
    for event in events:
        response = read(status="failure", **event)
        assert (response.status, response.provider) == (status, provider)


@pytest.mark.parametrize(
    "message",
    [
        "Budget has been exceeded! Current cost: 12",
        "ExceededBudget: User=a over budget",
        "Exceeded budget for model",
        "Key is over its budget",
        "Deployment over its rpm",
        "Teams over their tpm",
        "Crossed TPM limit",
        "crossed rpm",
        "Max parallel request limit reached",
        "Deployment over user-defined ratelimit.",
        "No healthy deployments available",
        "No deployment are available",
        "No deployments available for selected model",
        "Invalid virtual key",
    ],
)
def test_words_of_its_limiters_say_that_litellm_refused_whatever_the_class(message: str) -> None:
    error = {"error_class": "RateLimitError", "error_message": message}

    assert read(status="failure", error_information=error).provider == OWN
    assert read(status="failure", error_information={"error_class": "X"}, error_str=message).provider == OWN


@pytest.mark.parametrize(
    ("call", "path"),
    [
        ("completion", "/v1/chat/completions"),
        ("text_completion", "/v1/completions"),
        ("embedding", "/v1/embeddings"),
        ("responses", "/v1/responses"),
        ("anthropic_messages", "/v1/messages"),
        ("image_generation", "/v1/images/generations"),
        ("image_edit", "/v1/images/edits"),
        ("image_variation", "/v1/images/variations"),
        ("moderation", "/v1/moderations"),
        ("transcription", "/v1/audio/transcriptions"),
        ("speech", "/v1/audio/speech"),
        ("rerank", "/v1/rerank"),
        ("realtime", "/v1/realtime"),
        ("create_batch", "/v1/batches"),
        ("create_file", "/v1/files"),
        ("create_fine_tuning_job", "/v1/fine_tuning/jobs"),
        ("create_video", "/v1/videos"),
        ("video_generation", "/v1/videos"),
    ],
)
@pytest.mark.parametrize("prefix", ["", "a", "_a"])
def test_each_call_type_has_its_route_also_as_its_asynchronous_twin(
    prefix: str, call: str, path: str
) -> None:
    response = read(status="success", call_type=prefix + call)

    assert (response.method, response.path) == ("POST", path)


@pytest.mark.parametrize(
    "name", ["openai", "custom_openai", "openai_like", "custom", "anthropic_text", "litellm_proxy"]
)
def test_whose_interface_many_speak_is_not_taken_for_who_answered(name: str) -> None:
    known = read(status="success", custom_llm_provider=name, api_base="https://api.groq.com/openai/v1")
    unknown = read(status="success", custom_llm_provider=name)

    assert (known.provider, unknown.provider) == ("groq", name)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("az.ai.inference", "azure"),
        ("az.ai.openai", "azure"),
        ("azure.ai.inference", "azure"),
        ("azure.ai.openai", "azure"),
        ("azure_openai", "azure"),
        ("aws.bedrock", "bedrock"),
        ("aws_bedrock", "bedrock"),
        ("gcp.gemini", "gemini"),
        ("gcp.gen_ai", "gemini"),
        ("google", "gemini"),
        ("gcp.vertex_ai", "vertex"),
        ("google_vertex_ai", "vertex"),
        ("vertex_ai", "vertex"),
        ("vertexai", "vertex"),
        ("ibm.watsonx.ai", "watsonx"),
        ("mistral_ai", "mistral"),
        ("mistralai", "mistral"),
        ("moonshot_ai", "moonshot"),
        ("together_ai", "together"),
        ("togetherai", "together"),
        ("fireworks_ai", "fireworks"),
        ("x_ai", "xai"),
        ("openai", "openai"),
        ("openai.responses", "openai"),
        ("anthropic.messages", "anthropic"),
    ],
)
def test_a_provider_is_called_by_one_name_however_opentelemetry_spells_it(theirs: str, ours: str) -> None:
    events: tuple[dict[str, object], ...] = (
        {"gen_ai": {"provider": {"name": theirs}}},
        {"gen_ai.system": theirs},
        {"vendor": theirs},
    )
    for event in events:
        assert Extractor().extract({"status": 200} | event).response.provider == ours
