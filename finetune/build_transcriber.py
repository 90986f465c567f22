"""Exports a transcriber: the blocks with the table that was learned, as a CTranslate2 model that faster-whisper opens.

The vocabulary is cut down to the tokens that were learned (and the 256 bytes, so that any text can be encoded); that
makes the model half as large, and each word cheaper.
"""

import json
import logging
import shutil
import tempfile
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from tokenizers.pre_tokenizers import ByteLevel
from torch import Tensor
from transformers import (
    PreTrainedTokenizerFast,
    WhisperConfig,
    WhisperFeatureExtractor,
    WhisperForConditionalGeneration,
)

from agent.artefacts import write_manifest
from agent.understand.transcribe import Transcriber
from finetune import transcriber as training
from finetune.corpora import speech as corpora
from finetune.evaluate.text_emotion import as_object
from finetune.evaluate.transcription import evaluate_transcription
from finetune.runs import provenance, write_card

log = logging.getLogger(__name__)

SPECIAL = (
    "<|endoftext|>",
    "<|startoftranscript|>",
    "<|translate|>",
    "<|transcribe|>",
    "<|startoflm|>",
    "<|startofprev|>",
    "<|nocaptions|>",
    "<|notimestamps|>",
)
# The places of END, START, SILENT and UNTIMED of the training among them.
LEARNED = {0: 0, 1: 1, 2: 6, 3: 7}
TIMESTAMPS = 1501
# A row that was not learned lies against the mean of the decoder's states: it is never the answer.
AGAINST = -0.25
BODY = (
    "Turns English speech into words. Whisper tiny.en's encoder and decoder blocks (OpenAI, MIT) with a token "
    "embedding learned anew, since that part was not at hand: from sentences of dialogue spoken by synthetic voices, "
    "and from recorded speech, each time disturbed otherwise. It reads a clip at its own length."
)
LIMITS = (
    "English only, made for short spoken turns: numbers come as words, names and rare words are often wrong. It "
    "learned from people who read aloud with a Mandarin accent (speechocean762), two actresses, and synthetic voices; "
    "other accents, crosstalk, music and far microphones are heard worse. A published Whisper is far better: "
    "`--transcriber small.en` uses one that is on this machine."
)
LICENCE = "non-commercial: the strictest of its data, TESS' CC BY-NC-ND 4.0 and DailyDialog's CC BY-NC-SA 4.0"


def build_transcriber(data: Path, run: Path, out: Path, version: str) -> Path:
    """Writes the artefact `transcriber` from a run of `finetune transcriber`."""
    from ctranslate2.converters import TransformersConverter

    recipe = json.loads((run / "recipe.json").read_text())
    with tempfile.TemporaryDirectory() as folder:
        whole = as_whisper(data, run, recipe["base"], Path(folder) / "whisper")
        converted = Path(folder) / "converted"
        TransformersConverter(str(whole)).convert(str(converted), quantization="int8")
        out.mkdir(parents=True, exist_ok=True)
        for file in out.iterdir():
            file.unlink()
        for name in ("model.bin", "config.json", "vocabulary.json"):
            shutil.copy(converted / name, out)
        shutil.copy(whole / "tokenizer.json", out)
    log.info("measuring")
    served = Transcriber(f"transcriber@{version}", str(out), threads=2, own_length=True)
    manifest: dict[str, Any] = {
        "name": "transcriber",
        "version": version,
        "task": "transcriber",
        "base": "Whisper tiny.en's blocks without its token embedding (OpenAI, MIT)",
        "licence": LICENCE,
        "labels": {},
        "data": sources(data),
        "command": f"finetune export transcriber {run} --version {version}",
        "recipe": recipe,
        "metrics": as_object(evaluate_transcription(data, served))["results"],
        "limits": LIMITS,
        **provenance(),
    }
    write_card(out, "Transcriber", BODY, manifest)
    write_manifest(out, manifest)
    return out


def as_whisper(data: Path, run: Path, base: str, out: Path) -> Path:
    """The run as a Whisper of transformers with its own small tokenizer, in `out`."""
    folder = training.base_folder(base)
    ids: list[int] = json.loads((run / "tokens.json").read_text())
    model = training.Speech(folder, len(ids))
    model.load_state_dict(torch.load(run / "model.pt", weights_only=True))
    tokenizer = small_tokenizer(Tokenizer.from_file(str(folder / "tokenizer.json")), set(ids))
    text = tokenizer.get_vocab_size(with_added_tokens=False)
    config = WhisperConfig.from_pretrained(folder)
    config.vocab_size = text + len(SPECIAL) + TIMESTAMPS
    end, start, untimed = (text + LEARNED[row] for row in (0, 1, 3))
    config.eos_token_id = config.pad_token_id = config.bos_token_id = end
    config.decoder_start_token_id = start
    whisper = WhisperForConditionalGeneration(config)
    whisper.model.encoder.load_state_dict(model.encoder.state_dict())
    whisper.model.decoder.load_state_dict(model.decoder.state_dict(), strict=False)
    table = never(model, data, folder).repeat(config.vocab_size, 1)
    names = Tokenizer.from_file(str(folder / "tokenizer.json"))
    for row, token in enumerate(ids):
        place = text + LEARNED[row] if row in LEARNED else tokenizer.token_to_id(str(names.id_to_token(token)))
        table[place] = model.table.data[row]
    whisper.model.decoder.embed_tokens.weight.data = table
    whisper.tie_weights()
    generation = whisper.generation_config
    generation.suppress_tokens, generation.begin_suppress_tokens = [], [end]
    generation.no_timestamps_token_id, generation.is_multilingual = untimed, False
    generation.alignment_heads = [[layer, head] for layer in (2, 3) for head in range(config.decoder_attention_heads)]
    whisper.save_pretrained(out)
    tokenizer.save(str(out / "tokenizer.json"))
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=SPECIAL[0]).save_pretrained(out)
    return out


def small_tokenizer(whole: Tokenizer, ids: set[int]) -> Tokenizer:
    """The tokenizer with those of its text tokens alone, all bytes among them, and the special ones after them."""
    description = json.loads(whole.to_str())
    kept = {token for token, one in whole.get_vocab(with_added_tokens=False).items() if one in ids}
    kept = kept.union(ByteLevel.alphabet()).difference(SPECIAL)
    numbers = whole.get_vocab(with_added_tokens=False)
    ordered = sorted(kept, key=lambda token: numbers[token])
    description["model"]["vocab"] = {token: place for place, token in enumerate(ordered)}
    pairs = [tuple(merge if isinstance(merge, list) else merge.split(" ")) for merge in description["model"]["merges"]]
    description["model"]["merges"] = [[left, right] for left, right in pairs if {left, right, left + right} <= kept]
    description["post_processor"] = None
    description["added_tokens"] = [
        {
            "id": len(ordered) + place,
            "content": name,
            "special": True,
            "single_word": False,
            "lstrip": False,
            "rstrip": False,
            "normalized": False,
        }
        for place, name in enumerate(SPECIAL)
    ]
    return Tokenizer.from_str(json.dumps(description))


@torch.inference_mode()
def never(model: training.Speech, data: Path, folder: Path) -> Tensor:
    """The row (1, width) of a token that is never the answer, whatever is heard."""
    features = WhisperFeatureExtractor.from_pretrained(folder)
    clips = corpora.load(data, "speechocean762")[:24]
    states = []
    for samples in corpora.read(clips):
        heard = model.heard(training.log_mel(features, [samples], len(samples)))
        states.append(model.hidden(heard, torch.tensor([[1, 3]]))[0])
    mean = torch.cat(states).mean(0)
    row: Tensor = AGAINST * mean / mean.norm()
    return row.unsqueeze(0)


def sources(data: Path) -> list[dict[str, Any]]:
    """What it learned from, with counts and licences."""
    train, kept = training.recordings(data)
    return [
        {
            "name": "recorded clips of speechocean762, TESS, RAVDESS and FSDD",
            "count": len(train),
            "licence": "see each",
        },
        {"name": "clips of speechocean762 that chose", "count": len(kept), "licence": "CC BY-SA 4.0"},
        {
            "name": "sentences of the dialogue corpora and our own",
            "count": len(training.sentences(data)),
            "licence": "see each",
        },
    ]
