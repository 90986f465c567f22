"""The chat on the whole screen: its keys and commands, and the screens above the conversation."""

import difflib
import inspect
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import App, ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.events import Resize
from textual.screen import Screen
from textual.theme import Theme
from textual.widgets import Footer

from agent import settings
from agent.emotions import EMOTIONS
from agent.events import AgentError
from agent.plaintext import line
from agent.store import Store
from agent.tui.chat import Chat
from agent.tui.commands import COMMANDS
from agent.tui.emotion import EmotionPicker
from agent.tui.help import Help, Reading
from agent.tui.paste import whole
from agent.tui.sessions import Sessions
from agent.tui.settings_screen import AT_ONCE, SettingsScreen
from agent.tui.transcript import Badge, TurnView
from agent.tui.voice import Voice
from agent.tui.work import OpenAgent

if TYPE_CHECKING:  # the models' libraries are imported when they are opened, not before the first paint
    from agent.turn import Agent

NARROW = 72
"""Columns under which the keys stand closer and the timeline gives way."""
ACTIONS = {command.action for command in COMMANDS} | {"end_talk", "discard_talk"}


class ChatApp(App[int], inherit_bindings=False):
    """The chat. `open_agent` loads the models and says what it is doing; `clock` counts seconds."""

    TITLE = "agent"
    CSS_PATH = "agent.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (NARROW, "-wide")]  # noqa: RUF012 - as the base class declares it
    VERTICAL_BREAKPOINTS = [(0, "-short"), (22, "-tall")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(
                command.key, command.action, command.label, show=bool(command.label), priority=command.action == "quit"
            )
            for command in COMMANDS
            if command.key
        ),
        # The keys of "talk" and "stop" while somebody speaks.
        Binding("ctrl+t", "end_talk", "Done"),
        Binding("escape", "discard_talk", "Discard"),
        Binding("ctrl+c", "help_quit", show=False, system=True),
    ]

    def __init__(
        self,
        open_agent: OpenAgent,
        store: Store,
        loaded: settings.Loaded,
        resume: int | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self.store = store
        self.chat = Chat(open_agent, store, resume, clock)
        self.chat.timeline.set_class(not loaded.settings.show_timeline, "off")
        self.loaded = loaded
        if loaded.settings.theme in self.available_themes:
            self.theme = loaded.settings.theme
        for name in set(self.available_themes) - {*settings.THEMES, self.theme}:
            self.unregister_theme(name)  # a newer Textual's, which the settings would refuse to keep

    def get_driver_class(self) -> type[Driver]:
        """The driver of this system; a paste reaches the chat whole."""
        return whole(super().get_driver_class())

    def compose(self) -> ComposeResult:
        """The conversation above the keys that work now."""
        yield self.chat
        yield Footer()

    def on_mount(self) -> None:
        """Every later change of the theme is kept."""
        self.theme_changed_signal.subscribe(self, self._theme_changed)
        if self.loaded.settings.theme not in self.available_themes:
            sentence = f"There is no theme {self.loaded.settings.theme}; /theme shows those there are."
            self.call_after_refresh(self.chat.transcript.note, sentence, "problem")

    async def on_app_focus(self) -> None:
        """Whoever comes back from another window finds what was said there."""
        await self.chat.catch_up()

    def on_resize(self, event: Resize) -> None:
        """On a narrow screen the keys stand closer, so that all of them are seen."""
        for footer in self.screen.query(Footer):
            footer.compact = event.size.width < NARROW

    def _say(self, sentence: str) -> None:
        self.chat.status.state = sentence

    # Commands

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette: what can be done now, from the one table."""
        for command in COMMANDS:
            if self.possible(command.action):
                yield SystemCommand(command.title, command.help, getattr(self, f"action_{command.action}"))

    def possible(self, action: str) -> bool:
        """Whether a command makes sense at this moment."""
        chat = self.chat
        idle = chat.live is None and not chat.voice.busy
        match action:
            case "stop":
                return chat.live is not None
            case "end_talk":
                return chat.voice.recording
            case "discard_talk":
                return chat.live is None and (chat.voice.busy or chat.voice.handsfree)
            case "new" | "sessions" | "talk":
                return idle
            case "regenerate":
                return idle and chat.agent is not None and bool(chat.turns)
            case "correct":
                return idle and chat.agent is not None and any(turn.understanding for turn in chat.turns)
            case "why":
                return idle and chat.agent is not None and bool(chat.turns)
            case "copy_reply":
                return any(turn.reply for turn in chat.turns)
            case "export":
                return chat.conversation_id is not None
        return True

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The footer names the keys that work now; over another screen only leaving does."""
        if action not in ACTIONS:
            return True
        return action == "quit" or (len(self.screen_stack) == 1 and self.possible(action))

    @on(Chat.Commanded)
    async def _command(self, event: Chat.Commanded) -> None:
        command, argument = event.asked.command, event.asked.argument
        if not self.possible(command.action):
            self._say(f"/{command.slash} is not possible now")
            return
        method = getattr(self, f"action_{command.action}")
        done = method(argument) if command.argument else method()
        if inspect.isawaitable(done):
            await done

    @on(Voice.Next)
    def _talk_on(self) -> None:
        if self.possible("talk"):
            self.action_talk()

    def action_talk(self) -> None:
        """Record what the person says."""
        self.chat.speak(self.loaded.settings)

    def action_end_talk(self) -> None:
        """The turn that is being spoken is complete."""
        self.chat.voice.finish()

    def action_discard_talk(self) -> None:
        """Forget what was spoken."""
        self.chat.voice.discard()

    def action_handsfree(self) -> None:
        """Listen again after every answer, or no longer."""
        voice = self.chat.voice
        voice.handsfree = not voice.handsfree
        voice.answered()  # else it begins after the answer that is being written

    async def action_stop(self) -> None:
        """Stop the reply, and do not listen again after it."""
        self.chat.voice.handsfree = False
        await self.chat.cancel()

    async def action_regenerate(self) -> None:
        """Answer the last message anew."""
        await self.chat.regenerate()

    def action_copy_reply(self) -> None:
        """Put the last reply on the clipboard."""
        reply = next(turn.reply for turn in reversed(self.chat.turns) if turn.reply)
        self.copy_to_clipboard(reply.text)
        self._say("the last reply is copied")

    def action_why(self) -> None:
        """Show what was given to the model for the last turn."""
        self.push_screen(Reading("What was given to the model", self.chat.why()))

    async def action_correct(self, label: str = "") -> None:
        """Correct the emotion of the last turn that was understood, by name or from the picker."""
        view = next(view for view in reversed(self.chat.transcript.views) if view.understanding)
        label = label.lower()
        if label in EMOTIONS:
            await self.chat.correct(view, label)
        elif label:
            self._say(f"{label} is none of {', '.join(EMOTIONS)}")
        else:
            self._pick(view)

    @on(Badge.Pressed)
    def _badge_pressed(self, event: Badge.Pressed) -> None:
        view = next(view for view in self.chat.transcript.views if event.badge in view.query(Badge))
        if view.understanding and self.possible("correct"):
            self._pick(view)

    def _pick(self, view: TurnView) -> None:
        async def keep(label: str | None) -> None:
            if label:
                await self.chat.correct(view, label)

        self.push_screen(EmotionPicker(line(view.words), view.label), keep)

    async def action_new(self) -> None:
        """An empty conversation; the old one is kept."""
        await self.chat.open(None)

    def action_sessions(self, words: str = "") -> None:
        """The list of conversations, searched for words."""
        sessions = Sessions(self.store, words)

        async def closed(chosen: int | None) -> None:
            here = self.chat.conversation_id
            if chosen is not None and chosen != here:
                await self.chat.open(chosen)
            elif here in sessions.deleted:
                await self.chat.open(None)

        self.push_screen(sessions, closed)

    async def action_export(self, form: str = "") -> None:
        """Write the conversation into the present folder and say where."""
        from agent.history import export

        assert self.chat.conversation_id is not None
        try:
            path = export(self.store, self.chat.conversation_id, form or "md", Path.cwd())
        except (AgentError, OSError) as error:
            await self.chat.transcript.note(str(error), "problem")
        else:
            await self.chat.transcript.note(f"This conversation is written to {path}")

    def action_timeline(self) -> None:
        """Show or hide the timeline, and keep the choice."""
        self._set("show_timeline", self.chat.timeline.has_class("off"))

    def action_theme(self, name: str = "") -> None:
        """Choose a theme by name, or from the list."""
        if not name:
            self.search_themes()
        elif name in self.available_themes:
            self.theme = name
        else:
            near = difflib.get_close_matches(name, self.available_themes, 1)
            self._say(f"there is no theme {name}" + (f"; did you mean {near[0]}?" if near else ""))

    def _theme_changed(self, theme: Theme) -> None:
        if theme.name != self.loaded.settings.theme:
            self._set("theme", theme.name)

    def _set(self, name: str, value: object) -> None:
        if problem := self._keep(name, value):
            self._say(problem)

    def _keep(self, name: str, value: object) -> str:
        """Keep a setting and let it take effect; a sentence when it could not be kept."""
        problem = ""
        try:
            settings.save({name: value})
        except AgentError as error:
            problem = str(error)
            if name not in AT_ONCE:
                return problem
        self.loaded = replace(self.loaded, settings=replace(self.loaded.settings, **{name: value}))  # type: ignore[arg-type]
        self.chat.timeline.set_class(not self.loaded.settings.show_timeline, "off")
        if self.loaded.settings.theme in self.available_themes:
            self.theme = self.loaded.settings.theme
        return problem

    def action_settings(self) -> None:
        """The settings, each with its documentation and where it comes from."""
        self.push_screen(SettingsScreen(self.loaded, self._keep))

    def action_help(self) -> None:
        """Keys and commands."""
        self.push_screen(Help())

    async def action_quit(self) -> None:
        """Leave; everything is kept."""
        await self.chat.close_turn()
        self.exit(0)


def run(loaded: settings.Loaded, store: Store | None, resume: int | None = None) -> int:
    """Open the chat on the whole screen; returns the exit code. Without a store, the person's own is opened."""
    kept = store or Store(None if loaded.settings.keep_history else ":memory:")

    def open_agent(progress: Callable[[str], None]) -> "Agent":
        from agent import turn

        return turn.open_agent(loaded.settings, kept, progress)

    try:
        app = ChatApp(open_agent, kept, loaded, resume)
        app.run()
        return app.return_code or 0
    finally:
        if store is None:
            kept.close()
