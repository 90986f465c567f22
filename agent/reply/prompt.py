"""The only place where a conversation becomes model input; training uses it as the chat does.

Two functions: `build_messages` says what a model is told, `encode` turns that into token ids in
which nothing that a person typed can be a control token.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer

from agent.events import Turn, Understanding
from agent.reply import Message

SYSTEM = (
    "You are a warm, attentive listener. Answer what the person says in one to three short sentences: show that "
    "you understood what happened and how it feels to them, and ask at most one open question. You are an AI: "
    "claim no body, family or past of your own. A note in square brackets before their words says which "
    "emotion was understood; never mention the note."
)


def note(understanding: Understanding | None, corrected: str | None = None) -> str:
    """What was understood of one turn, as the model reads it: `[sadness; devastated]`.

    Of a spoken turn also what it wants, and that its words and its voice contradict each other.
    """
    if corrected:
        return f"[{corrected}; as the person says]"
    if understanding is None:
        return "[not understood]"
    wants = f"; wants {understanding.intent.label}" if understanding.intent else ""
    if understanding.disagree and understanding.words and understanding.voice:
        return f"[the words say {understanding.words.label}, the voice says {understanding.voice.label}{wants}]"
    if understanding.emotion.unsure:
        return f"[unsure; perhaps {understanding.emotion.label}{wants}]"
    return f"[{understanding.emotion.label}; {understanding.nuance.label}{wants}]"


def build_messages(
    history: Sequence[Turn], words: str, understanding: Understanding, corrected: str | None = None
) -> tuple[Message, ...]:
    """The conversation as messages: a fixed beginning, each turn with its own note, the newest last.

    A turn's note never changes afterwards but for a correction by the person, so the beginning
    stays in a model's prefix cache.
    """
    messages = [{"role": "system", "content": SYSTEM}]
    for turn in history:
        messages.append({"role": "user", "content": f"{note(turn.understanding, turn.corrected)}\n{turn.words}"})
        if turn.reply and turn.reply.text:
            messages.append({"role": "assistant", "content": turn.reply.text})
    messages.append({"role": "user", "content": f"{note(understanding, corrected)}\n{words}"})
    return tuple(messages)


@dataclass(frozen=True)
class Template:
    """A chat format: what stands before and after each role's content.

    Strings in `controls` are single control tokens of the tokenizer; everything else is text.
    `{role}` is replaced by the role's name. A message of a role that the format has not is left out: the embedded
    model was trained to listen and to nothing else, and reading the same instruction at every turn would cost it time.
    """

    begin: str
    before: str
    after: str
    answer: str
    controls: tuple[str, ...]
    roles: tuple[str, ...] = ("system", "user", "assistant")


TINYLLAMA = Template(
    begin="", before="<|{role}|>\n", after="</s>\n", answer="<|assistant|>\n", controls=("<s>", "</s>", "<unk>")
)
PHI3 = Template(
    begin="",
    before="<|{role}|>\n",
    after="<|end|>\n",
    answer="<|assistant|>\n",
    controls=("<s>", "</s>", "<unk>", "<|endoftext|>", "<|system|>", "<|user|>", "<|assistant|>", "<|end|>"),
)
EMBEDDED = Template(
    begin="<s>",
    before="<|{role}|>",
    after="<|end|>",
    answer="<|assistant|>",
    controls=("<s>", "<pad>", "<unk>", "<|system|>", "<|user|>", "<|assistant|>", "<|end|>"),
    roles=("user", "assistant"),
)


def encode(messages: Iterable[Message], tokenizer: Tokenizer, template: Template) -> list[int]:
    """Token ids of a prompt that ends where the assistant's answer begins.

    Only the template yields control tokens. Content is encoded as text: a marker that somebody
    types is cut in two first, so that neither its control id nor, for markers which are plain
    text in the format (TinyLlama's roles), its exact token sequence can appear.
    transformers' `apply_chat_template` parses such markers in content.
    """
    parts = _parts(template.begin, tokenizer, template)
    markers = _markers(tokenizer, template)
    for message in messages:
        if message["role"] not in template.roles:
            continue
        parts += _parts(template.before.replace("{role}", message["role"]), tokenizer, template)
        for index, piece in enumerate(_cut(message["content"], markers)):
            parts += [(_CUT, ""), (_TEXT, piece)] if index else [(_TEXT, piece)]
        parts += _parts(template.after, tokenizer, template)
    parts += _parts(template.answer, tokenizer, template)

    reserved = _reserved_ids(tokenizer, template)
    ids: list[int] = []
    text = ""
    # Neighbouring texts are one string to the tokenizer, as they are in training.
    for kind, value in [*parts, (_CUT, "")]:
        if kind == _TEXT:
            text += value
            continue
        ids += _text_ids(text, tokenizer, reserved)
        text = ""
        token = tokenizer.token_to_id(value) if kind == _CONTROL else None
        if token is not None:
            ids.append(token)
    return ids


_TEXT, _CONTROL, _CUT = "text", "control", "cut"


def _parts(text: str, tokenizer: Tokenizer, template: Template) -> list[tuple[str, str]]:
    """The template's own text, split into its control tokens and plain text."""
    pattern = "|".join(re.escape(control) for control in sorted(template.controls, key=len, reverse=True))
    return [
        (_CONTROL if piece in template.controls and tokenizer.token_to_id(piece) is not None else _TEXT, piece)
        for piece in re.split(f"({pattern})", text)
        if piece
    ]


def _markers(tokenizer: Tokenizer, template: Template) -> set[str]:
    roles = {template.before.replace("{role}", role).strip() for role in template.roles}
    added = {token.content for token in tokenizer.get_added_tokens_decoder().values()}
    return {marker for marker in {*roles, *added, *template.controls} if marker}


def _reserved_ids(tokenizer: Tokenizer, template: Template) -> set[int]:
    named = {tokenizer.token_to_id(control) for control in template.controls}
    return {token for token in {*named, *tokenizer.get_added_tokens_decoder()} if token is not None}


def _cut(content: str, markers: set[str]) -> list[str]:
    """The content in pieces, so that no marker stands whole in one of them."""
    pattern = "|".join(re.escape(marker) for marker in sorted(markers, key=len, reverse=True))
    pieces, start = [], 0
    for found in re.finditer(f"(?=({pattern}))", content, re.IGNORECASE):
        middle = found.start() + max(1, len(found.group(1)) // 2)
        if middle > start:
            pieces.append(content[start:middle])
            start = middle
    return [*pieces, content[start:]]


def _text_ids(text: str, tokenizer: Tokenizer, reserved: set[int]) -> list[int]:
    if not text:
        return []
    tokenizer.encode_special_tokens = True
    ids: list[int] = tokenizer.encode(text, add_special_tokens=False).ids
    if reserved.isdisjoint(ids):
        return ids
    letters = [tokenizer.encode(letter, add_special_tokens=False).ids for letter in text]
    return [token for letter in letters for token in letter if token not in reserved]
