"""Keys, commands and screens around the conversation."""

import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from scripted import Scene
from steps import say, screen_text, send, until
from textual.widgets import Footer
from textual.widgets._footer import FooterKey

from agent import settings
from agent.tui.commands import COMMANDS, parse
from agent.tui.help import Help, Reading


def keys_shown(app) -> set[str]:
    return {key.description for key in app.screen.query_one(Footer).query(FooterKey)}


async def test_the_footer_names_the_keys_that_work_now(scene: Scene):
    scene.agent.gate = threading.Event()
    async with scene.app().run_test(size=(120, 30)) as pilot:
        await until(pilot, lambda: pilot.app.chat.agent)
        await until(pilot, lambda: keys_shown(pilot.app) == {"Help", "Talk", "New", "Chats", "Quit", "palette"})
        await send(pilot, "Hello")
        await until(pilot, lambda: keys_shown(pilot.app) == {"Help", "Stop", "Quit", "palette"})
        scene.agent.gate.set()
        await until(
            pilot,
            lambda: keys_shown(pilot.app) == {"Help", "Talk", "Again", "Correct", "New", "Chats", "Quit", "palette"},
        )


async def test_all_keys_fit_the_smallest_screen(scene: Scene):
    conversation = scene.told("Hello")
    async with scene.app(resume=conversation).run_test(size=(60, 20)) as pilot:
        await until(pilot, lambda: "Again" in keys_shown(pilot.app))
        last = screen_text(pilot.app).splitlines()[-1]
        for word in ("Help", "Talk", "Again", "Correct", "New", "Chats", "Quit"):
            assert word in last


async def test_the_palette_offers_what_can_be_done_by_group_and_verb(scene: Scene):
    async with scene.app().run_test() as pilot:
        await until(pilot, lambda: pilot.app.chat.agent)
        offered = {command.title for command in pilot.app.get_system_commands(pilot.app.screen)}
        assert {"chat: new", "view: theme", "help: keys"} <= offered
        assert not {"reply: stop", "reply: regenerate", "chat: export"} & offered
        await say(pilot, "Hello")
        offered = {command.title for command in pilot.app.get_system_commands(pilot.app.screen)}
        assert offered == {command.title for command in COMMANDS} - {"reply: stop"}


async def test_the_palette_does_what_it_says(scene: Scene):
    async with scene.app().run_test() as pilot:
        await say(pilot, "Hello")
        await pilot.press("ctrl+p", *"chat: new")
        await pilot.pause(0.3)
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.chat.conversation_id is None)


async def test_an_unknown_command_gives_a_hint_and_leaves_the_field_free(scene: Scene):
    async with scene.app().run_test(size=(60, 20)) as pilot:
        await say(pilot, "/exprot md")
        assert "There is no /exprot; nearest: /export; all: /help" in screen_text(pilot.app)
        assert pilot.app.chat.composer.text == ""
        await say(pilot, "I am tired")
        assert [turn.words for turn in pilot.app.chat.turns] == ["I am tired"]
        await pilot.press("up", "up")
        assert pilot.app.chat.composer.text == "/exprot md"


async def test_every_hint_about_a_command_fits_the_smallest_screen(scene: Scene):
    async with scene.app().run_test(size=(60, 20)) as pilot:
        await until(pilot, lambda: pilot.app.chat.agent)
        for name in [*(f"{command.slash}x" for command in COMMANDS), "zzz", "sessionsandmuchmore", "q" * 80]:
            hint = parse(f"/{name}")
            await say(pilot, f"/{name}")
            assert isinstance(hint, str) and hint in screen_text(pilot.app)


async def test_a_command_that_is_not_possible_now_leaves_the_field_free(scene: Scene):
    async with scene.app().run_test() as pilot:
        await say(pilot, "/copy")
        assert "/copy is not possible now" in screen_text(pilot.app)
        assert pilot.app.chat.composer.text == ""
        await pilot.press("up")
        assert pilot.app.chat.composer.text == "/copy"


async def test_what_was_not_sent_stays_with_its_conversation(scene: Scene):
    conversation = scene.told("About the dog")
    async with scene.app(resume=conversation).run_test() as pilot:
        composer = pilot.app.chat.composer
        await until(pilot, lambda: pilot.app.chat.agent)
        await pilot.press(*"his draft", "ctrl+n")
        await until(pilot, lambda: pilot.app.chat.conversation_id is None)
        assert composer.text == ""
        await pilot.press(*"new draft", "ctrl+n")  # it is a new one already
        await pilot.pause()
        assert composer.text == "new draft"
        await pilot.press("ctrl+o", "enter")
        await until(pilot, lambda: pilot.app.chat.conversation_id == conversation)
        assert composer.text == "his draft"
        await pilot.press("ctrl+n")
        await until(pilot, lambda: composer.text == "new draft")


async def test_a_draft_that_was_left_behind_comes_back_with_up(scene: Scene):
    conversation = scene.told("About the dog")
    async with scene.app(resume=conversation).run_test() as pilot:
        await until(pilot, lambda: pilot.app.chat.agent)
        await pilot.press(*"his draft", "up", "ctrl+n")  # while looking at what was sent before
        await until(pilot, lambda: pilot.app.chat.conversation_id is None)
        assert pilot.app.chat.composer.text == ""
        await pilot.press("up")
        assert pilot.app.chat.composer.text == "his draft"


async def test_slash_new_begins_an_empty_conversation(scene: Scene):
    async with scene.app().run_test() as pilot:
        await say(pilot, "Hello")
        await say(pilot, "/new")
        await until(pilot, lambda: not pilot.app.chat.transcript.views)
        assert "How are you feeling?" in screen_text(pilot.app)
        await say(pilot, "Something else")
    assert len(scene.store.conversations()) == 2


async def test_why_shows_what_was_given_to_the_model(scene: Scene):
    async with scene.app().run_test() as pilot:
        await say(pilot, "My dog died")
        await say(pilot, "/why")
        await until(pilot, lambda: isinstance(pilot.app.screen, Reading))
        await until(pilot, lambda: "Given to the model" in screen_text(pilot.app))
        assert "My dog died" in screen_text(pilot.app)
        await pilot.press("escape")
        assert not isinstance(pilot.app.screen, Reading)


@pytest.mark.parametrize("how", ["key", "command"])
async def test_the_last_reply_is_copied(scene: Scene, how: str):
    async with scene.app().run_test() as pilot:
        await say(pilot, "My dog died")
        if how == "key":
            await pilot.press("ctrl+y")
        else:
            await say(pilot, "/copy")
        await until(pilot, lambda: pilot.app.clipboard)
        assert pilot.app.clipboard == "I am so sorry. **He** was with you for years."


@pytest.mark.parametrize("form", ["md", "jsonl"])
async def test_export_writes_a_file_here_and_shows_its_path(scene: Scene, tmp_path: Path, form: str):
    async with scene.app().run_test(size=(200, 40)) as pilot:
        await say(pilot, "My dog died")
        await say(pilot, f"/export {form}")
        (path,) = tmp_path.glob(f"*.{form}")
        assert "My dog died" in path.read_text()
        await until(pilot, lambda: path.name in screen_text(pilot.app))


async def test_an_export_that_cannot_be_written_is_said_and_nothing_breaks(scene: Scene, monkeypatch, tmp_path: Path):
    gone = tmp_path / "gone"
    gone.mkdir()
    async with scene.app().run_test(size=(200, 40)) as pilot:
        await say(pilot, "My dog died")
        monkeypatch.chdir(gone)
        gone.rmdir()
        await say(pilot, "/export")
        await until(pilot, lambda: "problem" in screen_text(pilot.app))
        await say(pilot, "Still talking")
        assert len(pilot.app.chat.turns) == 2


async def test_help_lists_every_command(scene: Scene):
    async with scene.app().run_test(size=(120, 60)) as pilot:
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(pilot.app.screen, Help))
        seen = screen_text(pilot.app)
        for command in COMMANDS:
            assert command.help.split(";")[0] in seen
            assert f"/{command.slash}" in seen
        assert "Ctrl+R" in seen
        await pilot.press("f1")
        assert not isinstance(pilot.app.screen, Help)


async def test_a_theme_is_chosen_and_kept(scene: Scene):
    async with scene.app().run_test() as pilot:
        await say(pilot, "/theme nord")
        await until(pilot, lambda: settings.load().settings.theme == "nord")
        assert pilot.app.theme == "nord"
        await say(pilot, "/theme nrod")
        assert "did you mean nord?" in screen_text(pilot.app)
    scene.loaded = settings.load()
    async with scene.app().run_test() as pilot:
        assert pilot.app.theme == "nord"


async def test_a_theme_that_this_textual_does_not_have_is_said(scene: Scene):
    scene.loaded = replace(scene.loaded, settings=replace(scene.loaded.settings, theme="plaid"))
    scene.ready.clear()
    async with scene.app().run_test() as pilot:
        assert pilot.app.theme == "textual-dark"
        await pilot.pause()
        assert "There is no theme plaid" in screen_text(pilot.app)


async def test_only_themes_that_can_be_kept_are_offered(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(settings, "THEMES", ("nord", "textual-dark"))
    async with scene.app().run_test() as pilot:
        assert set(pilot.app.available_themes) == {"nord", "textual-dark"}


async def test_the_timeline_is_hidden_and_stays_hidden(scene: Scene):
    conversation = scene.told("one")
    async with scene.app(resume=conversation).run_test() as pilot:
        await say(pilot, "/timeline")
        await until(pilot, lambda: "feelings" not in screen_text(pilot.app))
    scene.loaded = settings.load()
    async with scene.app(resume=conversation).run_test() as pilot:
        assert "feelings" not in screen_text(pilot.app)


async def test_without_colour_emotions_are_still_told_apart(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NO_COLOR", "1")
    async with scene.app().run_test() as pilot:
        await say(pilot, "My dog died")
        assert pilot.app.no_color
        assert "▼ sadness  ━━━━━━━━━─ 93%" in screen_text(pilot.app)


async def test_the_status_line_names_models_and_latencies(scene: Scene):
    async with scene.app().run_test(size=(140, 30)) as pilot:
        await say(pilot, "My dog died")
        status = screen_text(pilot.app).splitlines()[-2]
        assert "text-emotion@1.0 · bank@1.0" in status
        assert "emotion 2 · first token 61 · reply 240 ms" in status
    async with scene.app().run_test(size=(60, 20)) as pilot:
        await say(pilot, "My dog died")
        assert "ready" in screen_text(pilot.app).splitlines()[-2]


async def test_leaving_by_command_ends_with_success(scene: Scene):
    async with scene.app().run_test() as pilot:
        await send(pilot, "/quit")
        await pilot.pause()
    assert pilot.app.return_code == 0


def test_opening_the_chat_imports_no_library_of_the_models():
    heavy = "('onnxruntime', 'ctranslate2', 'numpy', 'torch', 'transformers', 'tokenizers')"
    code = f"import sys, agent.tui.app; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
