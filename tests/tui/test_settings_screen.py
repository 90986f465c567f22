"""The settings on a screen: built from their declarations, kept at once."""

import pytest
from scripted import Scene
from steps import screen_text, send, until
from textual.widgets import Input, Select, Switch

from agent import settings
from agent.settings import FIELDS
from agent.tui.settings_screen import Setting, SettingsScreen


async def opened(pilot) -> None:
    await send(pilot, "/settings")
    await until(pilot, lambda: isinstance(pilot.app.screen, SettingsScreen) and pilot.app.screen.query(Setting))


def setting(app, name: str) -> Setting:
    return next(each for each in app.screen.query(Setting) if each.field.name == name)


def help_of(app, name: str) -> str:
    return str(setting(app, name).query_one(".setting-help").render())


async def test_every_setting_is_shown_with_its_documentation_and_origin(scene: Scene):
    async with scene.app().run_test(size=(120, 60)) as pilot:
        await opened(pilot)
        seen = " ".join(screen_text(pilot.app).split())
        for field in FIELDS:
            assert field.name.replace("_", " ") in seen
            assert field.help[:40] in seen
        assert seen.count("default") == len(FIELDS)


async def test_a_theme_is_seen_at_once_and_kept(scene: Scene):
    async with scene.app().run_test() as pilot:
        await opened(pilot)
        setting(pilot.app, "theme").query_one(Select).value = "gruvbox"
        await until(pilot, lambda: pilot.app.theme == "gruvbox")
        assert settings.load().settings.theme == "gruvbox"


async def test_a_switch_is_kept_and_takes_effect(scene: Scene):
    async with scene.app().run_test() as pilot:
        await opened(pilot)
        setting(pilot.app, "show_timeline").query_one(Switch).toggle()
        await until(pilot, lambda: not settings.load().settings.show_timeline)
        assert pilot.app.chat.timeline.has_class("off")


async def test_a_number_is_kept_on_enter(scene: Scene):
    async with scene.app().run_test(size=(120, 60)) as pilot:
        await opened(pilot)
        field = setting(pilot.app, "threads").query_one(Input)
        field.value = "3"
        field.focus()
        await pilot.press("enter")
        await until(pilot, lambda: settings.load().settings.threads == 3)
        assert "from the next start on" in help_of(pilot.app, "threads")


async def test_a_wrong_value_is_explained_and_not_kept(scene: Scene):
    async with scene.app().run_test(size=(120, 60)) as pilot:
        await opened(pilot)
        field = setting(pilot.app, "country").query_one(Input)
        field.value = "Narnia"
        field.focus()
        await pilot.press("enter")
        await until(pilot, lambda: setting(pilot.app, "country").has_class("problem"))
        assert "a code of two letters" in help_of(pilot.app, "country")
        assert settings.load().settings.country == ""


async def test_what_stands_above_the_file_is_said(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AGENT_THREADS", "2")
    scene.loaded = settings.load()
    async with scene.app().run_test(size=(120, 60)) as pilot:
        await opened(pilot)
        assert "environment AGENT_THREADS" in screen_text(pilot.app)
        field = setting(pilot.app, "threads").query_one(Input)
        field.value = "4"
        field.focus()
        await pilot.press("enter")
        await until(pilot, lambda: "stands above it" in help_of(pilot.app, "threads"))


async def test_the_settings_open_again_as_they_were_left(scene: Scene):
    async with scene.app().run_test() as pilot:
        await opened(pilot)
        setting(pilot.app, "show_timeline").query_one(Switch).toggle()
        await pilot.pause()
        await pilot.press("escape")
        await opened(pilot)
        assert not setting(pilot.app, "show_timeline").query_one(Switch).value
