"""A pasted block arrives whole, whatever is in it.

Textual's parser looks for keys inside a bracketed paste as well: what follows an escape character there would be
pressed, not pasted, and a Ctrl+Q among it would leave the chat. So escape characters in a paste are made visible, as
the composer would do anyway, before the parser sees them.
"""

import os
import selectors
from codecs import getincrementaldecoder
from collections.abc import Iterable

from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.driver import Driver
from textual.message import Message

from agent.plaintext import visible

ESCAPE = "\x1b"
READ = 4096  # bytes at a time


class Pastes:
    """What a terminal sends, piece by piece, with the escape characters inside pastes made visible."""

    def __init__(self) -> None:
        self._inside = False
        self._begun = ""  # how much of the marker that is looked for has come; inside a paste it is held back

    def clean(self, data: str) -> str:
        """The next piece; what may be the beginning of a paste's end comes with the piece that decides it."""
        passed: list[str] = []
        for character in data:
            if self._inside:
                passed.append(self._pasted(character))
            else:
                passed.append(character)  # at once: an escape may be the key
                self._seen(BRACKETED_PASTE_START, character)
        return "".join(passed)

    def _pasted(self, character: str) -> str:
        """What is sure now that this character of a paste has come."""
        held = self._begun
        self._seen(BRACKETED_PASTE_END, character)
        if not self._inside:
            return BRACKETED_PASTE_END
        if self._begun == held + character:
            return ""
        return visible(held) + ("" if self._begun else character)

    def _seen(self, marker: str, character: str) -> None:
        """Follow the marker by one character; with its last one the paste begins or ends."""
        self._begun += character
        if not marker.startswith(self._begun):
            self._begun = character if character == ESCAPE else ""
        if self._begun == marker:
            self._inside, self._begun = not self._inside, ""


class Parser(XTermParser):
    """Textual's parser behind `Pastes`."""

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self._pastes = Pastes()

    def feed(self, data: str) -> Iterable[Message]:
        """The messages of the next piece."""
        if cleaned := self._pastes.clean(data):  # to the parser, nothing means the end
            yield from super().feed(cleaned)


def whole(driver: type[Driver]) -> type[Driver]:
    """The driver with pastes that arrive whole; one that reads no Unix terminal as it is."""
    try:
        from textual.drivers.linux_driver import LinuxDriver
    except ImportError:  # a system without termios has another driver
        return driver
    if driver is not LinuxDriver:
        return driver

    class WholePastes(LinuxDriver):
        """Textual's driver for a Unix terminal, with our parser."""

        def run_input_thread(self) -> None:
            """Read the terminal until the chat is left; as in the base class but for the parser."""
            parser = Parser(self._debug)
            decode = getincrementaldecoder("utf-8")("replace").decode  # a byte that is no text must not end the chat
            with selectors.SelectSelector() as selector:
                selector.register(self.fileno, selectors.EVENT_READ)
                while not self.exit_event.is_set():
                    if selector.select(0.1):
                        for message in parser.feed(decode(os.read(self.fileno, READ))):
                            self.process_message(message)
                    for message in parser.tick():
                        self.process_message(message)

    return WholePastes
