"""What hears speech: the transcriber, the speech encoder, and what is known of the person's voice."""

import numpy as np

from agent.audio.activity import trimmed
from agent.audio.clips import Samples
from agent.events import AgentError, Sound, Words
from agent.store import Store
from agent.understand.hub_speech import HubSpeech
from agent.understand.speech import KnownVoice, SpeechEncoder, open_speech
from agent.understand.transcribe import Transcriber, open_transcriber

NOTHING = "Nothing was heard: speak a little louder or nearer to the microphone, or type it."
NO_WORDS = "No words were understood: say it once more, more slowly, or type it."


class Ears:
    """Models that are open, and the store that keeps how the person's voice sounds."""

    def __init__(self, transcriber: Transcriber, speech: SpeechEncoder | HubSpeech, store: Store | None) -> None:
        """Without a `store` no voice is known or learned."""
        self.transcriber = transcriber
        self.speech = speech
        self._store = store

    def words(self, samples: Samples) -> Words:
        """What is said in a clip.

        Raises:
            AgentError: if nobody speaks in it, or no words were understood.
        """
        found = self.transcriber.words(samples)
        if not found.text:
            raise AgentError(NO_WORDS if len(trimmed(samples)) else NOTHING)
        return found

    def voice(self, samples: Samples) -> Sound | None:
        """What the voice in a clip says; nothing where nobody speaks."""
        speech = trimmed(samples)
        return self.speech.read(speech, self._known()) if len(speech) else None

    def get_to_know(self, sound: Sound) -> None:
        """Learns the person's voice from one more clip of it; a published classifier learns none."""
        if self._store is None or isinstance(self.speech, HubSpeech):
            return
        known = self.speech.learned(sound, self._known())
        self._store.keep_voice(self.speech.name, known.clips, known.total.tobytes())

    def _known(self) -> KnownVoice:
        kept = self._store.voice(self.speech.name) if self._store else None
        return KnownVoice(kept[0], np.frombuffer(kept[1], np.float32)) if kept else KnownVoice()


def open_ears(transcriber: str, speech: str, threads: int, store: Store | None) -> Ears:
    """The transcriber and the speech encoder of these names.

    Raises:
        AgentError: if one of them cannot be opened.
    """
    return Ears(open_transcriber(transcriber, threads), open_speech(speech, threads), store)
