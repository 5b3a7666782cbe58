"""What MHV's error codes mean. Its own messages are never repeated: they may hold an address."""

from collections.abc import Mapping

from cutover_client.wire.messages import Answer

# The number alone: one part of MHV says 135, another SM135 or RX135.
SENTENCES: Mapping[str, str] = {
    "105": "MHV does not know this person.",
    "135": "This person has not accepted MHV's terms and conditions.",
    "151": "MHV has blocked this person from secure messaging.",
    "152": "MHV does not take this person's e-mail address as valid.",
    "157": "MHV does not take this person's e-mail address as valid.",
}
UNAVAILABLE = frozenset({"99", "901", "903"})


def error_code(answer: Answer) -> str | None:
    """The number of MHV's error, also when it stands in an answer with status 200; None when there is none."""
    code = (answer.object() or {}).get("errorCode")
    if code is None:
        return None
    digits = str(code).removeprefix("SM").removeprefix("RX")
    # Whatever else stands there is the system's text and not ours to repeat.
    return digits if digits.isascii() and digits.isdigit() and len(digits) <= 5 else ""


def sentence(code: str | None, status: int) -> str:
    """What to tell people about a refusal."""
    unnamed = f"MHV refused it (error {code})." if code else f"MHV refused it (status {status})."
    return SENTENCES.get(code or "", unnamed)
