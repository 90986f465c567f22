"""Speaking on the screen: recording, ending, discarding, silence, lost devices, looking the words over, hands-free."""

import dataclasses
import os
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from audio.pulse import needs_pulse, pulse
from hearing import SAID, HearingAgent, RealEars, Room, silence, sound
from models import encoder
from scripted import Scene, feeling
from steps import say as type_and_send
from steps import screen_text, send, until
from textual.pilot import Pilot
from textual.widgets import Select
from voices import say

from agent.audio.clips import RATE, Samples
from agent.events import Words
from agent.settings import load, save
from agent.tui.settings_screen import Setting
from agent.tui.voice import SILENCE
from agent.turn import Agent, open_backend


@pytest.fixture
def hearing(scene: Scene) -> HearingAgent:
    """The agent of the scene, with ears."""
    scene.agent = HearingAgent(scene.store)
    return scene.agent


@pytest.fixture
def spoken() -> Samples:
    """Half a second of nothing, then a sentence."""
    return np.concatenate([silence(0.5), say("My dog died yesterday.")])


def room(monkeypatch: pytest.MonkeyPatch, *turns: tuple[Samples, str], refuse: str = "") -> Room:
    """The microphone hears this."""
    made = Room(*turns, refuse=refuse)
    monkeypatch.setattr("agent.audio.microphone.Microphone", made)
    return made


def reviewing(scene: Scene, when: str) -> None:
    """The words are shown before they are sent: always, unsure or never."""
    scene.loaded = load()
    scene.loaded = dataclasses.replace(
        scene.loaded, settings=dataclasses.replace(scene.loaded.settings, review_words=when)
    )


async def ready(pilot: Pilot[int]) -> None:
    await until(pilot, lambda: pilot.app.chat.agent)


async def talk(pilot: Pilot[int]) -> None:
    """Press the key; the microphone is on."""
    await ready(pilot)
    await pilot.press("ctrl+t")
    await until(pilot, lambda: pilot.app.chat.voice.state != "opening")


async def answered(pilot: Pilot[int], turns: int = 1) -> None:
    chat = pilot.app.chat
    await until(pilot, lambda: len(chat.turns) == turns and chat.live is None)


async def test_a_pause_ends_the_turn_and_it_is_heard_and_answered(scene: Scene, hearing, spoken, monkeypatch):
    here = room(monkeypatch, (spoken, "on"))
    async with scene.app().run_test(size=(100, 30)) as pilot:
        await talk(pilot)
        await answered(pilot)
        seen = screen_text(pilot.app)
        assert "My dog died yesterday" in seen
        assert "◉ heard 83%  transcriber@1.0" in seen
        assert "▼ sadness" in seen
        assert not pilot.app.chat.voice.display
        await pilot.press("up")
        assert pilot.app.chat.composer.text == SAID.text
    assert here.opened == here.closed == 1
    (clip,) = hearing.clips
    assert len(spoken) / 2 < len(clip) < len(spoken) + 1.5 * RATE
    (turn,) = scene.store.turns(1)
    assert (turn.source, turn.confidence) == ("spoken", 0.83)


@pytest.mark.parametrize(("key", "then"), [("ctrl+t", "hold"), ("enter", "hold"), ("enter", "late")])
async def test_a_key_ends_the_turn_at_once(scene: Scene, hearing, spoken, monkeypatch, key: str, then: str):
    room(monkeypatch, (spoken, then))
    async with scene.app().run_test() as pilot:
        await talk(pilot)
        await until(pilot, lambda: "● recording" in screen_text(pilot.app))
        assert not hearing.clips
        await pilot.press(key)
        await answered(pilot)
    (clip,) = hearing.clips
    assert len(clip) > len(spoken) - 0.6 * RATE  # all that was said before the key


async def test_while_it_records_it_says_so_and_shows_time_and_level(scene: Scene, hearing, monkeypatch):
    room(monkeypatch, (np.concatenate([say("one two three four five six seven")] * 2), "hold"))
    async with scene.app().run_test() as pilot:
        await talk(pilot)
        await until(pilot, lambda: "0:0" in screen_text(pilot.app) and "▅" in screen_text(pilot.app))
        row = str(pilot.app.chat.voice.render())
        assert row.startswith("● recording") and "Enter ends" in row and "Esc discards" in row


async def test_on_the_smallest_screen_it_still_says_that_it_records(scene: Scene, hearing, monkeypatch):
    room(monkeypatch, (silence(0.1), "hold"))
    async with scene.app().run_test(size=(60, 20)) as pilot:
        await ready(pilot)
        await send(pilot, "/handsfree")
        await until(pilot, lambda: "● recording, hands-free  0:00" in screen_text(pilot.app))
        assert {"Done", "Discard"} <= set(screen_text(pilot.app).splitlines()[-1].split())


async def test_escape_discards_what_was_spoken(scene: Scene, hearing, spoken, monkeypatch):
    here = room(monkeypatch, (spoken, "hold"))
    async with scene.app().run_test() as pilot:
        await talk(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: here.closed)
        assert not pilot.app.chat.voice.busy
        assert "recording" not in screen_text(pilot.app)
        await pilot.pause(0.2)
        assert not hearing.clips and not pilot.app.chat.turns


async def test_escape_discards_what_is_being_listened_to(scene: Scene, hearing, spoken, monkeypatch):
    hearing.ear_gate = threading.Event()
    room(monkeypatch, (spoken, "on"))
    async with scene.app().run_test() as pilot:
        await talk(pilot)
        await until(pilot, lambda: "listening to what you said" in screen_text(pilot.app))
        await pilot.press("escape")
        hearing.ear_gate.set()
        await pilot.pause(0.3)
        assert not pilot.app.chat.voice.busy and not hearing.spoken
        assert pilot.app.chat.composer.text == ""


async def test_a_key_while_it_listens_does_nothing(scene: Scene, hearing, spoken, monkeypatch):
    hearing.ear_gate = threading.Event()
    here = room(monkeypatch, (spoken, "on"))
    async with scene.app().run_test() as pilot:
        await talk(pilot)
        await until(pilot, lambda: hearing.clips)
        await pilot.press("ctrl+t")
        await send(pilot, "typed meanwhile")
        assert "Esc discards what you said" in screen_text(pilot.app)
        assert here.opened == 1
        hearing.ear_gate.set()
        await answered(pilot)
        assert pilot.app.chat.composer.text == "typed meanwhile"


async def test_silence_is_said_and_not_sent(scene: Scene, hearing, monkeypatch):
    here = room(monkeypatch, (silence(1), "on"))
    async with scene.app().run_test() as pilot:
        await talk(pilot)
        await until(pilot, lambda: SILENCE in screen_text(pilot.app))
        assert not pilot.app.chat.voice.busy
        assert here.closed == 1
    assert not hearing.clips
    assert 6 < here.quiet_seconds < 9


async def test_a_key_before_the_first_word_is_silence_too(scene: Scene, hearing, monkeypatch):
    room(monkeypatch, (silence(1), "hold"))
    async with scene.app().run_test() as pilot:
        await talk(pilot)
        await pilot.press("ctrl+t")
        await until(pilot, lambda: SILENCE in screen_text(pilot.app))
    assert not hearing.clips


async def test_no_device_is_one_sentence_and_the_chat_goes_on(scene: Scene, hearing, monkeypatch):
    room(monkeypatch, refuse="There is no microphone to open (none): plug one in.")
    async with scene.app().run_test() as pilot:
        await talk(pilot)
        await until(pilot, lambda: "There is no microphone to open" in screen_text(pilot.app))
        assert screen_text(pilot.app).count("There is no microphone") == 1
        await type_and_send(pilot, "Then I type")
        assert [turn.words for turn in pilot.app.chat.turns] == ["Then I type"]


async def test_a_device_lost_in_mid_sentence_keeps_what_was_said(scene: Scene, hearing, spoken, monkeypatch):
    reviewing(scene, "never")
    room(monkeypatch, (spoken, "lost"))
    async with scene.app().run_test() as pilot:
        await talk(pilot)
        await until(pilot, lambda: pilot.app.chat.voice.state == "review")
        assert "The microphone fell silent" in screen_text(pilot.app)
        assert pilot.app.chat.composer.text == SAID.text
        assert not pilot.app.chat.turns
    assert len(hearing.clips[0]) > RATE


async def test_a_device_lost_before_the_first_word_leaves_nothing(scene: Scene, hearing, monkeypatch):
    room(monkeypatch, (silence(0.5), "lost"))
    async with scene.app().run_test() as pilot:
        await talk(pilot)
        await until(pilot, lambda: "The microphone fell silent" in screen_text(pilot.app))
        assert not pilot.app.chat.voice.busy and not hearing.clips


async def test_what_is_too_long_for_a_turn_is_looked_over_before_it_is_sent(scene: Scene, hearing, monkeypatch):
    reviewing(scene, "never")
    monkeypatch.setattr("agent.audio.activity.LONGEST_SECONDS", 3)
    monkeypatch.setattr("agent.audio.clips.LONGEST_SECONDS", 3)
    room(monkeypatch, (np.concatenate([say("one two three four five six seven eight")] * 3), "on"))
    async with scene.app().run_test() as pilot:
        await talk(pilot)
        await until(pilot, lambda: pilot.app.chat.voice.state == "review")
        assert "A turn has 3 seconds at most" in screen_text(pilot.app)


async def test_ears_that_cannot_be_opened_are_said_at_once(scene: Scene, hearing, monkeypatch):
    hearing.deaf = "The artefact speech is not there: run `agent models get speech`."
    here = room(monkeypatch, (silence(0.1), "hold"))
    async with scene.app().run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        await pilot.press("ctrl+t")
        await until(pilot, lambda: hearing.deaf in screen_text(pilot.app))
        await until(pilot, lambda: here.closed == here.opened)
        assert not pilot.app.chat.voice.busy
        await type_and_send(pilot, "Then I type")
        assert len(pilot.app.chat.turns) == 1


async def test_words_that_were_not_understood_are_said(scene: Scene, hearing, spoken, monkeypatch):
    hearing.fails = "No words were understood: say it once more."
    room(monkeypatch, (spoken, "on"))
    async with scene.app().run_test() as pilot:
        await talk(pilot)
        await until(pilot, lambda: hearing.fails in screen_text(pilot.app))
        assert not pilot.app.chat.voice.busy and not pilot.app.chat.turns


@pytest.mark.parametrize(
    ("when", "confidence", "shown"),
    [
        ("always", 0.99, True),
        ("unsure", 0.59, True),
        ("unsure", 0.61, False),
        ("never", 0.05, False),
    ],
)
async def test_the_words_are_shown_first_as_the_settings_say(
    scene: Scene, hearing, spoken, monkeypatch, when: str, confidence: float, shown: bool
):
    reviewing(scene, when)
    hearing.words = [dataclasses.replace(SAID, confidence=confidence)]
    room(monkeypatch, (spoken, "on"))
    async with scene.app().run_test() as pilot:
        await talk(pilot)
        await until(pilot, lambda: pilot.app.chat.voice.state == "review" or pilot.app.chat.turns)
        assert bool(pilot.app.chat.turns) is not shown
        if shown:
            assert pilot.app.chat.composer.text == SAID.text
            assert f"heard {confidence:.0%}" in screen_text(pilot.app)
            await pilot.press("enter")
        await answered(pilot)
        assert pilot.app.chat.composer.text == ""
    assert [one.words for one in hearing.spoken] == hearing.words


async def test_mended_words_are_the_persons_own_and_the_sound_stays(scene: Scene, hearing, spoken, monkeypatch):
    reviewing(scene, "always")
    room(monkeypatch, (spoken, "on"))
    async with scene.app().run_test() as pilot:
        await talk(pilot)
        await until(pilot, lambda: pilot.app.chat.voice.state == "review")
        await pilot.press(*"!", "enter")
        await answered(pilot)
        assert "◉ spoken  words mended by you" in screen_text(pilot.app)
        await pilot.press("up")
        assert pilot.app.chat.composer.text == f"{SAID.text}!"
    (sent,) = hearing.spoken
    assert sent.words == Words(f"{SAID.text}!", "you", 1.0)
    assert sent.sound == sound() and sent.samples is hearing.clips[0]
    async with scene.app(resume=1).run_test() as pilot:
        await until(pilot, lambda: "◉ spoken  words mended by you" in screen_text(pilot.app))


@pytest.mark.parametrize("how", ["escape", "emptied", "enter"])
async def test_what_was_being_written_comes_back_after_the_words(scene: Scene, hearing, spoken, monkeypatch, how: str):
    reviewing(scene, "always")
    room(monkeypatch, (spoken, "on"))
    async with scene.app().run_test() as pilot:
        await pilot.press(*"a draft")
        await talk(pilot)
        await until(pilot, lambda: pilot.app.chat.voice.state == "review")
        assert pilot.app.chat.composer.text == SAID.text
        if how == "emptied":
            pilot.app.chat.composer.clear()
        await pilot.press("escape" if how == "escape" else "enter")
        await until(pilot, lambda: not pilot.app.chat.voice.busy)
        await until(pilot, lambda: pilot.app.chat.live is None)
        assert pilot.app.chat.composer.text == "a draft"
        await until(pilot, lambda: len(pilot.app.chat.turns) == (how == "enter"))


async def test_spoken_words_that_were_not_stored_come_back_to_be_sent_again(scene: Scene, hearing, spoken, monkeypatch):
    hearing.breaks = "heard"
    room(monkeypatch, (spoken, "on"))
    async with scene.app().run_test() as pilot:
        await talk(pilot)
        await until(pilot, lambda: pilot.app.chat.voice.state == "review")
        assert "The disk is full" in screen_text(pilot.app)
        assert pilot.app.chat.composer.text == SAID.text
        hearing.breaks = None
        await pilot.press("enter")
        await answered(pilot)
    assert [turn.source for turn in scene.store.turns(1)] == ["spoken"]


async def test_hands_free_it_listens_again_after_every_answer(scene: Scene, hearing, spoken, monkeypatch):
    hearing.words = [SAID, Words("He was old", "transcriber@1.0", 0.9)]
    here = room(monkeypatch, (spoken, "on"), (spoken, "on"), (silence(0.1), "hold"))
    async with scene.app().run_test() as pilot:
        await ready(pilot)
        await send(pilot, "/handsfree")
        await answered(pilot, 2)
        await until(pilot, lambda: here.opened == 3 and "● recording, hands-free" in screen_text(pilot.app))
        await pilot.press("escape")
        await until(pilot, lambda: here.closed == 3)
        assert not pilot.app.chat.voice.display
        await type_and_send(pilot, "typed")
        await pilot.pause(0.2)
        assert here.opened == 3
    assert [turn.words for turn in scene.store.turns(1)] == [SAID.text, "He was old", "typed"]


async def test_hands_free_can_begin_while_an_answer_is_written(scene: Scene, hearing, spoken, monkeypatch):
    hearing.gate = threading.Event()
    here = room(monkeypatch, (silence(0.1), "hold"))
    async with scene.app().run_test() as pilot:
        await ready(pilot)
        await send(pilot, "typed")
        await send(pilot, "/handsfree")
        assert not here.opened
        hearing.gate.set()
        await until(pilot, lambda: "● recording, hands-free" in screen_text(pilot.app))


async def test_escape_during_the_answer_leaves_the_hands_free_mode(scene: Scene, hearing, spoken, monkeypatch):
    hearing.gate = threading.Event()
    here = room(monkeypatch, (spoken, "on"))
    async with scene.app().run_test() as pilot:
        await ready(pilot)
        await send(pilot, "/handsfree")
        await until(pilot, lambda: "it listens again after the answer" in screen_text(pilot.app))
        await pilot.press("escape")
        await answered(pilot)
        await pilot.pause(0.2)
        assert here.opened == 1
        assert "hands-free" not in screen_text(pilot.app)


async def test_hands_free_ends_when_nobody_speaks_for_a_minute(scene: Scene, hearing, monkeypatch):
    here = room(monkeypatch, (silence(0.1), "on"))
    async with scene.app().run_test() as pilot:
        await ready(pilot)
        await send(pilot, "/handsfree")
        await until(pilot, lambda: SILENCE in screen_text(pilot.app))
        assert not pilot.app.chat.voice.handsfree and not pilot.app.chat.voice.display
    assert 59 < here.quiet_seconds < 61


async def test_hands_free_it_listens_on_after_words_that_were_not_understood(
    scene: Scene, hearing, spoken, monkeypatch
):
    hearing.fails = "No words were understood: say it once more."
    here = room(monkeypatch, (spoken, "on"), (silence(0.1), "hold"))
    async with scene.app().run_test() as pilot:
        await ready(pilot)
        await send(pilot, "/handsfree")
        await until(pilot, lambda: here.opened == 2)
        assert hearing.fails in screen_text(pilot.app)


@pytest.mark.parametrize("how", ["ctrl+t", "/voice", "/handsfree"])
async def test_before_the_models_are_loaded_it_says_when_one_can_speak(scene: Scene, hearing, monkeypatch, how: str):
    scene.ready.clear()
    here = room(monkeypatch)
    async with scene.app().run_test() as pilot:
        await until(pilot, lambda: pilot.app.chat.status.state.startswith("loading text"))
        if how == "ctrl+t":
            await pilot.press(how)
        else:
            await send(pilot, how)
        await pilot.pause()
        assert not pilot.app.chat.voice.display
        assert "you can speak when the models are loaded" in screen_text(pilot.app)
    assert not here.opened


async def test_no_other_conversation_is_opened_while_somebody_speaks(scene: Scene, hearing, monkeypatch):
    room(monkeypatch, (silence(0.1), "hold"))
    conversation = scene.told("Hello")
    async with scene.app(resume=conversation).run_test() as pilot:
        await talk(pilot)
        await pilot.press("ctrl+n", "ctrl+r")
        await pilot.pause()
        assert pilot.app.chat.conversation_id == conversation
        assert pilot.app.chat.voice.recording


async def test_the_microphone_and_the_pause_of_the_settings_count_from_the_next_turn_on(
    scene: Scene, hearing, spoken, monkeypatch
):
    pauses: list[float] = []
    from agent.audio import activity

    class Noted(activity.Endpoint):
        def __init__(self, pause_seconds: float) -> None:
            pauses.append(pause_seconds)
            super().__init__(pause_seconds)

    monkeypatch.setattr(activity, "Endpoint", Noted)
    monkeypatch.setattr("agent.audio.microphone.devices", lambda: ["Desk", "Headset"])
    here = room(monkeypatch, (spoken, "on"))
    async with scene.app().run_test(size=(100, 60)) as pilot:
        await ready(pilot)
        await send(pilot, "/settings")
        await until(pilot, lambda: pilot.app.screen.query(Setting))
        select = next(each for each in pilot.app.screen.query(Setting) if each.field.name == "microphone")
        await until(pilot, lambda: len(select.query_one(Select)._options) == 3)
        assert load().settings.microphone == ""  # finding them chooses none
        select.query_one(Select).value = "Headset"
        await until(pilot, lambda: load().settings.microphone == "Headset")
        await pilot.pause()
        assert "next start" not in str(select.query_one(".setting-help").render())
        pilot.app._keep("pause_ms", 1500)
        await pilot.press("escape")
        await talk(pilot)
        await answered(pilot)
    assert here.asked == ["Headset"]
    assert pauses == [1.5]


async def test_the_microphone_that_was_chosen_stays_so_while_others_are_looked_for(scene: Scene, monkeypatch):
    save({"microphone": "Headset"})
    scene.loaded = load()
    monkeypatch.setattr("agent.audio.microphone.devices", lambda: ["Desk", "Lapel"])
    async with scene.app().run_test(size=(100, 60)) as pilot:
        await ready(pilot)
        await send(pilot, "/settings")
        await until(pilot, lambda: pilot.app.screen.query(Setting))
        setting = next(each for each in pilot.app.screen.query(Setting) if each.field.name == "microphone")
        await until(pilot, lambda: len(setting.query_one(Select)._options) == 4)
        assert setting.query_one(Select).value == load().settings.microphone == "Headset"
        assert "kept" not in str(setting.query_one(".setting-help").render())


async def test_a_spoken_turn_looks_the_same_when_it_is_opened_again(scene: Scene, hearing, spoken, monkeypatch):
    hearing.feelings = [torn()]
    hearing.models |= {"transcriber": "transcriber@1.0"}
    room(monkeypatch, (spoken, "on"))
    async with scene.app().run_test() as pilot:
        await talk(pilot)
        await answered(pilot)
        person = str(pilot.app.chat.transcript.views[0].query_one(".heard").render())
        assert "≠ the words say joy, the voice says sadness" in screen_text(pilot.app)
        assert "intent comfort me 91%" in person
    async with scene.app(resume=1).run_test() as pilot:
        await until(pilot, lambda: pilot.app.chat.transcript.views)
        again = pilot.app.chat.transcript.views[0].query_one(".heard")
        await until(pilot, lambda: str(again.render()) == person)


async def test_words_and_voice_that_agree_are_not_told_apart(scene: Scene, hearing, spoken, monkeypatch):
    hearing.feelings = [dataclasses.replace(torn(), disagree=False)]
    room(monkeypatch, (spoken, "on"))
    async with scene.app().run_test() as pilot:
        await talk(pilot)
        await answered(pilot)
        assert "◉ heard" in screen_text(pilot.app)
        assert "the voice says" not in screen_text(pilot.app)


async def test_a_typed_turn_says_nothing_of_a_voice(scene: Scene, hearing):
    async with scene.app().run_test() as pilot:
        await type_and_send(pilot, "Hello")
        assert "◉" not in screen_text(pilot.app)


def torn():
    """Glad words in a sad voice."""
    return dataclasses.replace(
        feeling("joy", 0.41, "hopeful", unsure=True),
        words=feeling("joy").emotion,
        voice=feeling("sadness", 0.86).emotion,
        intent=sound().intent,
        disagree=True,
    )


async def test_the_real_agent_fuses_words_and_voice_and_says_that_they_disagree(scene: Scene, spoken, monkeypatch):
    ears = RealEars(Words("I am so happy, everything is wonderful!", "transcriber@1.0", 0.9), sound("sadness"))
    scene.agent = Agent(encoder(), open_backend("embedded", encoder(), 1), scene.store, ears=lambda: ears)
    room(monkeypatch, (spoken, "on"))
    async with scene.app().run_test(size=(100, 30)) as pilot:
        await talk(pilot)
        await answered(pilot)
        seen = screen_text(pilot.app)
        assert "◉ heard 90%  transcriber@1.0 · intent comfort me 91%" in seen
        assert "≠ the words say joy, the voice says sadness" in seen
        assert "speech@1.0" in str(pilot.app.chat.status.models)
    (turn,) = scene.store.turns(1)
    assert turn.understanding and turn.understanding.disagree
    assert ears.known == [sound("sadness")]


def recorders() -> list[str]:
    """The recording processes that this one has started."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            if (
                folder.name.isdigit()
                and int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == os.getpid()
            ):
                found.append((folder / "cmdline").read_text())
        except OSError:
            continue
    return [line for line in found if "capture.py" in line]


@needs_pulse
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="there is no /proc to look for processes in")
async def test_leaving_while_it_records_leaves_no_process(scene: Scene, hearing, monkeypatch: pytest.MonkeyPatch):
    with pulse(monkeypatch):
        async with scene.app().run_test() as pilot:
            await talk(pilot)
            await until(pilot, lambda: "● recording" in screen_text(pilot.app))
            assert len(recorders()) == 1
            await pilot.press("ctrl+q")
        assert not recorders()
    assert pilot.app.return_code == 0


@needs_pulse
async def test_a_real_microphone_hears_a_sentence_to_its_pause(scene: Scene, hearing, spoken, monkeypatch):
    with pulse(monkeypatch) as server:
        async with scene.app().run_test() as pilot:
            await talk(pilot)
            await until(pilot, lambda: "● recording" in screen_text(pilot.app))
            speaking = threading.Thread(target=server.play, args=(spoken,))
            speaking.start()
            end = time.monotonic() + 30
            while not pilot.app.chat.turns and time.monotonic() < end:
                await pilot.pause(0.05)
            speaking.join()
            assert [turn.words for turn in pilot.app.chat.turns] == [SAID.text]
    assert len(hearing.clips[0]) > RATE
