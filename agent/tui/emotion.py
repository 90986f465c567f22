"""How an emotion looks: a badge for a turn, a row for the conversation, and the picker that corrects it.

An emotion is always a word and a glyph too, never a colour alone.
"""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.screen import ModalScreen
from textual.widgets import Footer, OptionList, Static
from textual.widgets.option_list import Option

from agent.emotions import EMOTIONS, look
from agent.events import Turn, Understanding
from agent.plaintext import line

LEVELS = "▁▂▃▄▅▆"
BAR_CELLS = 10
CELL = 3  # glyph, level, blank
MENDED = "you"  # who heard the words that a person mended, see agent.events.Spoken


def bar(confidence: float) -> str:
    """A confidence (0 to 1) as ten cells, heavy up to it; readable without colour."""
    heavy = round(confidence * BAR_CELLS)
    return "━" * heavy + "─" * (BAR_CELLS - heavy)


def badge(understanding: Understanding, corrected: str | None = None) -> Content:
    """Glyph, word, bar and nuance of one turn; says `unsure`, and says when the person corrected it."""
    emotion, nuance = understanding.emotion, understanding.nuance
    if corrected:
        seen = look(corrected)
        guess = "" if corrected == emotion.label else f", not {emotion.label}"
        return Content.assemble(
            (seen.glyph, seen.colour), f" {corrected}  ", (f"you said so{guess}", "$foreground-muted")
        )
    seen = look(emotion.label, emotion.unsure)
    word = "unsure" if emotion.unsure else emotion.label
    detail = f"perhaps {emotion.label}" if emotion.unsure else nuance.label
    return Content.assemble(
        (seen.glyph, seen.colour),
        f" {word}  ",
        (bar(emotion.confidence), seen.colour),
        (f" {emotion.confidence:.0%}  {detail}", "$foreground-muted"),
    )


def how_heard(by: str, confidence: float | None, understanding: Understanding | None = None) -> Content:
    """How a spoken turn was heard: who heard its words and how surely, its intent, and where words and voice disagree.

    The words may be `by` "you".
    """
    parts: list[str | Content | tuple[str, str]] = []
    if by == MENDED:
        parts.append(("◉ spoken  words mended by you", "$foreground-muted"))
    else:
        sure = "" if confidence is None else f" {confidence:.0%}"
        parts.append((f"◉ heard{sure}  {line(by)}".rstrip(), "$foreground-muted"))
    if understanding and understanding.intent:
        intent = understanding.intent
        parts.append((f" · intent {line(intent.label).replace('_', ' ')} {intent.confidence:.0%}", "$foreground-muted"))
    if understanding and understanding.disagree and understanding.words and understanding.voice:
        said, sounds = understanding.words.label, understanding.voice.label
        parts += ["\n≠ the words say ", (said, look(said).colour), ", the voice says ", (sounds, look(sounds).colour)]
    return Content.assemble(*parts)


def accent(understanding: Understanding | None, corrected: str | None = None) -> str:
    """The colour at the edge of a turn."""
    if corrected:
        return look(corrected).colour
    if understanding is None:
        return look("neutral").colour
    return look(understanding.emotion.label, understanding.emotion.unsure).colour


class Timeline(Static):
    """The emotions of the conversation in one row, a glyph and a level a turn, the newest at the right."""

    turns: reactive[Sequence[tuple[Understanding, str | None]]] = reactive((), layout=True)

    def show(self, turns: Sequence[Turn], live: Understanding | None = None) -> None:
        """Show these turns, oldest first, then the live one; turns that were not understood are left out."""
        shown = [(turn.understanding, turn.corrected) for turn in turns if turn.understanding]
        self.turns = [*shown, (live, None)] if live else shown

    def render(self) -> Content:
        """The row, cut at the left where it is too long; nothing before the first emotion."""
        if not self.turns:
            return Content()
        room = max((self.content_size.width - len("feelings  ") - 2) // CELL, 1)
        parts: list[str | Content | tuple[str, str]] = [("feelings  ", "$foreground-muted")]
        if len(self.turns) > room:
            parts.append(("… ", "$foreground-muted"))
        for understanding, corrected in self.turns[-room:]:
            emotion = understanding.emotion
            seen = look(corrected) if corrected else look(emotion.label, emotion.unsure)
            level = LEVELS[-1] if corrected else LEVELS[min(int(emotion.confidence * len(LEVELS)), len(LEVELS) - 1)]
            parts.append((f"{seen.glyph}{level} ", seen.colour))
        return Content.assemble(*parts)


class EmotionPicker(ModalScreen[str | None]):
    """The eight emotions; one key each, or arrows and Enter."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Leave it"),
        *(Binding(str(n), f"dismiss('{label}')", label, show=False) for n, label in enumerate(EMOTIONS, 1)),
    ]

    def __init__(self, words: str, current: str | None) -> None:
        super().__init__()
        self.words = words
        self.current = current

    def compose(self) -> ComposeResult:
        """What was said, and the eight."""
        with Vertical(classes="dialog narrow"):
            yield Static("What did you feel?", classes="dialog-title", markup=False)
            yield Static(Content(self.words), classes="dialog-quote")
            options = OptionList(*(Option(self._line(n, label), label) for n, label in enumerate(EMOTIONS, 1)))
            options.highlighted = EMOTIONS.index(self.current) if self.current else 0
            yield options
        yield Footer(show_command_palette=False)

    def _line(self, number: int, label: str) -> Content:
        seen = look(label)
        return Content.assemble((f"{number}  ", "$foreground-muted"), (seen.glyph, seen.colour), f" {label}")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter or a click chooses."""
        self.dismiss(event.option.id)
