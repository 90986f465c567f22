"""Writing: Enter sends, other keys begin a line, the arrows bring back what was sent."""

import pytest
from scripted import Scene
from steps import say, screen_text, until
from textual import events

from agent.tui.paste import Parser


async def test_typing_is_possible_before_the_models_are_loaded(scene: Scene):
    scene.ready.clear()
    async with scene.app().run_test() as pilot:
        await pilot.press(*"hi there")
        assert pilot.app.chat.composer.text == "hi there"


async def test_shift_enter_and_ctrl_j_begin_a_line_and_the_field_grows(scene: Scene):
    async with scene.app().run_test() as pilot:
        composer = pilot.app.chat.composer
        assert composer.size.height == 1
        await pilot.press("a", "shift+enter", "b", "ctrl+j", "c")
        await pilot.pause()
        assert composer.text == "a\nb\nc"
        assert composer.size.height == 3
        await until(pilot, lambda: pilot.app.chat.agent)
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.chat.turns)
        assert pilot.app.chat.turns[0].words == "a\nb\nc"


async def test_an_empty_message_is_not_sent(scene: Scene):
    async with scene.app().run_test() as pilot:
        await until(pilot, lambda: pilot.app.chat.agent)
        await pilot.press("enter", "space", "enter")
        await pilot.pause()
        assert not pilot.app.chat.transcript.views


async def test_pasted_lines_stay_lines_and_are_not_sent(scene: Scene):
    async with scene.app().run_test() as pilot:
        composer = pilot.app.chat.composer
        composer.post_message(events.Paste("one\r\ntwo\rthree\x1b[31m"))
        await until(pilot, lambda: composer.text)
        assert composer.text == "one\ntwo\nthree␛[31m"
        assert not pilot.app.chat.transcript.views


JOINED = "👩‍👩‍👧 🏳️‍🌈 👍🏽 ❤️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 می‌خواهم"


@pytest.mark.parametrize("how", ["typed", "pasted"])
async def test_joined_emoji_and_words_stay_joined(scene: Scene, how: str):
    """As an emoji picker or an input method sends them."""
    sent = JOINED if how == "typed" else f"\x1b[200~{JOINED}\x1b[201~"
    async with scene.app().run_test() as pilot:
        await until(pilot, lambda: pilot.app.chat.agent)
        for event in Parser().feed(sent):
            pilot.app.post_message(event)
        await until(pilot, lambda: pilot.app.chat.composer.text == JOINED)
        assert JOINED in screen_text(pilot.app)
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.chat.turns)
        assert pilot.app.chat.turns[0].words == JOINED
        assert pilot.app.chat.transcript.views[0].query_one(".words").render().plain == JOINED


async def test_other_invisible_controls_that_are_typed_are_shown(scene: Scene):
    async with scene.app().run_test() as pilot:
        for event in Parser().feed("a\u202eb\u2066c"):
            pilot.app.post_message(event)
        await until(pilot, lambda: pilot.app.chat.composer.text == "a\\u202eb\\u2066c")


async def test_arrows_bring_back_what_was_sent_and_the_draft(scene: Scene):
    async with scene.app().run_test() as pilot:
        composer = pilot.app.chat.composer
        await say(pilot, "first")
        await say(pilot, "second")
        await pilot.press(*"draft")
        seen = []
        for key in ("up", "up", "up", "down", "down", "down"):
            await pilot.press(key)
            seen.append(composer.text)
        assert seen == ["second", "first", "first", "second", "draft", "draft"]


async def test_arrows_move_within_lines_first(scene: Scene):
    async with scene.app().run_test(size=(60, 20)) as pilot:
        composer = pilot.app.chat.composer
        await say(pilot, "sent before")
        composer.insert("word " * 30)  # wraps over several rows of the screen
        await pilot.pause()
        await pilot.press("up")
        assert composer.text.startswith("word")
        await pilot.press("up", "up", "up")
        assert composer.text == "sent before"


async def test_a_resumed_conversation_brings_its_words_to_the_arrows(scene: Scene):
    conversation = scene.told("from yesterday")
    async with scene.app(resume=conversation).run_test() as pilot:
        await pilot.press("up")
        assert pilot.app.chat.composer.text == "from yesterday"


async def test_the_field_scrolls_rather_than_hiding_the_conversation(scene: Scene):
    async with scene.app().run_test(size=(60, 20)) as pilot:
        pilot.app.chat.composer.insert("\n" * 50 + "end")
        await pilot.pause()
        assert pilot.app.chat.composer.outer_size.height <= 8
        assert pilot.app.chat.transcript.size.height >= 8
        assert "end" in screen_text(pilot.app)


async def test_enter_in_the_same_burst_as_the_words_sends_all_of_them(scene: Scene):
    """A fast typist, or a terminal that delivers a line at once."""
    async with scene.app().run_test() as pilot:
        await until(pilot, lambda: pilot.app.chat.agent)
        for letter in "hello":
            pilot.app.post_message(events.Key(letter, letter))
        pilot.app.post_message(events.Key("enter", "\r"))
        await until(pilot, lambda: pilot.app.chat.turns)
        assert pilot.app.chat.turns[0].words == "hello"
