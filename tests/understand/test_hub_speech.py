"""Published classifiers of speech in the chat: opened by id or folder, their labels ours, and what cannot be opened."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from agent.audio.clips import RATE
from agent.emotions import EMOTIONS
from agent.events import AgentError, Sound
from agent.store import Store
from agent.understand import hub_speech
from agent.understand.ears import Ears
from agent.understand.fusion import fuse
from agent.understand.hub_speech import HubSpeech, emotions_of
from agent.understand.speech import SpeechEncoder, open_speech

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from tests.understand.published import FAMILIES, into_cache, save_base, save_classifier  # noqa: E402

SEVEN = ("angry", "disgust", "fearful", "happy", "neutral", "sad", "surprised")
INTENTS = ("book_now", "top_speed")
EMOTION_ID = "firdhokk/speech-emotion-recognition-with-openai-whisper-large-v3"
INTENT_ID = "MuhammadIqbalBazmi/wav2vec2-base-intent-classification-ori"
CLIP = (np.sin(np.arange(RATE) / 9) * 0.3).astype(np.float32)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty hub cache."""
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


@pytest.mark.parametrize("family", FAMILIES)
def test_a_classifier_of_each_family_is_opened_from_a_folder(family: str, tmp_path: Path) -> None:
    speech = open_speech(str(save_classifier(tmp_path / "model", family, SEVEN)))
    sound = speech.read(CLIP)
    assert tuple(sound.emotion.scores) == EMOTIONS
    assert sum(sound.emotion.scores.values()) == pytest.approx(1, abs=0.001)
    assert sound.emotion.scores["love"] == 0 and sound.emotion.confidence > 0
    assert sound.intent is None and sound.features == ()


def test_both_that_we_replace_are_opened_by_id_from_the_local_cache(cache: Path, tmp_path: Path) -> None:
    into_cache(cache, EMOTION_ID, save_classifier(tmp_path / "emotion", "whisper", SEVEN))
    into_cache(cache, INTENT_ID, save_classifier(tmp_path / "intent", "wav2vec2", INTENTS))
    emotion, intent = open_speech(EMOTION_ID), open_speech(INTENT_ID)
    both = open_speech(f"{EMOTION_ID}+{INTENT_ID}")
    assert (emotion.name, intent.name) == (EMOTION_ID, INTENT_ID)
    found = both.read(CLIP)
    assert found.emotion == emotion.read(CLIP).emotion
    assert found.intent == intent.read(CLIP).intent
    assert found.intent and found.intent.label in INTENTS and found.intent.confidence >= hub_speech.SURE


def test_a_classifier_of_intents_leaves_the_emotion_to_the_words(tmp_path: Path) -> None:
    sound = open_speech(str(save_classifier(tmp_path / "intent", "hubert", INTENTS))).read(CLIP)
    words = open_speech(str(save_classifier(tmp_path / "emotion", "hubert", SEVEN))).read(CLIP).emotion
    fused, disagree = fuse(words, sound.emotion)
    assert fused.scores == pytest.approx(words.scores, abs=0.001) and not disagree


def test_the_probability_of_a_label_goes_to_the_emotion_that_it_means(tmp_path: Path) -> None:
    folder = save_classifier(tmp_path / "model", "wav2vec2", ("hap", "calm", "Neutral", "SAD"))
    classifier = hub_speech.open_classifier(str(folder))
    assert classifier.emotions == ("joy", "neutral", "neutral", "sadness")
    found = hub_speech.heard(classifier, hub_speech.prepared(CLIP))
    scores = HubSpeech("x", classifier, None).read(CLIP).emotion.scores
    assert scores["joy"] == pytest.approx(found[0], abs=1e-3)
    assert scores["neutral"] == pytest.approx(found[1] + found[2], abs=1e-3)


def test_labels_that_are_partly_emotions_are_refused_by_name() -> None:
    assert emotions_of("x", INTENTS) is None
    with pytest.raises(AgentError, match=r"none of our emotions \(book_now, bored\)"):
        emotions_of("x", ("angry", "book_now", "bored"))


def test_an_id_that_is_not_here_is_told_with_the_command_that_fetches_it(cache: Path) -> None:
    with pytest.raises(AgentError, match=f"{INTENT_ID} is not on this machine: fetch it once with `hf download"):
        open_speech(INTENT_ID)


def test_a_snapshot_without_weights_is_told_with_the_command_that_fetches_it(cache: Path, tmp_path: Path) -> None:
    folder = save_classifier(tmp_path / "intent", "wav2vec2", INTENTS)
    (folder / "model.safetensors").unlink()
    into_cache(cache, INTENT_ID, folder)
    with pytest.raises(AgentError, match=r"cannot be opened .*: fetch it anew with `hf download"):
        open_speech(INTENT_ID)


def test_a_damaged_classifier_is_refused_with_one_sentence(tmp_path: Path) -> None:
    folder = save_classifier(tmp_path / "model", "wavlm", SEVEN)
    (folder / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(AgentError, match="cannot be opened"):
        open_speech(str(folder))


def test_a_checkpoint_as_it_was_written_years_ago_is_opened(tmp_path: Path) -> None:
    from safetensors.torch import load_file

    folder = save_classifier(tmp_path / "model", "wav2vec2", INTENTS)
    before = open_speech(str(folder)).read(CLIP)
    names = {"parametrizations.weight.original0": "weight_g", "parametrizations.weight.original1": "weight_v"}
    weights = load_file(folder / "model.safetensors")
    for new, old in names.items():
        weights = {name.replace(new, old): tensor for name, tensor in weights.items()}
    assert sum(name.endswith(("weight_g", "weight_v")) for name in weights) == 2
    torch.save(weights, folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    assert open_speech(str(folder)).read(CLIP) == before


def test_weights_that_are_missing_are_not_made_up(tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    file = save_classifier(tmp_path / "model", "whisper", SEVEN) / "model.safetensors"
    kept = {name: tensor for name, tensor in load_file(file).items() if not name.startswith("classifier.")}
    save_file(kept, file, metadata={"format": "pt"})
    with pytest.raises(AgentError, match=r"lacks 2 of its weights \(classifier.bias, …\)"):
        open_speech(str(file.parent))


@pytest.mark.parametrize("family", FAMILIES)
def test_a_model_that_is_no_classifier_is_not_given_a_random_head(family: str, tmp_path: Path) -> None:
    with pytest.raises(AgentError, match=r"is no classifier but a .*: make one of it with `finetune speech-emotion"):
        open_speech(str(save_base(tmp_path / "base", family)))


def test_a_classifier_for_another_rate_is_refused(tmp_path: Path) -> None:
    folder = save_classifier(tmp_path / "model", "wav2vec2", SEVEN)
    file = folder / "preprocessor_config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "sampling_rate": 8000}))
    with pytest.raises(AgentError, match="hears 8000 Hz"):
        open_speech(str(folder))


def test_two_of_one_kind_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one", "two"):
        save_classifier(tmp_path / "mine" / name, "wav2vec2", INTENTS)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AgentError, match="two classifiers of one kind"):
        open_speech("mine/one+mine/two")


@pytest.mark.parametrize("missing", ["torch", "transformers"])
def test_without_torch_it_says_what_to_install(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(AgentError, match=rf"needs {missing}, which is not installed: run pip install 'agent\[torch\]'"):
        open_speech(EMOTION_ID)


def test_what_is_no_id_and_no_model_is_told_as_before(tmp_path: Path) -> None:
    assert isinstance(open_speech("speech"), SpeechEncoder)
    with pytest.raises(AgentError, match="did you mean speech"):
        open_speech("speach")
    with pytest.raises(AgentError, match="is no artefact, it has no manifest"):
        open_speech(str(tmp_path))


def test_a_published_classifier_learns_no_voice(tmp_path: Path) -> None:
    speech = open_speech(str(save_classifier(tmp_path / "model", "wav2vec2", SEVEN)))
    store = Store(tmp_path / "store.sqlite3")
    ears = Ears(None, speech, store)  # type: ignore[arg-type]
    sound = ears.speech.read(CLIP, ears._known())
    assert isinstance(sound, Sound)
    ears.get_to_know(sound)
    assert store.voice(speech.name) is None
    store.close()
