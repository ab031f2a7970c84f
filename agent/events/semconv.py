"""OpenTelemetry's names for the parts of a model call, which gateways and applications write, too.

Source: github.com/open-telemetry/semantic-conventions, model/gen-ai/registry (gen_ai.provider.name) and
model/gen-ai/deprecated (gen_ai.system).
"""

from agent.events import rules
from agent.events.hosts import provider_named

PROVIDERS = {
    "az.ai.inference": "azure",
    "az.ai.openai": "azure",
    "azure.ai.inference": "azure",
    "azure.ai.openai": "azure",
    "azure_openai": "azure",
    "aws.bedrock": "bedrock",
    "aws_bedrock": "bedrock",
    "gcp.gemini": "gemini",
    "gcp.gen_ai": "gemini",
    "google": "gemini",
    "gcp.vertex_ai": "vertex",
    "google_vertex_ai": "vertex",
    "vertex_ai": "vertex",
    "vertexai": "vertex",
    "ibm.watsonx.ai": "watsonx",
    "mistral_ai": "mistral",
    "mistralai": "mistral",
    "moonshot_ai": "moonshot",
    "together_ai": "together",
    "togetherai": "together",
    "fireworks_ai": "fireworks",
    "x_ai": "xai",
}
"""Their names where they are not ours."""


def provider(value: object) -> str:
    """A provider's name, also as OpenTelemetry spells it (`aws.bedrock`, `az.ai.openai`).

    The Vercel AI SDK puts the kind of the interface behind it: `anthropic.messages`, `openai.responses`.
    """
    name = rules.provider(value)
    return PROVIDERS.get(name) or ("." in name and provider_named(name)) or name
