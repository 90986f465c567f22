"""The embedded reply model, from corpora to an artefact that the chat opens: tiny models, real code."""

import gzip
import json
import threading
from pathlib import Path

import numpy as np
import pytest

from agent.events import AgentError, Reply, Turn
from agent.reply import Request
from agent.reply.filters import tells_of_itself
from agent.reply.prompt import EMBEDDED, build_messages, encode
from agent.turn import NOT_UNDERSTOOD

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from finetune import pretrain, prune, sft  # noqa: E402
from finetune.build_reply import build_reply  # noqa: E402
from finetune.corpora import dialogues, listener  # noqa: E402
from finetune.listening import as_messages  # noqa: E402
from tests.finetune.conftest import ED_HEADER, write  # noqa: E402
from tests.models import encoder  # noqa: E402

TALK = ["My cat ran off yesterday", "Oh no, where did you see her last?", "By the river", "I hope she comes home soon."]


@pytest.fixture
def corpora(tmp_path: Path) -> Path:
    """EmpatheticDialogues and two corpora of dialogues, a few lines each."""
    data = tmp_path / "data"
    rows = [
        f"c:{n},{i + 1},sad,gone,{i % 2},{text.replace(',', '_comma_')},,"
        for n in range(12)
        for i, text in enumerate(TALK)
    ]
    for split in ("train", "valid", "test"):
        write(data / "empathetic_dialogues" / f"{split}.csv", [ED_HEADER, *rows])
    support = [("supporter", "Hello, how are you?"), ("seeker", "Not well."), ("supporter", "Tell me more.")]
    plain = [("A", "Is it raining?"), ("B", "A little.")]
    for corpus, turns, splits in (
        ("esconv_partial", support, ("validation", "test")),
        ("dailydialog", plain, ("train", "validation", "test")),
    ):
        objects = [
            {"id": f"{n}", "split": split, "turns": [{"speaker": who, "text": text} for who, text in turns]}
            for n, split in enumerate(splits)
        ]
        path = data / "text" / corpus / "dialogues.jsonl.gz"
        path.parent.mkdir(parents=True)
        path.write_bytes(gzip.compress("\n".join(json.dumps(each) for each in objects).encode()))
    return data


def tiny_recipe() -> pretrain.Recipe:
    return pretrain.Recipe(
        base="nothing", layers=2, vocabulary=400, block=32, batch_size=2, passes={"empathetic_dialogues": 2}
    )


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    shape = {"hidden_size": 32, "intermediate_size": 64, "num_attention_heads": 4, "num_key_value_heads": 2}
    monkeypatch.setattr(prune, "SHAPE", {**prune.SHAPE, **shape})


def test_who_listens_is_the_assistant(corpora: Path) -> None:
    (support,) = dialogues.load(corpora, "esconv_partial")
    assert [role for role, _ in support.turns] == ["assistant", "user", "assistant"]
    (plain,) = dialogues.load(corpora, "dailydialog")
    assert plain.turns == (("user", "Is it raining?"), ("assistant", "A little."))


def test_what_measures_is_not_learned_from(corpora: Path) -> None:
    assert len(list(dialogues.load(corpora, "dailydialog"))) == 1, "of train, validation and test"


def test_a_missing_corpus_is_named_with_its_home(tmp_path: Path) -> None:
    with pytest.raises(AgentError, match=r"dream.*github\.com/nlpdata/dream"):
        list(dialogues.load(tmp_path, "dream"))


def test_a_recipe_names_known_corpora_only(corpora: Path) -> None:
    with pytest.raises(AgentError, match="'novels', which is no corpus"):
        pretrain.training_dialogues(corpora, pretrain.Recipe(passes={"novels": 1}))


def test_a_dialogue_is_written_as_the_chat_writes_it(corpora: Path) -> None:
    found = pretrain.training_dialogues(corpora, tiny_recipe())
    tokenizer = prune.new_byte_pairs([text for one in found for _, text in one.turns], 400)
    ids = pretrain.token_ids(found[0], tokenizer)
    assert tokenizer.decode(ids, skip_special_tokens=False).startswith("<s><|user|>My cat ran off yesterday<|end|>")
    assert ids[-1] == tokenizer.token_to_id("<|end|>")


def test_every_text_survives_a_small_vocabulary() -> None:
    large = prune.new_byte_pairs(TALK * 3 + ["the theory of everything"] * 9, 420)
    kept = prune.kept_merges(large, TALK, 300)
    small = prune.byte_pairs(kept)
    assert small.get_vocab_size() <= 300 < large.get_vocab_size()
    for text in (*TALK, "naïve café 😀", "the theory"):
        assert small.decode(small.encode(text).ids) == text


def test_cutting_keeps_the_layers_and_the_vectors_of_the_words(small: None) -> None:
    old = prune.new_byte_pairs(TALK * 3, 380)
    model = prune.from_nothing(old, layers=4)
    new = prune.byte_pairs(prune.kept_merges(old, TALK[:1], 300))
    cut = prune.prune(model, old, new, keep=[0, 3])
    assert cut.config.num_hidden_layers == 2 and cut.config.vocab_size == new.get_vocab_size()
    assert torch.equal(cut.model.layers[1].mlp.up_proj.weight, model.model.layers[3].mlp.up_proj.weight)
    rows, before = cut.get_input_embeddings().weight, model.get_input_embeddings().weight
    assert torch.equal(rows[new.token_to_id("M")], before[old.token_to_id("M")])
    assert cut.config.eos_token_id == new.token_to_id("<|end|>")


def test_a_layer_that_changes_nothing_has_no_influence(small: None) -> None:
    tokenizer = prune.new_byte_pairs(TALK, 380)
    model = prune.from_nothing(tokenizer, layers=3).eval()
    for name in ("o_proj", "down_proj"):
        for module in (model.model.layers[1].self_attn, model.model.layers[1].mlp):
            if hasattr(module, name):
                torch.nn.init.zeros_(getattr(module, name).weight)
    scores = prune.influence(model, [torch.tensor([tokenizer.encode(TALK[0]).ids])])
    assert scores[1] == pytest.approx(0, abs=1e-6) and min(scores[0], scores[2]) > 1e-6


def test_a_base_that_is_not_there_is_told() -> None:
    with pytest.raises(AgentError, match="'/nowhere/model' is not on this machine"):
        prune.load_base("/nowhere/model")


def test_the_loss_is_on_the_listener_alone() -> None:
    tokenizer = prune.new_byte_pairs(TALK, 380)
    turns = [
        Turn(0, TALK[0], NOT_UNDERSTOOD, Reply(TALK[1], "corpus", "")),
        Turn(0, TALK[2], NOT_UNDERSTOOD, Reply(TALK[3], "corpus", "")),
    ]
    row = sft.labelled(as_messages(turns), tokenizer)
    learned = [token for token in row["labels"] if token != -100]
    assert tokenizer.decode(learned, skip_special_tokens=False) == f"{TALK[1]}<|end|>{TALK[3]}<|end|>"
    assert len(row["labels"]) == len(row["input_ids"])


def test_training_and_chat_make_the_same_tokens() -> None:
    tokenizer = prune.new_byte_pairs(TALK, 380)
    said = Turn(0, TALK[0], NOT_UNDERSTOOD, Reply(TALK[1], "corpus", ""))
    again = Turn(0, TALK[2], NOT_UNDERSTOOD, Reply(TALK[3], "corpus", ""))
    trained = sft.labelled(as_messages([said, again]), tokenizer)["input_ids"]
    prompt = encode(build_messages([said], TALK[2], NOT_UNDERSTOOD), tokenizer, EMBEDDED)
    assert trained[: len(prompt)] == prompt


def test_a_listener_who_tells_of_themselves_is_not_learned_from(corpora: Path) -> None:
    rows = ["c:1,1,sad,gone,1,My cat ran off,,", "c:1,2,sad,gone,0,I had a cat too.,,"]
    write(corpora / "empathetic_dialogues" / "train.csv", [ED_HEADER, *rows])
    assert list(sft.listening(corpora, "train", encoder(), filtered=True)) == []
    assert len(list(sft.listening(corpora, "train", encoder(), filtered=False))) == 1


@pytest.mark.slow
def test_from_the_corpora_to_an_artefact_that_answers(corpora: Path, tmp_path: Path, small: None) -> None:
    from agent.artefacts import read
    from agent.reply.generate import SAMPLES, MiniModel

    first = pretrain.train(corpora, tmp_path / "mini", tiny_recipe())
    assert (first / "model.safetensors").is_file() and (first / "curve.jsonl").read_text()
    recipe = sft.Recipe(base=str(first), epochs=1, batch_size=2, block=128, bank_passes=1, cues_a_reply=1)
    second = sft.train(corpora, tmp_path / "listener", recipe, limit=12)
    artefact = read(build_reply(corpora, second, tmp_path / "reply-mini", "0.0"))
    measured = {each["metric"]: each["value"] for each in artefact.manifest["metrics"]}
    assert measured["perplexity per word"] > 1 and 0 <= measured["mixture, unique"] <= 1
    model = MiniModel(artefact)
    request = Request(build_messages((), TALK[0], NOT_UNDERSTOOD), TALK[0], NOT_UNDERSTOOD, ())
    drawn = model.samples(request, threading.Event())
    assert len(drawn) == SAMPLES and drawn == sorted(drawn, key=lambda sample: -sample.score)

    # The engine of the chat computes what was trained: log-probabilities of a reply, against transformers'.
    prompt, reply = model.prompt(request.messages), model.pieces(TALK[1])
    found = model.log_probabilities([(prompt, reply)])[0]
    trained = transformers.AutoModelForCausalLM.from_pretrained(second).eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(second)
    ids = torch.tensor([tokenizer.convert_tokens_to_ids([*prompt, *reply])])
    with torch.inference_mode():
        log_p = trained(ids).logits.log_softmax(-1)[0, len(prompt) - 1 : -1]
    wanted = log_p.gather(1, ids[0, len(prompt) :, None])[:, 0].numpy()
    assert np.abs(np.array(found) - wanted).max() < 0.1


@pytest.mark.slow
def test_an_interrupted_run_goes_on_from_its_start(corpora: Path, tmp_path: Path, small: None) -> None:
    recipe = tiny_recipe()
    pretrain.train(corpora, tmp_path / "mini", recipe)
    begun = (tmp_path / "mini" / "start" / "model.safetensors").read_bytes()
    pretrain.train(corpora, tmp_path / "mini", recipe, resume=True)
    assert (tmp_path / "mini" / "start" / "model.safetensors").read_bytes() == begun


def test_our_replies_are_taught_with_their_slots_filled() -> None:
    taught = [chat[-1]["content"] for chat in sft.own_replies(encoder(), sft.Recipe(cues_a_reply=1))]
    assert len(taught) > 500 and not any("{" in text for text in taught)
    assert any("your" in text and text.startswith("Tell me about your") for text in taught)


def test_our_conversations_teach_every_turn_and_a_tenth_is_kept_back() -> None:
    taught, kept_back = listener.talks("train"), listener.talks("dev")
    assert len(taught) + len(kept_back) >= 300 and len(kept_back) >= 30
    assert not set(taught) & set(kept_back)
    replies = [reply for talk in [*taught, *kept_back] for reply in talk[1::2]]
    assert all(len(talk) % 2 == 0 and len(talk) >= 4 for talk in [*taught, *kept_back])
    # "I'm a program, so I never sat a test", and words that the person is to send, look as if somebody told of a life.
    assert sum(tells_of_itself(reply) for reply in replies) < 0.02 * len(replies)
    chats = sft.own_talks(encoder(), "dev")
    assert [message["content"] for message in chats[0][2::2]] == list(kept_back[0][1::2])
