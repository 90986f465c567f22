"""Emotions on the screen: never by colour alone; the row over time; the correction."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted import Scene, feeling
from steps import say, screen_text, until

from agent.emotions import EMOTIONS, LOOKS
from agent.events import Turn
from agent.tui.emotion import BAR_CELLS, Timeline, badge, bar
from agent.tui.transcript import PAGE, Badge


@given(st.floats(0, 1))
def test_a_bar_has_the_same_width_whatever_the_confidence(confidence):
    assert len(bar(confidence)) == BAR_CELLS


def test_a_bar_grows_with_the_confidence():
    heavy = [bar(confidence / 10).count("━") for confidence in range(11)]
    assert heavy == sorted(heavy)
    assert (heavy[0], heavy[-1]) == (0, BAR_CELLS)


@pytest.mark.parametrize("label", EMOTIONS)
def test_every_emotion_is_a_glyph_a_word_a_figure_and_a_nuance(label):
    text = badge(feeling(label, 0.5, "hopeful")).plain
    assert text.startswith(f"{LOOKS[label].glyph} {label}")
    assert "50%  hopeful" in text


def test_an_unsure_turn_claims_nothing():
    text = badge(feeling("anger", 0.3, unsure=True)).plain
    assert text.startswith("? unsure")
    assert LOOKS["anger"].glyph not in text


def test_a_corrected_turn_shows_the_persons_word_and_the_guess():
    assert badge(feeling("anger"), "fear").plain == "◆ fear  you said so, not anger"


async def test_one_key_and_a_number_correct_the_emotion_from_the_composer(scene: Scene):
    async with scene.app().run_test() as pilot:
        await say(pilot, "I am fine")
        await pilot.press(*"draft", "f2")
        await pilot.pause()
        assert "I am fine" in screen_text(pilot.app)
        await pilot.press("5")
        await until(pilot, lambda: scene.store.turns(1)[0].corrected)
        await until(pilot, lambda: "♥ love  you said so, not sadness" in screen_text(pilot.app))
        assert pilot.app.chat.composer.text == "draft"
        assert pilot.app.chat.turns[0].corrected == "love"
    assert scene.store.turns(1)[0].corrected == "love"


async def test_the_picker_begins_at_what_was_understood_and_escape_changes_nothing(scene: Scene):
    async with scene.app().run_test() as pilot:
        await say(pilot, "I am fine")
        await pilot.press("f2", "up", "enter")
        await until(pilot, lambda: scene.store.turns(1)[0].corrected == "neutral")  # the one above sadness
        await pilot.press("f2", "escape")
        await pilot.pause()
        assert scene.store.turns(1)[0].corrected == "neutral"


async def test_a_click_corrects_an_earlier_turn(scene: Scene):
    conversation = scene.told("first", "second")
    async with scene.app(resume=conversation).run_test(size=(80, 30)) as pilot:
        await until(pilot, lambda: pilot.app.chat.agent)
        await pilot.click(pilot.app.query(Badge).first())
        await pilot.press("1")
        await until(pilot, lambda: scene.store.turns(conversation)[0].corrected == "anger")
        assert scene.store.turns(conversation)[1].corrected is None


async def test_a_turn_of_an_earlier_page_is_corrected_too(scene: Scene):
    conversation = scene.store.start_conversation()
    for number in range(PAGE + 1):
        turn = scene.store.add_turn(conversation, f"message {number}")
        scene.store.finish_turn(Turn(turn, f"message {number}", feeling(), None))
    async with scene.app(resume=conversation).run_test(size=(80, 30)) as pilot:
        transcript = pilot.app.chat.transcript
        await until(pilot, lambda: pilot.app.chat.agent and transcript.query_one("#earlier").display)
        transcript.scroll_home(animate=False)
        await pilot.pause()
        await pilot.press("pageup")
        await until(pilot, lambda: len(transcript.views) == PAGE + 1)
        transcript.scroll_home(animate=False)
        await pilot.pause()
        await pilot.click(transcript.query(Badge).first())
        await pilot.pause()
        await pilot.press("1")
        await until(pilot, lambda: scene.store.turns(conversation)[0].corrected == "anger")
        await until(pilot, lambda: "anger  you said so" in screen_text(pilot.app))


async def test_slash_correct_takes_the_word(scene: Scene):
    async with scene.app().run_test() as pilot:
        await say(pilot, "I am fine")
        await say(pilot, "/correct joy")
        await until(pilot, lambda: scene.store.turns(1)[0].corrected == "joy")
        await say(pilot, "/correct happy")
        assert "happy is none of anger, disgust" in screen_text(pilot.app)


def timeline_of(app) -> str:
    return app.query_one(Timeline).render().plain


async def test_the_timeline_grows_with_the_conversation_and_follows_corrections(scene: Scene):
    scene.agent.feelings = [feeling("sadness", 0.95), feeling("joy", 0.1)]
    async with scene.app().run_test(size=(100, 30)) as pilot:
        assert timeline_of(pilot.app) == ""
        await say(pilot, "one")
        await say(pilot, "two")
        assert timeline_of(pilot.app) == "feelings  ▼▆ ☀▁ "
        await say(pilot, "/correct love")
        await until(pilot, lambda: timeline_of(pilot.app) == "feelings  ▼▆ ♥▆ ")


async def test_the_timeline_keeps_the_newest_when_there_is_no_room(scene: Scene):
    async with scene.app().run_test(size=(80, 30)) as pilot:
        timeline = pilot.app.query_one(Timeline)
        understandings = [feeling("sadness")] * 99 + [feeling("joy")]
        timeline.show([Turn(n, "", understanding, None) for n, understanding in enumerate(understandings)])
        await pilot.pause()
        text = timeline.render().plain
        assert len(text) <= 80
        assert text.startswith("feelings  … ▼")
        assert text.endswith("☀▆ ")


@pytest.mark.parametrize(("size", "shown"), [((60, 30), False), ((100, 20), False), ((80, 24), True)])
async def test_the_timeline_gives_way_on_small_screens(scene: Scene, size: tuple[int, int], shown: bool):
    conversation = scene.told("one")
    async with scene.app(resume=conversation).run_test(size=size) as pilot:
        await pilot.pause()
        assert ("feelings" in screen_text(pilot.app)) is shown
