"""A conversation on the screen: sending, waiting, streaming, stopping, failing, leaving."""

import threading

import pytest
from scripted import Scene, feeling
from steps import say, screen_text, send, until
from textual.widgets import Markdown

from agent.events import Turn
from agent.store import Store
from agent.tui.commands import DISCLOSE_SECONDS
from agent.tui.transcript import PAGE, Notice


async def test_a_message_is_understood_answered_and_stored(scene: Scene):
    async with scene.app().run_test() as pilot:
        await say(pilot, "My dog died yesterday")
        seen = screen_text(pilot.app)
        assert "My dog died yesterday" in seen
        assert "▼ sadness" in seen
        assert "━" in seen
        assert "93%  devastated" in seen
        assert "I am so sorry. He was with you" in seen  # the stars of the Markdown are gone
        assert pilot.app.chat.composer.text == ""
    (turn,) = scene.store.turns(1)
    assert turn.reply and turn.reply.text == "I am so sorry. **He** was with you for years."


async def test_an_unsure_turn_says_so_in_words(scene: Scene):
    scene.agent.feelings = [feeling("fear", 0.37, unsure=True)]
    async with scene.app().run_test() as pilot:
        await say(pilot, "something about tomorrow")
        assert "? unsure" in screen_text(pilot.app)
        assert "perhaps fear" in screen_text(pilot.app)


async def test_what_a_person_types_is_never_markup(scene: Scene):
    words = "[bold red]loud[/] *not* `code` <b> $foreground [@click=app.quit]x[/]"
    async with scene.app().run_test(size=(100, 30)) as pilot:
        await say(pilot, words)
        assert words in screen_text(pilot.app)


async def test_terminal_escapes_are_shown_and_not_obeyed(scene: Scene):
    evil = "\x1b]52;c;aGk=\x07\x1b[2J\x9b31m"
    scene.agent.replies = [f"You wrote {evil} to me.", "Fine."]
    conversation = scene.told(f"stored {evil}")
    async with scene.app(resume=conversation).run_test(size=(100, 30)) as pilot:
        await say(pilot, f"typed {evil}")
        seen = screen_text(pilot.app)
        assert not any(character in seen for character in "\x1b\x07\x9b")
        assert seen.count("␛]52") == 3


async def test_a_message_sent_before_the_models_are_ready_waits_and_is_answered(scene: Scene):
    scene.ready.clear()
    async with scene.app().run_test() as pilot:
        await until(pilot, lambda: pilot.app.chat.status.state == "loading text-emotion…")
        await send(pilot, "Are you there?")
        assert "waiting for the models" in screen_text(pilot.app)
        await send(pilot, "And now?")
        assert pilot.app.chat.composer.text == "And now?"  # one at a time; nothing is lost
        scene.ready.set()
        await until(pilot, lambda: pilot.app.chat.turns)
        assert "▼ sadness" in screen_text(pilot.app)
    assert [turn.words for turn in scene.store.turns(1)] == ["Are you there?"]


async def test_a_waiting_message_comes_back_with_escape(scene: Scene):
    scene.ready.clear()
    async with scene.app().run_test() as pilot:
        await send(pilot, "Too early")
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.chat.live is None)
        assert pilot.app.chat.composer.text == "Too early"


async def test_models_that_cannot_be_loaded_leave_the_text_and_are_tried_again(scene: Scene):
    scene.refuse = "The text encoder is damaged; `agent doctor` shows which file."
    scene.ready.clear()
    async with scene.app().run_test() as pilot:
        await send(pilot, "Hello?")
        scene.ready.set()
        await until(pilot, lambda: pilot.app.chat.composer.text == "Hello?")
        assert "agent doctor" in screen_text(pilot.app)
        scene.refuse = None
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.chat.turns)
        assert pilot.app.chat.turns[0].words == "Hello?"


async def test_escape_stops_the_reply_and_keeps_its_part(scene: Scene):
    scene.agent.gate = threading.Event()
    async with scene.app().run_test() as pilot:
        await until(pilot, lambda: pilot.app.chat.agent)
        await send(pilot, "Tell me more")
        await until(pilot, lambda: "I" in pilot.app.chat.transcript.views[-1].text)
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.chat.live is None)
        assert "agent · stopped" in screen_text(pilot.app)
    (turn,) = scene.store.turns(1)
    assert turn.reply and turn.reply.stopped and turn.reply.text == "I"


async def test_leaving_while_it_replies_keeps_the_part(scene: Scene):
    scene.agent.gate = threading.Event()
    async with scene.app().run_test() as pilot:
        await until(pilot, lambda: pilot.app.chat.agent)
        await send(pilot, "Tell me more")
        await until(pilot, lambda: pilot.app.chat.transcript.views[-1].text)
        await pilot.press("ctrl+q")
    assert pilot.app.return_code == 0
    (turn,) = scene.store.turns(1)
    assert turn.reply and turn.reply.stopped


async def test_leaving_before_the_models_are_ready_keeps_what_was_sent(scene: Scene):
    scene.ready.clear()
    async with scene.app().run_test() as pilot:
        await send(pilot, "Do not lose me")
        await pilot.press("ctrl+q")
    assert [turn.words for turn in scene.store.turns(1)] == ["Do not lose me"]


async def test_regenerating_replaces_the_reply(scene: Scene):
    scene.agent.replies = ["The first.", "The second."]
    async with scene.app().run_test() as pilot:
        await say(pilot, "Hello")
        await pilot.press("ctrl+r")
        await until(pilot, lambda: pilot.app.chat.live is None and len(scene.agent.asked) == 2)
        seen = screen_text(pilot.app)
        assert "The second." in seen
        assert "The first." not in seen
        assert len(pilot.app.chat.transcript.views) == 1
    assert [turn.reply and turn.reply.text for turn in scene.store.turns(1)] == ["The second."]


async def test_a_new_answer_that_fails_leaves_the_old_one(scene: Scene):
    async with scene.app().run_test() as pilot:
        await say(pilot, "Hello")
        scene.agent.breaks = "raise"
        await pilot.press("ctrl+r")
        await until(pilot, lambda: pilot.app.chat.live is None)
        assert "I am so sorry." in screen_text(pilot.app)
        assert "the model broke" in screen_text(pilot.app)


@pytest.mark.parametrize(
    ("breaks", "sentence"), [("heard", "The disk is full"), ("raise", "could not be answered (the model broke)")]
)
async def test_a_turn_that_was_not_stored_goes_back_to_the_composer(scene: Scene, breaks: str, sentence: str):
    scene.agent.breaks = breaks
    async with scene.app().run_test() as pilot:
        await say(pilot, "Precious words")
        assert pilot.app.chat.composer.text == "Precious words"
        assert sentence in screen_text(pilot.app)
        assert not pilot.app.chat.transcript.views
        assert "How are you feeling?" in screen_text(pilot.app)
        scene.agent.breaks = None
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.chat.turns)
        assert pilot.app.chat.turns[0].words == "Precious words"


async def test_text_that_returns_stands_before_what_was_typed_meanwhile(scene: Scene):
    scene.refuse = "No models."
    scene.ready.clear()
    async with scene.app().run_test() as pilot:
        await send(pilot, "first")
        await pilot.press(*"second")
        scene.ready.set()
        await until(pilot, lambda: pilot.app.chat.live is None)
        assert pilot.app.chat.composer.text == "first\nsecond"


async def test_a_reply_that_fails_leaves_the_words_and_says_why(scene: Scene):
    scene.agent.breaks = "reply"
    async with scene.app().run_test() as pilot:
        await say(pilot, "Still here")
        seen = screen_text(pilot.app)
        assert "Still here" in seen
        assert "The reply could not be computed" in seen
        assert pilot.app.chat.composer.text == ""
    assert [turn.words for turn in scene.store.turns(1)] == ["Still here"]


async def test_somebody_in_danger_gets_a_border_and_the_word_help(scene: Scene):
    scene.agent.feelings = [feeling(level="crisis")]
    scene.agent.replies = ["I am glad you told me.\n\n- 988: call or text"]
    async with scene.app().run_test() as pilot:
        await say(pilot, "I want to end it")
        view = pilot.app.chat.transcript.views[-1]
        assert view.query_one(".reply").styles.border_top[0] == "round"
        assert "help" in screen_text(pilot.app)
        assert "988: call or text" in screen_text(pilot.app)


async def test_the_lines_of_a_reply_stay_lines(scene: Scene):
    scene.agent.replies = ["Call 112 now.\nUnlock your door."]
    async with scene.app().run_test() as pilot:
        await say(pilot, "help")
        assert "now. Unlock" not in screen_text(pilot.app)


async def test_a_long_reply_is_followed_to_its_end(scene: Scene):
    scene.agent.replies = ["\n\n".join(f"Paragraph {n}." for n in range(60))]
    async with scene.app().run_test() as pilot:
        await say(pilot, "talk")
        await until(pilot, lambda: "Paragraph 59." in screen_text(pilot.app))


async def test_the_first_start_says_what_one_talks_to_and_a_later_one_does_not(scene: Scene):
    async with scene.app().run_test() as pilot:
        await until(pilot, lambda: pilot.app.query(Notice))
        assert "not a person" in screen_text(pilot.app)
    scene.told("Hello")
    async with scene.app().run_test() as pilot:
        await until(pilot, lambda: pilot.app.chat.agent)
        assert not pilot.app.query(Notice)


async def test_after_three_hours_it_is_said_again(scene: Scene):
    scene.told("Hello")
    async with scene.app().run_test() as pilot:
        await say(pilot, "one")
        scene.now = DISCLOSE_SECONDS - 1
        await say(pilot, "two")
        assert not pilot.app.query(Notice)
        scene.now = DISCLOSE_SECONDS
        await say(pilot, "three")
        assert len(pilot.app.query(Notice)) == 1
        await say(pilot, "four")
        assert len(pilot.app.query(Notice)) == 1


def fill(store: Store, turns: int) -> int:
    """A conversation of numbered turns that were never answered."""
    conversation = store.start_conversation()
    for number in range(turns):
        turn = store.add_turn(conversation, f"message {number}")
        store.finish_turn(Turn(turn, f"message {number}", feeling(), None))
    return conversation


async def test_a_long_conversation_opens_with_its_newest_page(scene: Scene):
    conversation = fill(scene.store, 2 * PAGE + 5)
    async with scene.app(resume=conversation).run_test() as pilot:
        await until(pilot, lambda: len(pilot.app.chat.transcript.views) == PAGE)
        views = pilot.app.chat.transcript.views
        assert [view.words for view in (views[0], views[-1])] == [f"message {PAGE + 5}", f"message {2 * PAGE + 4}"]
        await until(pilot, lambda: f"message {2 * PAGE + 4}" in screen_text(pilot.app))


async def test_page_up_at_the_top_brings_earlier_turns_until_there_are_none(scene: Scene):
    conversation = fill(scene.store, 2 * PAGE + 5)
    async with scene.app(resume=conversation).run_test() as pilot:
        transcript = pilot.app.chat.transcript
        await until(pilot, lambda: transcript.query_one("#earlier").display)
        for mounted in (2 * PAGE, 2 * PAGE + 5):
            transcript.scroll_home(animate=False)
            await pilot.pause()
            await pilot.press("pageup")
            await until(pilot, lambda mounted=mounted: len(transcript.views) == mounted)
            await until(
                pilot, lambda mounted=mounted: transcript.query_one("#earlier").display is (mounted == 2 * PAGE)
            )
        assert [view.words for view in transcript.views] == [f"message {n}" for n in range(2 * PAGE + 5)]
        assert not transcript.query_one("#earlier").display
        assert pilot.app.focused is pilot.app.chat.composer


async def test_the_button_brings_earlier_turns_too(scene: Scene):
    conversation = fill(scene.store, PAGE + 1)
    async with scene.app(resume=conversation).run_test() as pilot:
        transcript = pilot.app.chat.transcript
        await until(pilot, lambda: transcript.query_one("#earlier").display)
        transcript.scroll_home(animate=False)
        await pilot.pause()
        await pilot.click("#earlier")
        await until(pilot, lambda: len(transcript.views) == PAGE + 1)


async def test_a_conversation_that_is_not_there_opens_a_new_one(scene: Scene):
    async with scene.app(resume=77).run_test() as pilot:
        assert "There is no conversation 77" in screen_text(pilot.app)
        await say(pilot, "Hello")
        assert pilot.app.chat.conversation_id == 1


async def test_a_resumed_conversation_shows_replies_and_goes_on(scene: Scene):
    conversation = scene.told("Hello", "Again")
    async with scene.app(resume=conversation).run_test() as pilot:
        assert len(pilot.app.query(Markdown)) == 2
        await say(pilot, "Third")
    assert [turn.words for turn in scene.store.turns(conversation)] == ["Hello", "Again", "Third"]


async def test_words_whose_reply_failed_are_answered_anew_with_one_key(scene: Scene):
    scene.agent.breaks = "reply"
    async with scene.app().run_test() as pilot:
        await say(pilot, "Still here")
        scene.agent.breaks = None
        await pilot.press("ctrl+r")
        await until(pilot, lambda: pilot.app.chat.live is None and scene.store.turns(1)[0].reply)
        assert "I am so sorry." in screen_text(pilot.app)


async def test_a_history_that_breaks_is_said_and_typing_goes_on(scene: Scene):
    conversation = scene.told(*("word",) * 3)
    async with scene.app(resume=conversation).run_test() as pilot:
        await until(pilot, lambda: pilot.app.chat.agent)
        scene.store.close()
        await say(pilot, "Precious")
        assert pilot.app.chat.composer.text == "Precious"
        assert "problem" in screen_text(pilot.app)
        await pilot.press("ctrl+o")
        await pilot.pause()
        await pilot.press("escape", "ctrl+n")
        await pilot.pause()
        assert pilot.app.chat.composer.text == ""
        await pilot.press("up")
        assert pilot.app.chat.composer.text == "Precious"
        await pilot.press("ctrl+q")
    assert pilot.app.return_code == 0
