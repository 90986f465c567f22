"""Undo spellings and disguises, so that the rules read plain words.

`unmask` gives lower-case words without apostrophes, separated by single spaces; " . " ends a
sentence and " , " a part of one. "I’m going to k1ll my-self!" becomes "im going to kill my self .".
"""

import functools
import itertools
import re
import unicodedata
from collections.abc import Iterator

# Words that a disguise may hide. A token with digits, symbols or stars in it is read as one of
# these or left alone, so that "4am", "9mm" and "mp3" stay what they are.
_HIDDEN_WORDS = """
    suicide suicidal kill killing killed myself self die dying dead death want overdose overdosed cut cutting
    cuts hurt hang hanging pills unalive unaliving unalived rape raped raping murder shoot stab abuse abused
    life end harm selfharm gun knife kms jump wrist wrists bleach noose
"""
_HIDDEN = frozenset(_HIDDEN_WORDS.split())

# Long enough that no other English word is one letter away (but for those in _INNOCENT).
_LONG = ("suicide", "suicidal", "myself", "overdose", "overdosed", "overdosing", "unalive", "unalived", "unaliving")
_INNOCENT = frozenset({"overdoes"})

_SPELLINGS = {
    "kill": "kil kll klil kiill kiil kyll killl",
    "killing": "kiling killin kililng killling kilin",
    "die": "diee dei dieee dyie",
    "want": "wnat wannt wantt wnt watn",
    "wanna": "wana wanan wannna wanba",
    "going": "goin gona",
    "gonna": "gunna gonn gnna",
    "suicide": "suiside sueside suecide sewerslide sooicide suacide suicied",
    "suicidal": "suicidle suisidal suicdial sucidal sewerslidal",
    "hurt": "hrut hrt",
    "cutting": "cuting cuttin cuttting",
    "pills": "pils pillz pilss",
    "raped": "graped",
    "thinking": "thinkng thinkin thikning thinkig",
    "without": "wihtout withuot",
    "you": "u ya",
    "your": "ur",
    "about": "abt abut",
    "because": "cuz bc cause coz",
    "anymore": "anymor",
    "mum": "mom mam mommy mummy mama",
    "dad": "daddy papa",
    "really": "rly rlly realy",
    "fucking": "fuckin fkn fking",
    "please": "pls plz pleas",
    "tonight": "tonite tnite",
    "cannot": "cant",
    "overdose": "ods",
}

_EMOJI = {
    "🔫": " gunemoji ",
    "🔪": " knifeemoji ",
    "🗡": " knifeemoji ",
    "💊": " pillemoji ",
    "😂": " lol ",
    "🤣": " lol ",
    "💀": " lol ",
}

# Cyrillic and Greek letters that look like Latin ones.
_LOOKALIKES = dict(zip("аеіїорсухкмтнвѕјԁӏαειοκυρτν", "aeiiopcyxkmthbsjdlaeiokyptv", strict=True))
_CHARACTERS = str.maketrans({**_EMOJI, **_LOOKALIKES, **dict.fromkeys("‘’ʼ`´＇", "'")})

_LEET = {"0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g"}
_LEET |= {"@": "a", "$": "s", "!": "il", "|": "li", "+": "t"}

_LONG_RUN = re.compile(r"([a-z])\1{2,}")
_SPACED = re.compile(r"(?<![a-z0-9'])[a-z$](?:[\s.\-_*·/]{1,3}[a-z0-9!$@](?![a-z0-9'])){2,}")
# The longer ones first: what is glued is taken apart from the left.
_GLUED_WORD = (
    "overdose|suicidal|suicide|hurting|cutting|killing|hanging|dying|myself|wanna|gonna|going|want|kill|hurt|hang|dead|"
    "life|keep|cut|self|end|die|all|am|an|to|my|me|im|it|i|a"
)
_GLUED = re.compile(rf"(?:{_GLUED_WORD})+")
_GLUED_PARTS = re.compile(_GLUED_WORD)
_SYMBOL = re.compile(r"[0-9@$!|+*]")
_TOKEN = re.compile(r"[a-z0-9@$!|+*]+")
_WORD = re.compile(r"[a-z0-9]+")
_SENTENCE_END = re.compile(r"[.!?;:…()\"“”\[\]\n—–]+")
# What no sentence ends between: "kill... myself".
_TORN = re.compile(
    r"\b(kill|killing|hurt|hurting|cut|cutting|hang|hanging|end|ending|to|wanna|gonna|want|going|i)(?: [.,])+ "
    r"(?=(?:my ?self|my life|it all|die|kill|hurt|end|want to|wanna|am going)\b)"
)
_OTHER = re.compile(r"[^a-z0-9., ]+")


def _one_letter_away(word: str) -> Iterator[str]:
    letters = "abcdefghijklmnopqrstuvwxyz"
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        for letter in letters:
            yield head + letter + tail
            yield head + letter + tail[1:]
        yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]


_CORRECTIONS = {
    typo: word for word in _LONG for typo in _one_letter_away(word) if typo not in _INNOCENT and typo not in _LONG
}
_CORRECTIONS |= {spelling: word for word, spellings in _SPELLINGS.items() for spelling in spellings.split()}


def _separated(match: re.Match[str]) -> str:
    letters = re.sub(r"[\s.\-_*·/]", "", match.group())
    return " ".join(_GLUED_PARTS.findall(letters)) if _GLUED.fullmatch(letters) else letters


def _masked(match: re.Match[str]) -> str:
    """A hidden word in the place of a token that hides one; signs at its end are letters, or the end of a sentence."""
    whole = match.group()
    for token in dict.fromkeys((whole.strip("*!|+"), whole)):
        if word := _hidden(token):
            return f"{word} {whole[len(whole.rstrip('!')) :]}"
    return whole


def _hidden(token: str) -> str:
    if len(token) > 12 or token.isalpha() or token.isdigit():
        return ""
    if "*" in token:
        shape = re.compile(re.escape(token).replace(r"\*", "[a-z]"))
        return next((word for word in sorted(_HIDDEN) if shape.fullmatch(word)), "")
    if sum(letter in _LEET for letter in token) > 5:
        return ""
    spelled = ("".join(letters) for letters in itertools.product(*(_LEET.get(letter, letter) for letter in token)))
    return next((word for each in spelled if (word := _CORRECTIONS.get(each, each)) in _HIDDEN), "")


def reveal(text: str) -> str:
    """The plain words of a text that hides some of them; empty if it hides none."""
    plain = unmask(text)
    shown = set(_WORD.findall(text.lower()))
    return plain if any(word in _HIDDEN and word not in shown for word in plain.split()) else ""


@functools.lru_cache(maxsize=4096)
def unmask(text: str) -> str:
    """The plain words of `text`; linear in its length."""
    text = unicodedata.normalize("NFKD", text.lower().translate(_CHARACTERS))
    text = "".join(
        letter for letter in text if letter.isascii() or unicodedata.category(letter) not in ("Mn", "Cf", "Me")
    )
    text = text.translate(_CHARACTERS)
    text = _LONG_RUN.sub(r"\1", text)
    text = _SPACED.sub(_separated, text)
    text = text.replace("'", "")
    if _SYMBOL.search(text):
        text = _TOKEN.sub(_masked, text)
    text = _SENTENCE_END.sub(" . ", text).replace(",", " , ").replace("&", " and ")
    text = _OTHER.sub(" ", text)
    text = _WORD.sub(lambda match: _CORRECTIONS.get(match.group(), match.group()), text)
    return _TORN.sub(r"\1 ", " ".join(text.split()))
