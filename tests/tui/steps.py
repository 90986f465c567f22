"""What a person does and sees at the screen, for the tests."""

from collections.abc import Callable

from textual.pilot import Pilot

from agent.tui.app import ChatApp


async def until(pilot: Pilot[int], condition: Callable[[], object]) -> None:
    """Let the chat work until the condition holds."""
    for _ in range(500):
        if condition():
            await pilot.pause()
            return
        await pilot.pause(0.01)
    raise AssertionError("what was waited for did not come")


async def send(pilot: Pilot[int], text: str) -> None:
    """Type a text as a paste would, and press Enter."""
    app = pilot.app
    assert isinstance(app, ChatApp)
    app.chat.composer.insert(text)
    await pilot.press("enter")
    await pilot.pause()


async def say(pilot: Pilot[int], text: str) -> None:
    """Send words and wait for the whole answer."""
    app = pilot.app
    assert isinstance(app, ChatApp)
    await until(pilot, lambda: app.chat.agent)
    await send(pilot, text)
    await until(pilot, lambda: app.chat.live is None)


def screen_text(app: ChatApp) -> str:
    """Everything that is on the screen, as characters."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips(app.screen.size))
