"""The list of conversations: find, resume, rename, delete."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from scripted import Scene
from steps import say, screen_text, until

from agent.store import Store
from agent.tui.sessions import Sessions, when


def listed(app) -> list[str]:
    return [conversation.title for conversation in app.screen.found]


async def opened(pilot) -> None:
    await pilot.press("ctrl+o")
    await until(pilot, lambda: isinstance(pilot.app.screen, Sessions))


async def test_enter_resumes_the_chosen_conversation(scene: Scene):
    old = scene.told("About the dog")
    scene.told("About work")
    async with scene.app().run_test() as pilot:
        await opened(pilot)
        assert listed(pilot.app) == ["About work", "About the dog"]
        await pilot.press("down", "enter")
        await until(pilot, lambda: pilot.app.chat.conversation_id == old)
        assert "About the dog" in screen_text(pilot.app)
        assert pilot.app.focused is pilot.app.chat.composer


async def test_typing_searches_titles_and_words(scene: Scene):
    scene.told("About the dog", "his name was Bello")
    scene.told("About work")
    async with scene.app().run_test() as pilot:
        await opened(pilot)
        await pilot.press(*"bello")
        await until(pilot, lambda: listed(pilot.app) == ["About the dog"])
        await pilot.press(*"xyz")
        await until(pilot, lambda: "Nothing is found" in screen_text(pilot.app))
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, Sessions)


async def test_slash_sessions_searches_for_what_follows(scene: Scene):
    scene.told("About the dog")
    scene.told("About work")
    async with scene.app().run_test() as pilot:
        await say(pilot, "/sessions dog")
        await until(pilot, lambda: isinstance(pilot.app.screen, Sessions) and listed(pilot.app) == ["About the dog"])


async def test_a_conversation_gets_another_title(scene: Scene):
    scene.told("About the dog")
    async with scene.app().run_test() as pilot:
        await opened(pilot)
        await pilot.press("f2", "end", *" and me", "enter")
        await until(pilot, lambda: listed(pilot.app) == ["About the dog and me"])
        await pilot.press("f2", "escape")
        assert listed(pilot.app) == ["About the dog and me"]
    assert scene.store.conversations()[0].title == "About the dog and me"


async def test_deleting_asks_and_the_safe_answer_has_the_focus(scene: Scene):
    scene.told("About the dog")
    async with scene.app().run_test() as pilot:
        await opened(pilot)
        await pilot.press("ctrl+d")
        await pilot.pause()
        assert "Delete “About the dog” for good?" in screen_text(pilot.app)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, Sessions))
        assert len(scene.store.conversations()) == 1
        await pilot.press("ctrl+d", "y")
        await until(pilot, lambda: isinstance(pilot.app.screen, Sessions))
        assert not scene.store.conversations()
        await until(pilot, lambda: "There are no conversations yet." in screen_text(pilot.app))


async def test_deleting_the_open_conversation_leaves_an_empty_one(scene: Scene):
    conversation = scene.told("About the dog")
    async with scene.app(resume=conversation).run_test() as pilot:
        await opened(pilot)
        await pilot.press("ctrl+d", "y")
        await until(pilot, lambda: isinstance(pilot.app.screen, Sessions))
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.chat.conversation_id is None)
        assert not pilot.app.chat.transcript.views


@pytest.mark.parametrize("keys", [("f2", "x", "enter"), ("ctrl+d", "y")], ids=["rename", "delete"])
@pytest.mark.parametrize("why", ["locked", "read-only", "closed", "deleted elsewhere"])
async def test_a_change_that_cannot_be_made_is_said_and_the_chat_goes_on(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, home: Path, keys: tuple[str, ...], why: str
):
    scene.told("About the dog")
    conversation = scene.told("About work")
    monkeypatch.setattr("agent.database.PATIENCE", 0.1)
    monkeypatch.setattr(scene, "store", Store())
    with closing(scene.store), closing(sqlite3.connect(home / "history.db", isolation_level=None)) as other:
        async with scene.app().run_test(size=(120, 30)) as pilot:
            await opened(pilot)
            if why == "locked":
                other.execute("BEGIN IMMEDIATE")
            elif why == "read-only":
                scene.store._connection.execute("PRAGMA query_only = ON")
            elif why == "closed":
                scene.store.close()
            else:
                other.execute("DELETE FROM conversations WHERE id = ?", (conversation,))
            await pilot.press(*keys)
            says = {
                "locked": "another program holds it",
                "read-only": "readonly database",
                "closed": "closed database",
                "deleted elsewhere": "it may have been deleted meanwhile",
            }
            await until(pilot, lambda: says[why] in screen_text(pilot.app))
            kept = {"closed": [], "deleted elsewhere": ["About the dog"]}
            assert listed(pilot.app) == kept.get(why, ["About work", "About the dog"])
            await pilot.press("escape")
            assert pilot.app.focused is pilot.app.chat.composer


async def test_a_deletion_whose_traces_stay_for_now_leaves_the_conversation(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, home: Path
):
    conversation = scene.told("About the dog")
    monkeypatch.setattr("agent.database.PATIENCE", 0.1)
    monkeypatch.setattr(scene, "store", Store())
    with closing(scene.store), closing(sqlite3.connect(home / "history.db", isolation_level=None)) as reader:
        async with scene.app(resume=conversation).run_test(size=(120, 30)) as pilot:
            await opened(pilot)
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM conversations").fetchall()
            await pilot.press("ctrl+d", "y")
            await until(pilot, lambda: "traces of it may remain" in screen_text(pilot.app))
            assert listed(pilot.app) == []
            await pilot.press("escape")
            await until(pilot, lambda: pilot.app.chat.conversation_id is None)


async def test_a_title_cannot_drive_the_terminal(scene: Scene):
    scene.told("evil \x1b[2J [red]title[/]")
    async with scene.app().run_test() as pilot:
        await opened(pilot)
        assert "evil ␛[2J [red]title[/]" in screen_text(pilot.app)


@pytest.mark.parametrize(
    ("updated", "said"),
    [
        ("2025-06-10T08:00:00+00:00", "today"),
        ("2025-06-09T08:00:00+00:00", "yesterday"),
        ("2025-06-01T08:00:00+00:00", "9 days ago"),
        ("2024-01-01T08:00:00+00:00", "2024-01-01"),
    ],
)
def test_moments_are_said_as_people_say_them(updated: str, said: str):
    assert when(updated, datetime(2025, 6, 10, 12, tzinfo=UTC)) == said
