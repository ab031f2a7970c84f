"""Which provider answers at which host, for events that name a host or URL and no provider.

Source of BY_SUFFIX: the base URLs in each provider's API reference.
"""

import re
from functools import lru_cache

_REMEMBERED = 1024

BY_SUFFIX = {
    "aimlapi.com": "aimlapi",
    "pipellm.com": "pipellm",
    "pipellm.ai": "pipellm",
    "openai.com": "openai",
    "chatgpt.com": "openai",
    "anthropic.com": "anthropic",
    "claude.com": "anthropic",
    "generativelanguage.googleapis.com": "gemini",
    "aiplatform.googleapis.com": "vertex",
    "openai.azure.com": "azure",
    "cognitiveservices.azure.com": "azure",
    "services.ai.azure.com": "azure",
    "openrouter.ai": "openrouter",
    "groq.com": "groq",
    "x.ai": "xai",
    "mistral.ai": "mistral",
    "cohere.com": "cohere",
    "cohere.ai": "cohere",
    "deepseek.com": "deepseek",
    "together.xyz": "together",
    "together.ai": "together",
    "fireworks.ai": "fireworks",
    "perplexity.ai": "perplexity",
    "replicate.com": "replicate",
    "huggingface.co": "huggingface",
    "cerebras.ai": "cerebras",
    "moonshot.cn": "moonshot",
    "moonshot.ai": "moonshot",
    "bigmodel.cn": "zhipu",
    "z.ai": "zhipu",
    "dashscope.aliyuncs.com": "dashscope",
    "dashscope-intl.aliyuncs.com": "dashscope",
    "minimax.chat": "minimax",
    "minimaxi.com": "minimax",
    "minimax.io": "minimax",
    "siliconflow.cn": "siliconflow",
    "siliconflow.com": "siliconflow",
    "voyageai.com": "voyage",
    "integrate.api.nvidia.com": "nvidia",
    "api.nvidia.com": "nvidia",
    "api.cloudflare.com": "cloudflare",
    "githubcopilot.com": "github-copilot",
    "models.github.ai": "github-models",
    "models.inference.ai.azure.com": "github-models",
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
_MAKERS = {name: name for name in BY_SUFFIX.values() if "-" not in name} | {
    "google": "gemini",
    "claude": "anthropic",
    "grok": "xai",
    "aliyun": "dashscope",
    "qwen": "dashscope",
}
_WORD = re.compile(r"[a-z]+")


@lru_cache(_REMEMBERED)
def provider_named(name: str) -> str | None:
    """The provider whose name is a word of *name*, such as openai of `ai/openai-backend`."""
    words = _WORD.findall(name.lower())
    platform = next((_PLATFORMS[word] for word in _PLATFORMS if word in words), None)
    return platform or next((_MAKERS[word] for word in words if word in _MAKERS), None)


@lru_cache(_REMEMBERED)
def host_of(address: str) -> str:
    """The host name in a URL, an authority or a bare host name; lower case, without port."""
    authority = address.split("://", 1)[-1].split("/", 1)[0].split("?", 1)[0]
    return authority.rsplit("@", 1)[-1].rsplit(":", 1)[0].strip().lower()


@lru_cache(_REMEMBERED)
def provider_at(host: str) -> str | None:
    """The provider of the longest known suffix of *host*."""
    if host.startswith("bedrock") and host.endswith((".amazonaws.com", ".amazonaws.com.cn")):
        return "bedrock"
    labels = host.split(".")
    if host.endswith("-aiplatform.googleapis.com"):
        return "vertex"
    suffixes = (".".join(labels[start:]) for start in range(len(labels) - 1))
    return next((BY_SUFFIX[suffix] for suffix in suffixes if suffix in BY_SUFFIX), None)
