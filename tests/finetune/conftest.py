"""Tiny corpora in the original layouts; every line of them is our own."""

import gzip
import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

DAIR = {
    "train": [
        "i feel so happy; truly happy;joy",
        "i feel happy today;joy",
        "i feel rotten;sadness",
        "i feel rotten;anger",
        "i am so scared of the dark;fear",
        "a line whose label got lost",
    ],
    "val": ["i feel sad and alone;sadness"],
    "test": ["i feel  Happy today;love", "what a shock that was;surprise"],
}
GOEMOTIONS = {
    "train": ["What a lovely dog!\t0,1\tida", "The bus is late.\t2\tidb", "Yuck and ouch\t3,4\tidc"],
    "dev": ["the BUS is late.\t2\tidd"],
    "test": ["I miss her\t4\tide"],
}
GOEMOTIONS_NAMES = ["joy", "love", "neutral", "disgust", "sadness"]
ED_HEADER = "conv_id,utterance_idx,context,prompt,speaker_idx,utterance,selfeval,tags"
EMPATHETIC = {
    "train": [
        'c:1,1,sad,My cat ran off_comma_ sadly.,1,My cat ran off_comma_ and the "vet" saw nothing.,,',
        "c:1,2,sad,My cat ran off_comma_ sadly.,0,Oh no_comma_ when?,,",
        "c:1,3,sad,My cat ran off_comma_ sadly.,1,On Monday.,,",
        'c:2,1,prepared,I "packed early.,1,I packed my bags a week early.,,',
        "c:2,2,prepared,I \"packed early.,0,That's wise.,,",
        "c:3,1,no such feeling,Nothing.,1,Nothing.,,",
        "c:4,1,sad,cut off",
    ],
    "valid": ["c:5,1,joyful,We won the cup.,1,We won the cup!,,"],
    "test": ["c:6,1,terrified,A bear stood there.,1,A bear stood at our tent.,,"],
}
DAILYDIALOG = [
    {
        "split": "train",
        "turns": [
            {"text": "Who ate my lunch?", "emotion": "anger"},
            {"text": "Not me, the dog did.", "emotion": "fear"},
            {"text": "That dog again!", "emotion": "anger"},
        ],
    },
    {"split": "train", "turns": [{"text": f"It is {n} o'clock.", "emotion": "none"} for n in range(400)]},
    {"split": "validation", "turns": [{"text": "What luck!", "emotion": "surprise"}]},
    {"split": "test", "turns": [{"text": "Lovely weather.", "emotion": "happiness"}]},
]


def tiny_bert(folder: Path, words: Iterable[str]) -> Path:
    """A BERT of two layers with random weights whose vocabulary is `words`, written into `folder`."""
    import transformers
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    vocabulary = {token: i for i, token in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *sorted(words)])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    transformers.BertTokenizerFast(
        tokenizer_object=tokenizer, unk_token="[UNK]", pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]"
    ).save_pretrained(folder)
    config = transformers.BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=128,
    )
    transformers.set_seed(0)
    transformers.BertModel(config).save_pretrained(folder)
    return folder


def write(path: Path, lines: list[str], packed: bool = False) -> None:
    """Writes lines as UTF-8, gzip-compressed if `packed`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{line}\n" for line in lines).encode()
    if packed:
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(text))
    else:
        path.write_bytes(text)


@pytest.fixture
def corpora(tmp_path: Path) -> Callable[..., Path]:
    """Writes the tiny corpora that are named (all: without names) and returns their folder."""

    def make(*names: str, packed: bool = False) -> Path:
        data = tmp_path / "data"
        files: dict[str, dict[str, list[str]]] = {
            "dair_ai_emotion": {f"{split}.txt": lines for split, lines in DAIR.items()},
            "goemotions": {
                "emotions.txt": GOEMOTIONS_NAMES,
                **{f"{split}.tsv": lines for split, lines in GOEMOTIONS.items()},
            },
            "empathetic_dialogues": {f"{split}.csv": [ED_HEADER, *lines] for split, lines in EMPATHETIC.items()},
            "dailydialog": {"dialogues.jsonl": [json.dumps(dialogue) for dialogue in DAILYDIALOG]},
        }
        for name in names or files:
            for file, lines in files[name].items():
                write(data / "text" / name / file, lines, packed)
        return data

    return make
