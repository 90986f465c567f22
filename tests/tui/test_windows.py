"""Two windows on one conversation: each shows what was said in the other."""

import threading
from dataclasses import replace

import pytest
from scripted import Scene, ScriptedAgent, feeling
from steps import say, screen_text, until
from textual import events

from agent.events import History, Turn, Typed
from agent.store import Store
from agent.tui.transcript import PAGE


def said_elsewhere(conversation: int, *words: str) -> list[Turn]:
    """Another process goes on with the conversation; returns its turns there."""
    store = Store()
    other = ScriptedAgent(store, feelings=[feeling("joy", 0.8, "hopeful")], replies=["From the other window."])
    history = History(conversation, store.turns(conversation))
    for each in words:
        list(other.respond(Typed(each), history, threading.Event()))
    store.close()
    return history.turns


def shown(pilot) -> list[str]:
    return [view.words for view in pilot.app.chat.transcript.views]


async def test_coming_back_shows_what_was_said_in_the_other_window(scene: Scene):
    conversation = scene.told("one")
    async with scene.app(resume=conversation).run_test(size=(80, 40)) as pilot:
        await until(pilot, lambda: pilot.app.chat.agent and len(pilot.app.chat.turns) == 1)
        said_elsewhere(conversation, "two", "three")
        pilot.app.post_message(events.AppFocus())
        await until(pilot, lambda: shown(pilot) == ["one", "two", "three"])
        await until(pilot, lambda: "☀ joy" in screen_text(pilot.app))
        assert "From the other window." in screen_text(pilot.app)
        await pilot.press("up")
        assert pilot.app.chat.composer.text == "three"
        pilot.app.post_message(events.AppFocus())
        await pilot.pause()
        assert shown(pilot) == ["one", "two", "three"]  # none comes twice


async def test_sending_shows_them_first_and_the_reply_knows_them(scene: Scene):
    conversation = scene.told("one")
    async with scene.app(resume=conversation).run_test() as pilot:
        await until(pilot, lambda: pilot.app.chat.agent)
        said_elsewhere(conversation, "two")
        await say(pilot, "three")
        assert shown(pilot) == ["one", "two", "three"]
        assert [turn.words for turn in pilot.app.chat.turns] == ["one", "two", "three"]


async def test_what_is_said_elsewhere_during_a_reply_comes_after_it_in_its_order(scene: Scene):
    conversation = scene.told("one")
    scene.agent.gate = threading.Event()
    async with scene.app(resume=conversation).run_test() as pilot:
        await until(pilot, lambda: pilot.app.chat.agent)
        pilot.app.chat.composer.insert("two")
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.chat.transcript.views[-1].text)
        said_elsewhere(conversation, "three")
        pilot.app.post_message(events.AppFocus())
        await pilot.pause()
        assert shown(pilot) == ["one", "two"]
        scene.agent.gate.set()
        await until(pilot, lambda: shown(pilot) == ["one", "two", "three"])


async def test_a_correction_and_a_new_reply_of_the_other_window_are_shown(scene: Scene):
    conversation = scene.told("one")
    async with scene.app(resume=conversation).run_test() as pilot:
        await until(pilot, lambda: pilot.app.chat.agent)
        store = Store()
        (turn,) = store.turns(conversation)
        assert turn.reply
        store.correct_turn(turn.id, "fear")
        store.finish_turn(replace(turn, reply=replace(turn.reply, text="Another answer.")))
        store.close()
        pilot.app.post_message(events.AppFocus())
        await until(pilot, lambda: "Another answer." in screen_text(pilot.app))
        assert "◆ fear  you said so" in screen_text(pilot.app)
        assert pilot.app.chat.turns[0].corrected == "fear"


async def test_more_than_a_page_opens_the_newest_page(scene: Scene):
    conversation = scene.told("one")
    async with scene.app(resume=conversation).run_test() as pilot:
        await until(pilot, lambda: pilot.app.chat.agent)
        for number in range(PAGE + 1):
            scene.store.add_turn(conversation, f"message {number}")
        pilot.app.post_message(events.AppFocus())
        await until(pilot, lambda: shown(pilot) == [f"message {number}" for number in range(1, PAGE + 1)])


@pytest.mark.parametrize("how", ["deleted", "closed"])
async def test_a_conversation_that_is_gone_stays_on_the_screen(scene: Scene, how: str):
    conversation = scene.told("one")
    async with scene.app(resume=conversation).run_test() as pilot:
        await until(pilot, lambda: pilot.app.chat.agent)
        if how == "deleted":
            scene.store.delete(conversation)
        else:
            scene.store.close()
        pilot.app.post_message(events.AppFocus())
        await pilot.pause()
        assert shown(pilot) == ["one"]


async def test_a_reply_that_could_not_be_stored_is_not_taken_away(scene: Scene):
    conversation = scene.told("one")
    async with scene.app(resume=conversation).run_test() as pilot:
        await until(pilot, lambda: pilot.app.chat.agent)
        (turn,) = scene.store.turns(conversation)
        scene.store.finish_turn(replace(turn, reply=None, understanding=None))
        pilot.app.post_message(events.AppFocus())
        await pilot.pause()
        assert pilot.app.chat.turns[0].reply
        assert "I am so sorry." in screen_text(pilot.app)


async def test_the_first_focus_of_a_start_harms_nothing(scene: Scene):
    conversation = scene.told("one")
    app = scene.app(resume=conversation)
    async with app.run_test() as pilot:
        pilot.app.post_message(events.AppFocus())
        await until(pilot, lambda: pilot.app.chat.agent)
        assert shown(pilot) == ["one"]
    await scene.app(resume=conversation).chat.catch_up()  # before anything is on the screen
