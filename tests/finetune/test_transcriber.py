"""The transcriber's training and export: texts as rows, clips as frames, and a model that faster-whisper opens."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import WhisperConfig, WhisperFeatureExtractor, WhisperModel

from agent.audio.clips import RATE
from agent.understand.transcribe import Transcriber
from finetune import build_transcriber, transcriber
from finetune.evaluate.words import counted, error_rate, normalised
from finetune.transcriber import Recipe, Said, Words, as_written, log_mel

TEXTS = ["I finally got the job.", "She went home.", "Do you want some tea?", "The kettle is on.", "He got a job."] * 4
SAID = ("I", "finally", "got the job", "She", "went home", "tea", "zebra", "Quixote", "don't", "kettle")
RECIPE = Recipe(vocabulary=30, learned_steps=2, unfrozen_steps=2, encoder_steps=1, batch_seconds=12.0, disturb=0.3)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny Whisper of random weights, with a tokenizer of its layout."""
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("blocks")
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(
        [f" {text}" for text in TEXTS],
        trainers.BpeTrainer(vocab_size=330, initial_alphabet=alphabet, show_progress=False),
    )
    # Whisper's special tokens stand where the real one has them.
    description = json.loads(tokenizer.to_str())
    names = build_transcriber.SPECIAL
    places = (50256, 50257, 50357, 50358, 50359, 50360, 50361, 50362)
    description["model"]["vocab"]["<|endoftext|>"] = 50256
    description["added_tokens"] = [
        {"id": place, "content": name, "special": True, "single_word": False, "lstrip": False, "rstrip": False,
         "normalized": False}
        for place, name in zip(places, names, strict=True)
    ]  # fmt: skip
    (folder / "tokenizer.json").write_text(json.dumps(description))
    config = WhisperConfig(
        d_model=16, encoder_layers=2, decoder_layers=4, encoder_attention_heads=2, decoder_attention_heads=2,
        encoder_ffn_dim=32, decoder_ffn_dim=32, vocab_size=51864, eos_token_id=50256, pad_token_id=50256,
        bos_token_id=50256, decoder_start_token_id=50257,
    )  # fmt: skip
    WhisperModel(config).save_pretrained(folder)
    WhisperFeatureExtractor(80).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def words(base: Path) -> Words:
    return Words(Tokenizer.from_file(str(base / "tokenizer.json")), TEXTS, RECIPE.vocabulary)


def noise(seconds: float, seed: int = 0) -> np.ndarray:
    return (np.random.default_rng(seed).standard_normal(int(seconds * RATE)) / 20).astype(np.float32)


@given(
    st.lists(
        st.sampled_from(
            ["I", "finally", "got", "the", "job", "She", "went", "home", "tea", "zebra", "Quixote", "don't", "kettle"]
        ),
        min_size=1,
    )
)
def test_any_words_are_spelled_and_read_back(words: Words, said: list[str]) -> None:
    text = " ".join(said)
    assert words.text(words.rows(text)) == text


def test_a_rare_word_takes_more_rows_than_a_frequent_one(words: Words) -> None:
    assert len(words.rows("job")) < len(words.rows("zebra"))
    assert words.ids[:4] == [transcriber.END, transcriber.START, transcriber.SILENT, transcriber.UNTIMED]


@pytest.mark.parametrize(
    ("text", "written"),
    [("i think so", "I think so."), ("what do i do?", "What do I do?"), ("WE CALL", "WE CALL."), ("", "")],
)
def test_texts_are_written_as_whisper_would(text: str, written: str) -> None:
    assert as_written(text) == written


def test_the_frames_are_those_of_whisper(base: Path) -> None:
    features = WhisperFeatureExtractor.from_pretrained(base)
    clip = noise(3.0)
    wanted = features(clip, sampling_rate=RATE, return_tensors="pt", padding="max_length").input_features[0]
    assert torch.allclose(log_mel(features, [clip], 30 * RATE)[0], wanted, atol=2e-3)


def test_training_learns_resumes_and_opens_in_faster_whisper(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clips = [Said(noise(1.0, seed), TEXTS[seed % 5]) for seed in range(8)]
    monkeypatch.setattr(transcriber, "sentences", lambda data: TEXTS)
    monkeypatch.setattr(transcriber, "recordings", lambda data: (clips, clips[:2]))
    monkeypatch.setattr(transcriber, "voices", lambda: {"noise": lambda text, chance: noise(1.0, len(text))})
    recipe = Recipe(**{**RECIPE.__dict__, "base": str(base)})
    run = transcriber.train(tmp_path, tmp_path / "run", recipe)
    curve = [json.loads(line) for line in (run / "curve.jsonl").read_text().splitlines()]
    assert [row["step"] for row in curve] == [2, 4, 5] and all(np.isfinite(row["loss"]) for row in curve)
    first = torch.load(run / "model.pt", weights_only=True)
    fresh = transcriber.Speech(base, len(first["table"])).state_dict()
    assert not torch.equal(first["decoder.layers.0.fc1.weight"], fresh["decoder.layers.0.fc1.weight"])
    assert not torch.equal(first["encoder.layers.0.fc1.weight"], fresh["encoder.layers.0.fc1.weight"])
    assert torch.equal(first["encoder.conv1.weight"], fresh["encoder.conv1.weight"])
    # Going on from the end changes nothing.
    transcriber.train(tmp_path, tmp_path / "run", recipe, resume=True)
    again = torch.load(run / "model.pt", weights_only=True)
    assert all(torch.equal(first[name], again[name]) for name in first)

    monkeypatch.setattr(
        build_transcriber, "never", lambda model, data, folder: torch.zeros(1, model.table.shape[1]) - 1.0
    )
    whole = build_transcriber.as_whisper(tmp_path, run, str(base), tmp_path / "whisper")
    from ctranslate2.converters import TransformersConverter

    TransformersConverter(str(whole), copy_files=["tokenizer.json"]).convert(str(tmp_path / "ct2"), quantization="int8")
    served = Transcriber("test", str(tmp_path / "ct2"), own_length=True)
    tokens = Tokenizer.from_file(str(tmp_path / "ct2" / "tokenizer.json"))
    assert [tokens.token_to_id(name) for name in build_transcriber.SPECIAL] == list(
        range(tokens.token_to_id("<|endoftext|>"), tokens.token_to_id("<|endoftext|>") + 8)
    )
    config = json.loads((whole / "config.json").read_text())
    assert config["decoder_start_token_id"] == tokens.token_to_id("<|startoftranscript|>")
    assert config["eos_token_id"] == tokens.token_to_id("<|endoftext|>")
    (said,) = served._short(noise(2.0))
    assert isinstance(said[0], str) and said[1] < 0


def test_errors_are_counted_in_words_however_they_are_written() -> None:
    assert counted("I'm home, Dad!", "im home dad") == (1, 3)
    assert counted("WELL-KNOWN", "well known") == (0, 2)
    assert error_rate(["one two three", "four"], ["one too three", ""]) == pytest.approx(2 / 4)
    assert normalised("‘Tis the season – isn’t it?") == "tis the season isn't it"
