"""Draws the README's picture: the real chat with the shipped models. Run: python docs/screens/draw.py"""

import asyncio
import os
import tempfile
from pathlib import Path

SAID = ("My dog died yesterday", "She was fourteen. I got her when I was in college.", "thank you, that helps")


async def draw(path: Path, width: int, height: int) -> None:
    """Types a short conversation into the chat and writes what is then on the screen, as SVG."""
    from agent.settings import load
    from agent.store import Store
    from agent.tui.app import ChatApp
    from agent.turn import open_agent

    loaded, store = load(), Store(Path(":memory:"))
    app = ChatApp(lambda progress: open_agent(loaded.settings, store, progress), store, loaded)
    async with app.run_test(size=(width, height)) as pilot:
        for words in SAID:
            while app.chat.agent is None or app.chat.live is not None:
                await pilot.pause(0.02)
            app.chat.composer.insert(words)
            await pilot.press("enter")
            await pilot.pause(0.1)
        while app.chat.live is not None:
            await pilot.pause(0.02)
        await pilot.pause(0.5)
        path.write_text(app.export_screenshot(title="agent"), encoding="utf-8")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"AGENT_HOME": home, "AGENT_CONFIG": f"{home}/config.toml"}
        asyncio.run(draw(Path(__file__).parent / "chat.svg", 96, 30))
