"""Speaking: the recording, and the row that shows what the microphone and the ears are doing.

The sound is in memory alone, and goes with its turn. Microphone, voice activity and listening work in threads; the
row hears from them by messages.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

from textual import on
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from agent.events import AgentError, Spoken, Words
from agent.settings import Settings
from agent.tui import work
from agent.tui.composer import Composer
from agent.tui.emotion import LEVELS

if TYPE_CHECKING:  # numpy is imported with the first recording, not before the first paint
    from agent.audio.activity import Endpoint
    from agent.audio.clips import Samples
    from agent.audio.microphone import Microphone
    from agent.turn import Agent

WAIT_SECONDS, HANDSFREE_SECONDS = 8, 60
"""How long a recording waits for the first word."""
SHOWN_SECONDS = 1 / 12
"""How often the row is painted anew."""
UNSURE_BELOW = 0.6
"""Words that the transcriber is less sure of are shown before they are sent, unless the person never wants that."""
QUIETEST = -60.0
"""dBFS at which the meter begins."""
METER_CELLS = 10
LEAVING_SECONDS = 1
SILENCE = "Nothing was heard: speak nearer, or write it."


class Level(Message, bubble=False):
    """How loud the microphone hears (dBFS), and for how many seconds it has been open."""

    def __init__(self, recording: Recording, decibels: float, seconds: float) -> None:
        super().__init__()
        self.recording = recording
        self.decibels = decibels
        self.seconds = seconds


class Ended(Message, bubble=False):
    """The recording is over: what was spoken, if anything, and the sentence why it was broken off, if it was."""

    def __init__(self, recording: Recording, samples: Samples | None, lost: str) -> None:
        super().__init__()
        self.recording = recording
        self.samples = samples
        self.lost = lost


class Recording:
    """One turn being spoken, in a thread that owns the microphone; posts `Level` while it lasts, then `Ended`."""

    def __init__(self, settings: Settings, wait_seconds: float, post: work.Post) -> None:
        """Begins at once; ends by itself after the pause of the settings, or `wait_seconds` without a word."""
        self._settings = settings
        self._wait_seconds = wait_seconds
        self._post = post
        self._over = threading.Event()
        self._microphone: Microphone | None = None
        self._thread = work.start(self._record)

    def finish(self) -> None:
        """Ends the turn now."""
        self._over.set()

    def discard(self) -> threading.Thread:
        """Ends the recording, whatever the microphone does; returns the thread that will have ended."""
        self._over.set()
        if microphone := self._microphone:
            work.start(microphone.close)  # a device that hangs must not hold the screen
        return self._thread

    def _record(self) -> None:
        samples, lost = None, ""
        try:
            from agent.audio.microphone import Microphone

            microphone = self._microphone = Microphone(self._settings.microphone)
            with microphone:
                self._post(Level(self, QUIETEST, 0))
                # It is loaded while the microphone hears; what was said meanwhile waits in the microphone.
                from agent.audio.activity import Endpoint
                from agent.audio.clips import LONGEST_SECONDS, RATE

                endpoint = Endpoint(self._settings.pause_ms / 1000)
                try:
                    self._hear(microphone, endpoint)
                finally:
                    samples = endpoint.samples
            if len(samples) >= (LONGEST_SECONDS - 1) * RATE:
                lost = f"A turn has {LONGEST_SECONDS} seconds at most: look over what was heard, and say the rest next."
        except AgentError as error:
            lost = str(error)
        except Exception as error:  # whatever a sound library raises must not close the chat
            lost = f"The recording broke off ({error}): try it once more, or type it."
        self._post(Ended(self, samples, lost))

    def _hear(self, microphone: Microphone, endpoint: Endpoint) -> None:
        from agent.audio.clips import RATE
        from agent.audio.microphone import level

        heard = 0
        loudest, shown = QUIETEST, time.monotonic()
        while not (self._over.is_set() or endpoint.ended):
            chunk = microphone.read()
            endpoint.feed(chunk)
            heard += len(chunk)
            loudest, now = max(loudest, level(chunk)), time.monotonic()
            if now - shown >= SHOWN_SECONDS:
                self._post(Level(self, loudest, heard / RATE))
                loudest, shown = QUIETEST, now
            if heard > self._wait_seconds * RATE and not endpoint.begun:
                return
        while len(chunk := microphone.read(0)):  # what was said before the key was pressed
            endpoint.feed(chunk)


class Voice(Static):
    """The row about the voice: hidden, or what it does and which keys help. What is heard goes into `composer`."""

    class Said(Message):
        """A turn was spoken and is to be sent."""

        def __init__(self, spoken: Spoken) -> None:
            super().__init__()
            self.spoken = spoken

    class Next(Message):
        """Without hands, the next turn is spoken now."""

    class Told(Message):
        """A sentence for the person: a problem, or only a word on what happened."""

        def __init__(self, sentence: str, problem: bool) -> None:
            super().__init__()
            self.sentence = sentence
            self.problem = problem

    state: reactive[str] = reactive("off")
    """"off", "opening", "recording", "listening" or "review"."""
    handsfree: reactive[bool] = reactive(False)
    """Whether it listens again after every answer."""

    def __init__(self, composer: Composer) -> None:
        super().__init__(id="voice")
        self.composer = composer
        self._agent: Agent | None = None
        self._settings = Settings()
        self._opening: threading.Thread | None = None
        self._recording: Recording | None = None
        self._lost = ""
        self._levels: deque[float] = deque(maxlen=METER_CELLS)
        self._seconds = 0.0
        self._samples: Samples | None = None  # what is being listened to
        self._spoken: Spoken | None = None  # what is being looked over
        self._draft = ""  # what stood in the composer before

    @property
    def busy(self) -> bool:
        """Whether a turn is being spoken, listened to or looked over."""
        return self.state != "off"

    @property
    def recording(self) -> bool:
        """Whether the microphone is on, or about to be."""
        return self.state in ("opening", "recording")

    def start(self, agent: Agent, settings: Settings) -> None:
        """Record a turn."""
        self._agent, self._settings = agent, settings
        self._levels.clear()
        self._seconds, self._lost = 0.0, ""
        self.state = "opening"
        wait = HANDSFREE_SECONDS if self.handsfree else WAIT_SECONDS
        self._recording = Recording(settings, wait, self.post_message)
        # They open while the person speaks, and nobody speaks for long to ears that cannot be opened.
        if self._opening is None or not self._opening.is_alive():
            self._opening = work.open_ears(agent, self.post_message)

    def answered(self) -> None:
        """The turn is over: without hands, the next one is spoken."""
        if self.handsfree and not self.busy:
            # Made here and not where this is called: a message rises no higher than whoever made it.
            self.call_later(lambda: self.post_message(self.Next()))

    def finish(self) -> None:
        """End the turn that is being spoken."""
        if self._recording:
            self._recording.finish()

    def takes(self, text: str) -> bool:
        """Whether Enter, with this text in the composer, was meant for the voice; if so, it is done."""
        if self.recording:
            self.finish()
        elif self.state == "review" and self._spoken and self._spoken.words:
            spoken, words = self._spoken, text.strip()
            if not words:
                self.discard()
                return True
            if words != self._spoken.words.text.strip():
                spoken = replace(spoken, words=Words(words, "you", 1.0))
            self.composer.take()
            self._put_aside()
            self.post_message(self.Said(spoken))
        else:
            return False
        return True

    def discard(self) -> None:
        """Forget the turn that is being spoken, listened to or looked over, and leave the hands-free mode."""
        self.handsfree = False
        if self._recording:
            self._recording.discard()
        if self.state == "review":
            self.composer.clear()
            self._put_aside()
        self._off()

    def review(self, spoken: Spoken) -> None:
        """Put the words into the composer, to be mended and sent; what stood there comes back afterwards."""
        assert spoken.words
        self._spoken = spoken
        self._draft = self.composer.text
        self.composer.clear()
        self.composer.give_back(spoken.words.text)
        self.state = "review"

    async def on_unmount(self) -> None:
        """Nobody records when the chat is left."""
        if self._recording:
            await asyncio.to_thread(self._recording.discard().join, LEAVING_SECONDS)

    def _put_aside(self) -> None:
        """The words are sent or forgotten; the draft from before stands in the composer again."""
        self.composer.give_back(self._draft)
        self._draft, self._spoken = "", None
        self.state = "off"

    def _off(self) -> None:
        self._recording = self._samples = self._spoken = None
        self.state = "off"

    @on(Level)
    def _level(self, event: Level) -> None:
        if event.recording is self._recording and self.recording:
            self.state = "recording"
            self._levels.append(event.decibels)
            self._seconds = event.seconds
            self.refresh()

    @on(Ended)
    def _ended(self, event: Ended) -> None:
        if event.recording is not self._recording:
            return
        self._recording, self._lost = None, event.lost
        if event.lost:
            self.handsfree = False
            self.post_message(self.Told(event.lost, problem=True))
        if self._agent and event.samples is not None and len(event.samples):
            self._samples = event.samples
            self.state = "listening"
            work.listen(self._agent, event.samples, self._opening, self.post_message)
            return
        if not event.lost:
            self.handsfree = False
            self.post_message(self.Told(SILENCE, problem=False))
        self._off()

    @on(work.Deaf)
    def _deaf(self, event: work.Deaf) -> None:
        if self.recording:  # what is being listened to fails by itself
            self.discard()
            self.post_message(self.Told(event.sentence, problem=True))

    @on(work.Listened)
    def _listened(self, event: work.Listened) -> None:
        if event.samples is not self._samples:
            return
        self._off()
        spoken = event.spoken
        if spoken is None or spoken.words is None:
            self.post_message(self.Told(event.sentence, problem=True))
            self.answered()
            return
        unsure = self._settings.review_words == "unsure" and spoken.words.confidence < UNSURE_BELOW
        if self._lost or unsure or self._settings.review_words == "always":
            self.review(spoken)
        else:
            self.post_message(self.Said(spoken))

    # What is seen

    def watch_state(self) -> None:
        """The keys that work have changed."""
        self._seen()

    def watch_handsfree(self) -> None:
        """So have they with this."""
        self._seen()

    def _seen(self) -> None:
        self.display = self.busy or self.handsfree
        self.app.refresh_bindings()

    def render(self) -> Content:
        """What is going on in words first, then the keys, which give way on a narrow screen."""
        muted = "$foreground-muted"
        leave = "Esc leaves" if self.handsfree else "Esc discards"
        match self.state:
            case "opening":
                return Content.assemble("○ opening the microphone…  ", (leave, muted))
            case "recording":
                word = "● recording, hands-free" if self.handsfree else "● recording"
                clock = f"  {int(self._seconds) // 60}:{int(self._seconds) % 60:02}  "
                return Content.assemble(
                    (word, "bold $text-error"), clock, (self._meter(), "$text-error"), (f"  Enter ends, {leave}", muted)
                )
            case "listening":
                return Content.assemble("◉ listening to what you said…  ", (leave, muted))
            case "review" if self._spoken and self._spoken.words:
                sure = f"◉ heard {self._spoken.words.confidence:.0%}"
                return Content.assemble(sure, ("  mend the words; Enter sends, ", muted), (leave, muted))
        return Content.assemble("○ hands-free  ", ("it listens again after the answer; ", muted), (leave, muted))

    def _meter(self) -> str:
        """The last levels as cells, the newest at the right."""
        top = len(LEVELS) - 1
        cells = [LEVELS[max(0, min(top, round((1 - each / QUIETEST) * top)))] for each in self._levels]
        return "".join(cells).rjust(METER_CELLS)
