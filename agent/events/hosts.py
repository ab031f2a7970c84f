"""Which provider answers at which host, for events that name a host or URL and no provider.

Hosts of vendors with a dialect stand in their dialects, which announce them: events are read without knowing
any dialect. Source of all: the base URLs in each provider's API reference.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

_REMEMBERED = 1024

_BY_SUFFIX = {
    "groq.com": "groq",
    "deepseek.com": "deepseek",
    "together.xyz": "together",
    "together.ai": "together",
    "replicate.com": "replicate",
    "huggingface.co": "huggingface",
    "moonshot.cn": "moonshot",
    "moonshot.ai": "moonshot",
    "voyageai.com": "voyage",
    "githubcopilot.com": "github-copilot",
}

LITELLM = {
    "vertex_ai": "vertex",
    "vertex_ai_beta": "vertex",
    "azure_ai": "azure",
    "azure_text": "azure",
    "bedrock_converse": "bedrock",
    "text-completion-openai": "openai",
    "cohere_chat": "cohere",
    "together_ai": "together",
    "fireworks_ai": "fireworks",
    "nvidia_nim": "nvidia",
    "aiml": "aimlapi",
    "zai": "zhipu",
    "github": "github-models",
    "github_copilot": "github-copilot",
}
"""LiteLLM's names where they are not ours. Source: its LlmProviders."""

# A platform's name tells more than the name of the one whose models it serves: azure-openai is Azure.
_PLATFORMS = {
    "azure": "azure",
    "bedrock": "bedrock",
    "aws": "bedrock",
    "vertex": "vertex",
    "vertexai": "vertex",
    "openrouter": "openrouter",
    "aimlapi": "aimlapi",
    "pipellm": "pipellm",
    "gemini": "gemini",
    "gcp": "vertex",
}
_MAKERS = {
    "google": "gemini",
    "claude": "anthropic",
    "grok": "xai",
    "aliyun": "dashscope",
    "qwen": "dashscope",
}
_WORD = re.compile(r"[a-z]+")


def announce(hosts: Mapping[str, str]) -> None:
    """Take in which providers answer at hosts with these names or ends."""
    _BY_SUFFIX.update(hosts)
    _MAKERS.update({name: name for name in hosts.values() if "-" not in name})
    provider_named.cache_clear()
    provider_at.cache_clear()


@lru_cache(_REMEMBERED)
def provider_named(name: str) -> str | None:
    """The provider whose name is a word of *name*, such as openai of `ai/openai-backend`."""
    words = _WORD.findall(name.lower())
    platform = next((_PLATFORMS[word] for word in _PLATFORMS if word in words), None)
    return platform or next((_MAKERS[word] for word in words if word in _MAKERS), None)


@lru_cache(_REMEMBERED)
def host_of(address: str) -> str:
    """The host name in a URL, an authority or a bare host name; lower case, without port."""
    authority = address.split("://", 1)[-1].partition("/")[0].partition("?")[0]
    return authority.rpartition("@")[2].rsplit(":", 1)[0].strip().lower()


@lru_cache(_REMEMBERED)
def provider_at(host: str) -> str | None:
    """The provider of the longest known suffix of *host*."""
    if host.startswith("bedrock") and host.endswith((".amazonaws.com", ".amazonaws.com.cn")):
        return "bedrock"
    if host.endswith("-aiplatform.googleapis.com"):
        return "vertex"
    labels = host.split(".")
    suffixes = (".".join(labels[start:]) for start in range(len(labels)))
    return next((_BY_SUFFIX[suffix] for suffix in suffixes if suffix in _BY_SUFFIX), None)


announce(dict(_BY_SUFFIX))
