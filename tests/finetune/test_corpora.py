"""Each corpus is read as its home publishes it, and our own sentences keep their promises."""

import os
from collections import Counter
from pathlib import Path

import pytest

from agent.emotions import DAIR, EMOTIONS
from agent.events import AgentError
from finetune.corpora import corpora_folder, dailydialog, dair, empathetic, everyday, goemotions

LOADERS = [
    ("dair_ai_emotion", lambda data: dair.load(data, "train"), "github.com/dair-ai/emotion_dataset"),
    ("goemotions", lambda data: goemotions.load(data, "train"), "github.com/google-research/google-research"),
    ("empathetic_dialogues", lambda data: empathetic.situations(data, "train"), "facebookresearch/EmpatheticDialogues"),
    ("dailydialog", lambda data: dailydialog.load(data, "train"), "yanran.li/dailydialog"),
]


def given(example) -> dict[str, float]:
    """The emotions of a text with their shares."""
    return {label: share for label, share in zip(EMOTIONS, example.target, strict=True) if share}


class TestDair:
    def test_a_line_is_split_at_its_last_semicolon(self, corpora):
        first = dair.load(corpora(), "train")[0]
        assert first.text == "i feel so happy; truly happy"
        assert given(first) == {"joy": 1.0}

    def test_its_six_labels_alone_are_open_and_a_line_without_label_is_left_out(self, corpora):
        examples = dair.load(corpora(), "train")
        assert len(examples) == 5
        assert {example.open for example in examples} == {DAIR}

    def test_each_split_is_its_own_file(self, corpora):
        data = corpora()
        assert [len(dair.load(data, split)) for split in ("train", "val", "test")] == [5, 1, 2]


class TestGoEmotions:
    def test_several_labels_share_the_weight(self, corpora):
        lovely, bus, yuck = goemotions.load(corpora(), "train")
        assert given(lovely) == {"joy": 0.5, "love": 0.5}
        assert given(bus) == {"neutral": 1.0}
        assert given(yuck) == {"disgust": 0.5, "sadness": 0.5}

    def test_two_labels_of_one_emotion_are_that_emotion_once(self, corpora, tmp_path):
        data = corpora()
        folder = data / "text" / "goemotions"
        (folder / "emotions.txt").write_text("grief\nremorse\n")
        (folder / "test.tsv").write_text("I should have called her\t0,1\tid\n")
        assert given(goemotions.load(data, "test")[0]) == {"sadness": 1.0}


class TestEmpatheticDialogues:
    def test_commas_are_restored_and_plain_quotation_marks_stay(self, corpora):
        first = empathetic.conversations(corpora(), "train")[0]
        assert first.situation == "My cat ran off, sadly."
        assert first.turns == ('My cat ran off, and the "vet" saw nothing.', "Oh no, when?", "On Monday.")

    def test_a_single_quotation_mark_does_not_swallow_the_lines_after_it(self, corpora):
        second = empathetic.conversations(corpora(), "train")[1]
        assert second.situation == 'I "packed early.'
        assert len(second.turns) == 2

    def test_rows_without_a_known_emotion_or_with_missing_cells_are_left_out(self, corpora):
        assert [talk.nuance for talk in empathetic.conversations(corpora(), "train")] == ["sad", "prepared"]

    def test_a_clear_nuance_gives_its_emotion_and_an_unclear_one_trains_the_nuance_alone(self, corpora):
        sad, prepared = empathetic.situations(corpora(), "train")
        assert (sad.nuance, given(sad), sad.open) == ("sad", {"sadness": 1.0}, EMOTIONS)
        assert (prepared.nuance, prepared.target, prepared.open) == ("prepared", None, ())

    def test_the_first_turn_is_the_dialogue_before_any_listener(self, corpora):
        assert empathetic.first_turns(corpora(), "train")[1].text == "I packed my bags a week early."

    def test_the_speakers_second_turn_carries_the_first_before_it_and_the_nuance_alone(self, corpora):
        (later,) = empathetic.later_turns(corpora(), "train")
        assert (later.text, later.nuance, later.target) == ("On Monday.", "sad", None)
        assert later.before.startswith("My cat ran off,")


class TestDailyDialog:
    def test_every_turn_with_a_rare_emotion_is_kept_and_neutral_is_sampled(self, corpora):
        counts = Counter(next(iter(given(example))) for example in dailydialog.load(corpora(), "train"))
        assert (counts["anger"], counts["fear"]) == (2, 1)
        assert 20 <= counts["neutral"] <= 80

    def test_the_same_seed_keeps_the_same_turns(self, corpora):
        data = corpora()
        assert dailydialog.load(data, "train", seed=3) == dailydialog.load(data, "train", seed=3)
        assert dailydialog.load(data, "train", seed=3) != dailydialog.load(data, "train", seed=4)

    def test_what_stands_before_is_the_same_speakers_turn(self, corpora):
        data = corpora()
        befores = {
            example.before
            for seed in range(12)
            for example in dailydialog.load(data, "train", seed)
            if example.text == "That dog again!"
        }
        assert befores == {"", "Who ate my lunch?"}

    def test_love_is_not_open_because_nobody_could_give_it(self, corpora):
        assert all("love" not in example.open for example in dailydialog.load(corpora(), "test", seed=1))


class TestWhereCorporaLie:
    @pytest.mark.parametrize(("name", "load", "home"), LOADERS, ids=[name for name, _, _ in LOADERS])
    def test_a_missing_corpus_is_named_with_its_source_and_the_remedy(self, tmp_path, name, load, home):
        with pytest.raises(AgentError) as caught:
            load(tmp_path)
        assert all(words in str(caught.value) for words in (name, home, str(tmp_path), "--data", "AGENT_DATA"))

    @pytest.mark.parametrize(("name", "load", "home"), LOADERS, ids=[name for name, _, _ in LOADERS])
    def test_packed_and_plain_files_are_the_same_corpus(self, corpora, name, load, home):
        plain = load(corpora(name))
        for path in (corpora() / "text" / name).iterdir():
            path.unlink()
        assert load(corpora(name, packed=True)) == plain

    def test_the_flag_stands_above_the_environment(self, monkeypatch):
        monkeypatch.setenv("AGENT_DATA", "/from/environment")
        assert corpora_folder("/from/flag") == Path("/from/flag")
        assert corpora_folder() == Path("/from/environment")
        monkeypatch.delenv("AGENT_DATA")
        assert corpora_folder() == Path("data")


class TestEveryday:
    @pytest.mark.parametrize(("split", "least"), [("train", 2000), ("dev", 300), ("test", 300)])
    def test_every_line_is_valid_there_are_enough_and_each_emotion_is_there(self, split, least):
        examples = everyday.load(split)
        assert len(examples) >= least
        assert {label for example in examples for label in given(example)} == set(EMOTIONS)
        assert all(sum(example.target) == 1 for example in examples)

    def test_a_line_is_tidy_text_that_a_person_could_have_typed(self):
        texts = [
            text
            for split in ("train", "dev", "test")
            for example in everyday.load(split)
            for text in (example.text, example.before)
        ]
        assert [text for text in texts if text != " ".join(text.split())] == []
        assert [text for text in texts if len(text) > 400] == []

    def test_a_line_has_two_or_three_columns(self):
        files = [*(everyday.HERE / "parts").glob("*.tsv"), everyday.HERE / "dev.tsv", everyday.HERE / "test.tsv"]
        lines = [line for path in files for line in path.read_text(encoding="utf-8").splitlines()]
        assert [line for line in lines if not 1 <= line.count("\t") <= 2] == []

    def test_no_text_stands_in_two_splits(self):
        def folded(split: str) -> set[str]:
            return {" ".join(example.text.casefold().split()) for example in everyday.load(split)}

        train, dev, test = folded("train"), folded("dev"), folded("test")
        assert sorted((dev & train) | (test & train) | (test & dev)) == []

    def test_no_text_has_two_emotions(self):
        labels: dict[tuple[str, str], set[tuple[float, ...]]] = {}
        for split in ("train", "dev", "test"):
            for example in everyday.load(split):
                labels.setdefault((example.text.casefold(), example.before.casefold()), set()).add(example.target)
        assert [text for text, given_labels in labels.items() if len(given_labels) > 1] == []


@pytest.fixture(scope="module")
def real() -> Path:
    """The folder of the published corpora."""
    if "AGENT_DATA" not in os.environ:
        pytest.skip("AGENT_DATA does not name the folder of the published corpora")
    return Path(os.environ["AGENT_DATA"])


class TestPublishedCounts:
    def test_dair(self, real):
        assert [len(dair.load(real, split)) for split in ("train", "val", "test")] == [16_000, 2_000, 2_000]
        train = Counter(next(iter(given(example))) for example in dair.load(real, "train"))
        assert train == {"joy": 5362, "sadness": 4666, "anger": 2159, "fear": 1937, "love": 1304, "surprise": 572}

    def test_goemotions(self, real):
        assert [len(goemotions.load(real, split)) for split in ("train", "dev", "test")] == [43_410, 5_426, 5_427]

    def test_empathetic_dialogues(self, real):
        talks = [empathetic.conversations(real, split) for split in ("train", "valid", "test")]
        assert [len(split) for split in talks] == [19_528, 2_767, 2_545]
        assert [sum(len(talk.turns) for talk in split) for split in talks] == [84_155, 12_069, 10_965]
        assert all(len({talk.nuance for talk in split}) == 32 for split in talks)

    def test_dailydialog_keeps_every_rare_emotion(self, real):
        counts = Counter(next(iter(given(example))) for example in dailydialog.load(real, "train"))
        assert (counts["anger"], counts["disgust"], counts["fear"]) == (744, 269, 121)
        assert (counts["sadness"], counts["surprise"]) == (859, 1_409)
