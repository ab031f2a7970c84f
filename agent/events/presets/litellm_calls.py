"""The routes of LiteLLM's proxy by `call_type`. Source: CallTypes in litellm/types/utils.py.

A leading `a`, for the asynchronous twin of a call, is taken away before the name is looked up.
"""

PATHS = {
    "completion": "/v1/chat/completions",
    "text_completion": "/v1/completions",
    "embedding": "/v1/embeddings",
    "responses": "/v1/responses",
    "anthropic_messages": "/v1/messages",
    "image_generation": "/v1/images/generations",
    "image_edit": "/v1/images/edits",
    "image_variation": "/v1/images/variations",
    "moderation": "/v1/moderations",
    "transcription": "/v1/audio/transcriptions",
    "speech": "/v1/audio/speech",
    "rerank": "/v1/rerank",
    "realtime": "/v1/realtime",
    "create_batch": "/v1/batches",
    "create_file": "/v1/files",
    "create_fine_tuning_job": "/v1/fine_tuning/jobs",
    "create_video": "/v1/videos",
    "video_generation": "/v1/videos",
}
