"""The chat line by line: every state in words, nothing that moves a cursor."""

import io
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from scripted import Scene, ScriptedAgent, feeling

from agent import plain
from agent.events import AgentError
from agent.settings import load
from agent.store import Store
from agent.tui.commands import DISCLOSE_SECONDS


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """Somebody who never used the chat; the models load at once."""
    monkeypatch.chdir(tmp_path)
    store = Store()
    made = Scene(store, ScriptedAgent(store), load())
    made.ready.set()
    yield made
    store.close()


def talk(scene: Scene, *lines: str, resume: int | None = None) -> str:
    """Type lines, end the input, leave with success; returns what was said."""
    out = io.StringIO()
    typed = io.StringIO("".join(f"{line}\n" for line in lines))
    code = plain.run(scene.open, scene.store, scene.loaded, resume, typed, out, lambda: scene.now)  # type: ignore[arg-type]
    assert code == 0
    return out.getvalue()


def test_a_turn_is_said_in_words(scene: Scene):
    said = talk(scene, "My dog died yesterday")
    assert "Understood: sadness, 93 percent, nuance devastated.\n" in said
    assert "Reply: I am so sorry. **He** was with you for years.\n" in said
    assert said.endswith("Goodbye. Everything is kept.\n")
    assert [turn.words for turn in scene.store.turns(1)] == ["My dog died yesterday"]


def test_an_unsure_turn_says_so(scene: Scene):
    scene.agent.feelings = [feeling("fear", 0.37, unsure=True)]
    assert "Understood: unsure, perhaps fear, 37 percent.\n" in talk(scene, "tomorrow")


def test_somebody_in_danger_is_answered_with_the_word_help(scene: Scene):
    scene.agent.feelings = [feeling(level="crisis")]
    scene.agent.replies = ["I am glad you told me."]
    assert "\nHelp: I am glad you told me.\n" in talk(scene, "I want to end it")
    assert "\nHelp: I am glad you told me.\n" in talk(scene, resume=1)


def test_nothing_that_is_said_can_drive_a_terminal(scene: Scene):
    scene.agent.replies = ["Reply \x1b[2J\x9b31m\rover."]
    said = talk(scene, "words \x1b]0;title\x07", "/why", "/sessions")
    assert not any(character in said for character in "\x1b\x9b\x07\r")
    assert "Reply ␛[2J" in said


def test_each_message_is_answered_in_turn(scene: Scene):
    scene.agent.replies = ["One.", "Two."]
    said = talk(scene, "first", "", "   ", "second")
    assert said.index("One.") < said.index("Two.")
    assert [turn.words for turn in scene.store.turns(1)] == ["first", "second"]


def test_the_first_start_says_what_one_talks_to(scene: Scene):
    assert "Note: I'm a computer program" in talk(scene, "Hello")
    assert "Note:" not in talk(scene, "Hello")


def test_after_three_hours_it_is_said_again(scene: Scene):
    scene.told("Hello")
    times = iter(
        [0.0, DISCLOSE_SECONDS - 1.0, float(DISCLOSE_SECONDS), float(DISCLOSE_SECONDS), DISCLOSE_SECONDS + 1.0]
    )
    out = io.StringIO()
    plain.run(
        scene.open,  # type: ignore[arg-type]
        scene.store,
        scene.loaded,
        stdin=io.StringIO("one\ntwo\nthree\n"),
        stdout=out,
        clock=lambda: next(times),
    )
    assert out.getvalue().count("Note: A reminder") == 1
    assert out.getvalue().index("Note: A reminder") > out.getvalue().index("Understood")


def test_regenerating_says_another_reply(scene: Scene):
    scene.agent.replies = ["One.", "Two."]
    assert "Reply: Two." in talk(scene, "Hello", "/again")
    assert [turn.reply and turn.reply.text for turn in scene.store.turns(1)] == ["Two."]


def test_a_correction_is_kept(scene: Scene):
    said = talk(scene, "Hello", "/correct Joy", "/correct happy")
    assert "Understood: joy, as you said." in said
    assert "one of anger, disgust, fear" in said
    assert scene.store.turns(1)[0].corrected == "joy"


def test_why_says_what_was_given_to_the_model(scene: Scene):
    assert "Given to the model:" in talk(scene, "Hello", "/why")


def test_commands_about_a_turn_say_when_there_is_none(scene: Scene):
    said = talk(scene, "/why", "/again", "/correct joy", "/export")
    assert said.count("Nothing was said yet in this conversation.") == 4


def test_new_begins_another_conversation(scene: Scene):
    talk(scene, "one", "/new", "two")
    assert [conversation.title for conversation in scene.store.conversations()] == ["two", "one"]


def test_sessions_are_listed_searched_and_resumed(scene: Scene):
    dog, work = scene.told("About the dog"), scene.told("About work")
    said = talk(scene, "/sessions")
    assert f"{dog}: About the dog, 1 turns" in said
    assert f"{work}: About work" in said
    assert "About work" not in talk(scene, "/sessions dog")
    said = talk(scene, f"/sessions {dog}", "more")
    assert f"Conversation {dog}. You said last: About the dog" in said
    assert [turn.words for turn in scene.store.turns(dog)] == ["About the dog", "more"]
    assert "No conversation is found." in talk(scene, "/sessions zebra")


def test_a_conversation_is_resumed_at_the_start(scene: Scene):
    dog = scene.told("About the dog")
    said = talk(scene, "more", resume=dog)
    assert "Reply: I am so sorry." in said
    assert len(scene.store.turns(dog)) == 2
    assert "There is no conversation 99" in talk(scene, resume=99)


def test_help_names_what_can_be_typed(scene: Scene):
    said = talk(scene, "/help")
    for name in (
        "/why",
        "/new",
        "/sessions [WORDS]",
        "/correct [EMOTION]",
        "/again",
        "/export [md|jsonl]",
        "/help",
        "/quit",
    ):
        assert f"{name}: " in said
    assert "/theme" not in said


def test_an_unknown_command_gives_a_hint_and_is_not_sent(scene: Scene):
    assert "Did you mean /again?" in talk(scene, "/agian")
    assert not scene.agent.asked


def test_quit_leaves_before_the_input_ends(scene: Scene):
    said = talk(scene, "/quit", "never said")
    assert said.endswith("Goodbye. Everything is kept.\n")
    assert not scene.agent.asked


@pytest.mark.parametrize("form", ["md", "jsonl"])
def test_export_writes_a_file_here(scene: Scene, tmp_path: Path, form: str):
    said = talk(scene, "My dog died", f"/export {form}")
    (path,) = tmp_path.glob(f"*.{form}")
    assert "My dog died" in path.read_text()
    assert str(path) in said


@pytest.mark.parametrize(
    ("breaks", "said"),
    [("heard", "The disk is full"), ("raise", "could not be answered (the model broke)")],
)
def test_words_that_were_not_stored_are_said_again(scene: Scene, breaks: str, said: str):
    scene.agent.breaks = breaks
    heard = talk(scene, "Precious words")
    assert said in heard
    assert "Not sent: Precious words" in heard


def test_a_reply_that_fails_says_why_and_the_chat_goes_on(scene: Scene):
    scene.agent.breaks = "reply"
    said = talk(scene, "one", "two")
    assert said.count("Problem: The reply could not be computed") == 2
    assert "Not sent" not in said


def test_models_that_cannot_be_loaded_end_it_with_their_sentence(scene: Scene):
    scene.refuse = "The text encoder is damaged; `agent doctor` shows which file."
    with pytest.raises(AgentError, match="agent doctor"):
        plain.run(scene.open, scene.store, scene.loaded, stdin=io.StringIO("hello\n"), stdout=io.StringIO())  # type: ignore[arg-type]


def test_bytes_that_are_no_text_do_not_end_it(scene: Scene):
    typed = io.TextIOWrapper(io.BytesIO(b"caf\xe9\nnext\n"), encoding="utf-8")
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    scene.agent.replies = ["Déjà vu."]
    assert plain.run(scene.open, scene.store, scene.loaded, stdin=typed, stdout=out) == 0  # type: ignore[arg-type]
    assert [turn.words for turn in scene.store.turns(1)] == ["caf�", "next"]


class Interrupted(io.StringIO):
    """Input during which Ctrl+C is pressed before the line of that number is read."""

    def __init__(self, text: str, at: int) -> None:
        super().__init__(text)
        self.left = at

    def readline(self, size: int = -1) -> str:  # type: ignore[override]
        """A line, or the interrupt."""
        if self.left == 0:
            signal.raise_signal(signal.SIGINT)
        self.left -= 1
        return super().readline(size)


def test_ctrl_c_while_waiting_leaves_with_130(scene: Scene):
    out = io.StringIO()
    typed = Interrupted("Hello\n", 1)
    assert plain.run(scene.open, scene.store, scene.loaded, stdin=typed, stdout=out) == 130  # type: ignore[arg-type]
    assert out.getvalue().endswith("Left. Everything is kept.\n")
    assert len(scene.store.turns(1)) == 1


def test_ctrl_c_stops_the_reply_and_the_chat_goes_on(scene: Scene):
    scene.agent.gate = threading.Event()
    interrupt = threading.Timer(0.2, signal.raise_signal, [signal.SIGINT])
    interrupt.start()
    said = talk(scene, "Tell me more", "/quit")
    assert "Reply: I\nStopped. What was written is kept.\n" in said
    (turn,) = scene.store.turns(1)
    assert turn.reply and turn.reply.stopped


def test_the_interrupt_is_what_it_was_afterwards(scene: Scene):
    before = signal.getsignal(signal.SIGINT)
    talk(scene, "Hello")
    assert signal.getsignal(signal.SIGINT) is before
