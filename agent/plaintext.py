"""Stored and received text, made safe to print: a terminal shows it and never obeys it."""

import re

# C0, DEL and C1 drive terminals; the separators and bidi embeddings, overrides and isolates reorder or break lines;
# a lone surrogate cannot be printed at all. Joiners and direction marks stay: emoji and Urdu need them.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u206f\ufff9-\ufffb\ud800-\udfff]")


def visible(text: str) -> str:
    r"""`text` with every control character but newline and tab in a visible form: `␛`, `\x9b`, `\u202e`."""
    return _UNSAFE.sub(_form, text)


def line(text: str) -> str:
    """`text` made visible on one line: newlines and tabs become spaces."""
    return visible(text).replace("\n", " ").replace("\t", " ")


def _form(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
