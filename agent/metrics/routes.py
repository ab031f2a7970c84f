"""The shipped table of AI-API routes: a path that fits one is always admitted as a label value.

A {name} stands for one segment, or for what is before a colon in it. Sources: the API references of
OpenAI, Anthropic, Google, Azure, AWS Bedrock, Mistral, Cohere, Groq, OpenRouter, AI/ML API, PipeLLM,
Replicate, Hugging Face, Ollama and DashScope.
"""

OPENAI = (
    "audio/speech",
    "audio/transcriptions",
    "audio/translations",
    "batches",
    "batches/{id}",
    "batches/{id}/cancel",
    "chat/completions",
    "chat/completions/{id}",
    "completions",
    "conversations",
    "conversations/{id}",
    "conversations/{id}/items",
    "embeddings",
    "files",
    "files/{id}",
    "files/{id}/content",
    "fine_tuning/jobs",
    "fine_tuning/jobs/{id}",
    "fine_tuning/jobs/{id}/cancel",
    "fine_tuning/jobs/{id}/events",
    "images/edits",
    "images/generations",
    "images/variations",
    "models",
    "models/{model}",
    "moderations",
    "realtime",
    "rerank",
    "responses",
    "responses/{id}",
    "responses/{id}/cancel",
    "responses/{id}/input_items",
    "uploads",
    "uploads/{id}",
    "uploads/{id}/parts",
    "vector_stores",
    "vector_stores/{id}",
    "vector_stores/{id}/files",
    "vector_stores/{id}/search",
    "videos",
    "videos/{id}",
    "videos/{id}/content",
    "assistants",
    "assistants/{id}",
    "threads",
    "threads/{id}",
    "threads/{id}/messages",
    "threads/{id}/messages/{id}",
    "threads/{id}/runs",
    "threads/{id}/runs/{id}",
    "threads/{id}/runs/{id}/submit_tool_outputs",
)

# Where compatible services put OpenAI's routes.
OPENAI_BASES = (
    "/v1",
    "/openai/v1",
    "/api/v1",
    "/openai",
    "/inference/v1",
    "/v1/openai",
    "/compatible-mode/v1",
)

_AZURE = tuple(
    f"/openai/deployments/{{deployment}}/{operation}"
    for operation in (
        "chat/completions",
        "completions",
        "embeddings",
        "images/generations",
        "audio/speech",
        "audio/transcriptions",
        "audio/translations",
    )
)

_GOOGLE_METHODS = ("generateContent", "streamGenerateContent", "countTokens", "embedContent", "predict")
_GOOGLE_BASES = (
    *("/v1beta/models", "/v1/models", "/v1alpha/models"),
    "/v1/projects/{project}/locations/{location}/publishers/{publisher}/models",
    "/v1beta1/projects/{project}/locations/{location}/publishers/{publisher}/models",
)
_GOOGLE = (
    *(f"{base}/{{model}}:{method}" for base in _GOOGLE_BASES for method in _GOOGLE_METHODS),
    *(f"{base}/{{model}}" for base in _GOOGLE_BASES),
    *("/v1beta/models", "/v1beta/cachedContents", "/v1beta/cachedContents/{id}", "/v1beta/files"),
)

_OTHERS = (
    # Anthropic
    *("/v1/messages", "/v1/messages/count_tokens", "/v1/complete"),
    *("/v1/messages/batches", "/v1/messages/batches/{id}", "/v1/messages/batches/{id}/results"),
    # AWS Bedrock
    *("/model/{model}/invoke", "/model/{model}/invoke-with-response-stream"),
    *("/model/{model}/converse", "/model/{model}/converse-stream"),
    # AI/ML API
    *(
        "/v2/generate/video/{vendor}/generation",
        "/v2/video/generations",
        "/v2/generate/audio",
        "/v1/tts",
        "/v1/stt",
    ),
    # Mistral, Cohere, Replicate, Hugging Face, Ollama, DashScope
    *("/v1/fim/completions", "/v1/ocr", "/v1/agents/completions"),
    *("/v1/chat", "/v2/chat", "/v1/embed", "/v2/embed", "/v2/rerank", "/v1/generate"),
    *("/v1/predictions", "/v1/predictions/{id}", "/v1/models/{owner}/{model}/predictions"),
    *("/models/{owner}/{model}", "/hf-inference/models/{owner}/{model}"),
    *("/api/chat", "/api/generate", "/api/embed", "/api/tags", "/api/show"),
    "/api/v1/services/aigc/text-generation/generation",
    "/api/v1/services/aigc/multimodal-generation/generation",
    "/api/v1/tasks/{id}",
)

AS_THEY_STAND = (*_AZURE, *_GOOGLE, *_OTHERS)

ROUTES = (*(f"{base}/{route}" for base in OPENAI_BASES for route in OPENAI), *AS_THEY_STAND)
