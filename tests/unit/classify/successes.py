"""Successful bodies in the documented shapes of many vendors; some speak of errors, and all are successes."""

from typing import Any

TALK = (
    "Error: HTTP 429, rate limit exceeded, insufficient_quota. "
    "Your credit balance is too low. 请求失败，余额不足"
)
TOOL = '{"error": {"code": 429, "message": "rate limit exceeded"}, "status": "failed"}'


def chat(content: Any, **more: Any) -> dict[str, Any]:
    message = {"role": "assistant", "content": content, **more}
    return {
        "id": "c1",
        "object": "chat.completion",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"total_tokens": 9},
    }


CALL = {"id": "t1", "type": "function", "function": {"name": "report_error", "arguments": TOOL}}

BODIES: list[Any] = [
    {"code": "Success", "message": "The call was carried out.", "request_id": "r1", "result": {}},
    {"success": True, "error": "Nothing was found", "returnCode": 200},
    # OpenAI and its like
    chat(TALK),
    chat(TOOL),
    chat(None, tool_calls=[CALL]),
    chat(None, refusal="I cannot help with that"),
    {**chat(""), "error": None},
    {"object": "list", "data": [{"id": "error-model", "object": "model"}]},
    {"object": "list", "data": [{"object": "embedding", "embedding": [0.1]}], "model": "e"},
    {"created": 1, "data": [{"url": "u", "revised_prompt": "a blue screen with an error"}]},
    {"text": TALK},
    {"id": "r", "object": "response", "status": "completed", "error": None, "output": [{"type": "message"}]},
    {
        "id": "r",
        "object": "response",
        "status": "incomplete",
        "error": None,
        "incomplete_details": {"reason": "max"},
    },
    {"id": "r", "object": "response", "status": "in_progress", "error": None, "output": []},
    {"id": "b", "object": "batch", "status": "completed", "errors": None, "request_counts": {"failed": 3}},
    {"id": "b", "custom_id": "c", "response": {"status_code": 200, "body": chat(TALK)}, "error": None},
    {"object": "fine_tuning.job", "status": "succeeded", "error": {"code": None, "message": None}},
    {"id": "m", "results": [{"flagged": True, "categories": {"violence": True}}]},
    {"id": "run", "object": "thread.run", "status": "requires_action", "last_error": None},
    {"id": "v", "object": "video", "status": "queued", "error": None},
    # Anthropic
    {
        "type": "message",
        "role": "assistant",
        "content": [{"type": "text", "text": TALK}],
        "stop_reason": "end_turn",
    },
    {"type": "message", "content": [{"type": "tool_use", "name": "f", "input": {"error": "429"}}]},
    {"type": "message", "content": [{"type": "tool_result", "is_error": True, "content": TALK}]},
    {"custom_id": "c", "result": {"type": "succeeded", "message": {"type": "message", "content": []}}},
    {
        "id": "msgbatch",
        "type": "message_batch",
        "request_counts": {"errored": 4, "canceled": 1, "expired": 0},
    },
    {"input_tokens": 5},
    # Google
    {"candidates": [{"content": {"parts": [{"text": TALK}]}}], "promptFeedback": {"safetyRatings": []}},
    {"candidates": [{"finishReason": "MAX_TOKENS"}], "usageMetadata": {}},
    {"name": "operations/1", "done": True, "response": {"generated": 1}},
    {"name": "operations/1", "metadata": {"state": "RUNNING"}},
    {"totalTokens": 7},
    # Chinese vendors
    {
        "header": {"code": 0, "message": "Success", "sid": "s"},
        "payload": {"choices": {"text": [{"content": TALK}]}},
    },
    {"code": 0, "msg": "", "data": {"id": "c1", "status": "created"}},
    {"code": 0, "msg": "success", "data": [{"role": "assistant", "content": TALK}]},
    {"base_resp": {"status_code": 0, "status_msg": "success"}, "choices": []},
    {"base_resp": {"status_code": 0, "status_msg": ""}, "task_id": "1", "status": "Success"},
    {"Response": {"Choices": [{"Message": {"Content": TALK}}], "RequestId": "r"}},
    {"output": {"text": TALK, "task_status": "SUCCEEDED"}, "request_id": "r"},
    {"output": {"task_id": "1", "task_status": "PENDING"}, "request_id": "r"},
    {"output": {"choices": [{"message": {"content": TALK}}]}, "request_id": "r", "code": "", "message": ""},
    {"result": TALK, "is_truncated": False, "id": "as-1", "usage": {}},
    {"error_code": 0, "error_msg": "", "result": TALK},
    {"reqid": "r", "code": 3000, "operation": "query", "message": "Success", "data": "aGk="},
    {"code": 200, "msg": "操作成功", "data": {"task": 1}},
    {"code": 20000, "message": "请求成功", "result": {"error": "none"}},
    {"code": 1, "msg": "提交成功", "result": "task-1"},
    {"code": 10000, "message": "Success", "data": {"status": "in_queue", "video_url": ""}},
    {
        "code": 0,
        "message": "SUCCEED",
        "data": {"task_id": "1", "task_status": "processing", "task_status_msg": ""},
    },
    {"success": True, "code": "Success", "message": None, "data": TALK},
    {"status": {"code": 10000, "description": "Ok"}, "outputs": [{"data": {"text": {"raw": TALK}}}]},
    {"resp": {"code": 1000, "message": "Success"}, "text": TALK},
    # others
    {"success": True, "errors": [], "messages": [], "result": {"response": TALK}},
    {"id": "t1", "status": "RUNNING", "progress": 0.4},
    {"id": "t1", "status": "SUCCEEDED", "output": ["https://example.com/failed.mp4"]},
    {"id": "p", "status": "succeeded", "error": None, "logs": TALK, "output": ["a"]},
    {"id": "p", "status": "canceled", "error": None, "output": None},
    {"id": "g", "state": "dreaming", "failure_reason": None},
    {"status": "COMPLETED", "logs": [{"message": "error: retrying"}], "response_url": "u"},
    {
        "message": {"role": "assistant", "content": [{"type": "text", "text": TALK}]},
        "finish_reason": "COMPLETE",
    },
    {"model": "l", "response": TALK, "done": True},
    {"model": "l", "message": {"role": "assistant", "content": TOOL}, "done": True},
    [{"generated_text": TALK}],
    {"generated_text": TALK, "details": {"finish_reason": "length"}},
    [{"label": "ERROR", "score": 0.9}],
    {"answer": TALK, "conversation_id": "c", "metadata": {"usage": {}}},
    {"event": "message", "answer": TALK},
    {"audio": "aGk=", "alignment": {"characters": ["e", "r", "r"]}},
    {"images": [{"url": "u"}], "has_nsfw_concepts": [True], "prompt": TALK},
    {"status": "done", "errors": 0, "failed": 0},
    {"jsonrpc": "2.0", "id": 1, "result": {"isError": True, "content": [{"type": "text", "text": TALK}]}},
    {"language": "en", "duration": 3.1, "segments": [{"text": TALK}], "text": TALK},
    {
        "results": [{"index": 0, "relevance_score": 0.1, "document": {"text": TALK}}],
        "meta": {"api_version": {"v": "2"}},
    },
    {"intent": "complain", "code": "print('error')", "message": "Here is code that raises an error"},
    {"code": 12, "message": "Here are twelve ideas"},
    {"title": "Failed states", "description": TALK},
    {"title": "A story", "status": "published", "summary": TALK},
    {"test": "division", "status": "failed", "expected": 1, "got": 2},
    {"metrics": {"error": 0.02, "loss": 1.3}, "error": {"mean": 0.1, "max": 0.4}},
    {"status": "ok", "message": "done"},
    {"ok": True, "message": "an error was found in line 4"},
    {"status": "failed", "name": "balance test", "description": "Insufficient credits. Buy some first."},
    {"response": {"error": {"message": ""}, "text": TALK}},
]
