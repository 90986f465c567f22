"""What a person sees. `pytest tests/tui/test_snapshots.py --snapshot-update` accepts a new look; look at it first."""

import math
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from hearing import SAID, HearingAgent, Room, silence, sound
from scripted import Scene, feeling
from steps import send, until
from textual.pilot import Pilot

from agent.events import Turn
from agent.settings import load
from agent.tui.voice import Level

Compare = Callable[..., bool]

WORDS = (
    "My dog died yesterday",
    "I called my sister and we laughed for the first time in weeks. It was good to hear her [b]voice[/b] *again*.",
    "I don't know, something about tomorrow feels off",
    "They gave my project to somebody else!",
)
FEELINGS = [
    feeling(),
    feeling("joy", 0.88, "hopeful"),
    feeling("fear", 0.37, "apprehensive", unsure=True),
    feeling("anger", 0.71, "furious"),
]
REPLIES = [
    "I am so sorry. **He** was with you for years, and the house must feel very quiet now.",
    "That sounds good. Small things can carry a day:\n\n- a walk\n- a friend who calls\n\nWhat was it like?",
    "It is hard to name it sometimes. What comes up first when you sit with it?",
    "That was not fair to you.",
]


@pytest.fixture
def told(scene: Scene) -> int:
    """A conversation of four turns, a joyful and an unsure one among them."""
    scene.agent.feelings, scene.agent.replies = FEELINGS, REPLIES
    conversation = scene.told(*WORDS)
    scene.agent.asked.clear()
    return conversation


async def ready(pilot: Pilot[int]) -> None:
    """The models are loaded, nothing moves."""
    await until(pilot, lambda: pilot.app.chat.agent and pilot.app.chat.live is None)


def then(*keys: str, type: str = "") -> Callable[[Pilot[int]], object]:
    """When all is ready: type, press keys, and wait until nothing moves."""

    async def steps(pilot: Pilot[int]) -> None:
        await ready(pilot)
        if type:
            await send(pilot, type)
            await ready(pilot)
        await pilot.press(*keys)
        await pilot.pause(0.3)

    return steps


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (140, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_a_conversation(scene: Scene, told: int, snap_compare: Compare, size: tuple[int, int]):
    """One calm column: the person's turns have an edge in the colour of the emotion, its glyph, word and bar above
    their words; the replies stand under them. The row over time shows on all but the smallest screen."""
    assert snap_compare(scene.app(told), terminal_size=size, run_before=then())


def test_a_light_theme(scene: Scene, told: int, snap_compare: Compare):
    """The same on a light ground; everything can still be read."""
    scene.loaded = load({"theme": "textual-light"})
    assert snap_compare(scene.app(told), terminal_size=(80, 24), run_before=then())


def test_an_empty_conversation(scene: Scene, told: int, snap_compare: Compare):
    """A question above the text field, and only the keys that make sense."""
    assert snap_compare(scene.app(), terminal_size=(80, 24), run_before=then())


def test_waiting_for_the_models(scene: Scene, told: int, snap_compare: Compare):
    """The words stand there already and say that they wait; the row below says what is loading; Esc takes them back."""
    scene.ready.clear()

    async def sent(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: pilot.app.chat.status.state.startswith("loading text"))
        await send(pilot, "Are you there?")

    assert snap_compare(scene.app(), terminal_size=(80, 24), run_before=sent)


def test_a_stopped_reply(scene: Scene, told: int, snap_compare: Compare):
    """The part that was written stays, marked as stopped."""
    scene.agent.gate = threading.Event()

    async def stopped(pilot: Pilot[int]) -> None:
        await ready(pilot)
        await send(pilot, "Tell me more")
        await until(pilot, lambda: pilot.app.chat.transcript.views[-1].text)
        await pilot.press("escape")
        await ready(pilot)
        await pilot.pause(0.3)

    assert snap_compare(scene.app(), terminal_size=(80, 24), run_before=stopped)


def test_somebody_in_danger(scene: Scene, told: int, snap_compare: Compare):
    """The reply has a calm border of its own and the word help above it."""
    scene.agent.feelings = [feeling(level="crisis")]
    scene.agent.replies = ["I am glad you told me. You do not have to carry this alone.\n\n- 988: call or text"]
    assert snap_compare(scene.app(), terminal_size=(80, 24), run_before=then(type="I want to end it"))


def test_a_failure(scene: Scene, told: int, snap_compare: Compare):
    """A sentence that says what happened; what was typed is back in the text field."""
    scene.agent.breaks = "heard"
    assert snap_compare(scene.app(), terminal_size=(80, 24), run_before=then(type="Precious words"))


def test_a_corrected_emotion(scene: Scene, told: int, snap_compare: Compare):
    """The person's own word, and what the guess was."""
    assert snap_compare(scene.app(told), terminal_size=(80, 24), run_before=then(type="/correct surprise"))


def test_the_picker_on_the_smallest_screen(scene: Scene, told: int, snap_compare: Compare):
    """All eight emotions with their numbers and glyphs, the guess chosen."""
    assert snap_compare(scene.app(told), terminal_size=(60, 20), run_before=then("f2"))


def test_the_conversations(scene: Scene, told: int, snap_compare: Compare):
    """Two lines each: the title, then when, how long, and the emotions in it."""
    scene.told("A second conversation")
    assert snap_compare(scene.app(told), terminal_size=(80, 24), run_before=then("ctrl+o"))


def test_the_keys(scene: Scene, told: int, snap_compare: Compare):
    """Keys and commands at the left, what they do at the right."""
    assert snap_compare(scene.app(told), terminal_size=(80, 40), run_before=then("f1"))


def test_the_settings(scene: Scene, told: int, snap_compare: Compare):
    """Each setting with its control, what it does, and where its value comes from."""
    assert snap_compare(scene.app(told), terminal_size=(80, 40), run_before=then(type="/settings"))


def test_the_recording(scene: Scene, told: int, snap_compare: Compare, monkeypatch: pytest.MonkeyPatch):
    """Above the text field in red the word recording, the time and the level; the keys end or discard it."""
    scene.agent = HearingAgent(scene.store)
    monkeypatch.setattr("agent.audio.microphone.Microphone", Room((silence(0.1), "hold")))
    monkeypatch.setattr("agent.tui.voice.SHOWN_SECONDS", 3600)  # the levels are ours

    async def recording(pilot: Pilot[int]) -> None:
        await ready(pilot)
        await pilot.press("ctrl+t")
        voice = pilot.app.chat.voice
        await until(pilot, lambda: voice.state == "recording")
        for at in range(12):
            voice.post_message(Level(voice._recording, -30 + 28 * math.sin(at / 2), 7))
        await pilot.pause(0.3)

    assert snap_compare(scene.app(told), terminal_size=(60, 20), run_before=recording)


def test_a_spoken_turn_whose_words_and_voice_disagree(scene: Scene, snap_compare: Compare):
    """Under the words: a mark that they were spoken, how surely they were heard and by whom, the intent; and what the
    words say and what the voice says, each in its colour."""
    conversation = scene.store.start_conversation()
    number = scene.store.add_turn(conversation, SAID.text, "spoken")
    understood = replace(
        feeling("joy", 0.41, "hopeful", unsure=True),
        words=feeling("joy").emotion,
        voice=sound("sadness").emotion,
        intent=sound().intent,
        disagree=True,
    )
    models = {"transcriber": SAID.by}
    scene.store.finish_turn(
        Turn(number, SAID.text, understood, None, "spoken", models=models, confidence=SAID.confidence)
    )
    assert snap_compare(scene.app(conversation), terminal_size=(80, 24), run_before=then())
