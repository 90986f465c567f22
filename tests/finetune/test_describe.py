"""The description of the corpora says what is in them, on corpora small enough to count by hand."""

import re
from math import log, sqrt

import pytest

from agent.emotions import EMOTIONS
from finetune.corpora import Example, goemotions
from finetune.corpora.describe import NUANCE_ONLY, describe_text, labels_of, telling_words


def section(report: str, corpus: str) -> str:
    """The part of the report about one corpus."""
    parts = re.split(r"\n\n(?=\S)", report)
    return next(part for part in parts if re.match(rf"{corpus}\b(?!, train:)", part))


def row(text: str, name: str) -> list[str]:
    """The cells of a line."""
    return next(line.split() for line in text.splitlines() if line.strip().startswith(name))


@pytest.fixture
def report(corpora) -> str:
    return describe_text(corpora())


def test_a_split_is_counted_with_lengths_repeats_and_rows_left_out(report):
    # lengths 6, 4, 3, 3 and 7; "i feel rotten" stands twice, with two labels; one line has no label
    assert row(section(report, "dair_ai_emotion"), "train") == ["train", "5", "4.6", "4", "7", "7", "0", "1", "1", "1"]


def test_labels_are_counted_in_our_words_with_their_share(report):
    assert row(section(report, "dair_ai_emotion"), "joy") == ["joy", "2", "40.0%", "0", "0.0%", "0", "0.0%"]
    assert row(section(report, "goemotions"), "sadness") == ["sadness", "1", "33.3%", "0", "0.0%", "1", "100.0%"]
    assert "disgust" not in section(report, "dair_ai_emotion")


def test_a_text_with_two_labels_counts_for_both(corpora):
    lovely = goemotions.load(corpora(), "train")[0]
    assert labels_of(lovely) == ("joy", "love")


def test_a_nuance_without_emotion_is_counted_apart(report):
    assert row(section(report, "empathetic_dialogues"), NUANCE_ONLY)[2:4] == ["1", "50.0%"]


def test_rows_that_the_loader_does_not_take_are_counted(report):
    assert row(section(report, "empathetic_dialogues"), "train")[7] == "2"


def test_dailydialog_is_described_whole_although_training_samples_it(report):
    assert row(section(report, "dailydialog"), "neutral")[1] == "400"


def test_a_text_of_train_in_test_is_found_in_other_case_and_spacing_with_its_other_label(report):
    assert "in train and test: 1 texts, 1 with another label" in section(report, "dair_ai_emotion")
    assert "in train and dev: 1 texts, 0 with another label" in section(report, "goemotions")
    assert "in train and val: 0 texts, 0 with another label" in section(report, "dair_ai_emotion")


def test_a_missing_corpus_is_named_in_one_sentence_and_the_others_go_on(corpora):
    report = describe_text(corpora("goemotions", "dailydialog"))
    missing = section(report, "dair_ai_emotion")
    assert "github.com/dair-ai/emotion_dataset" in missing
    assert len(missing.splitlines()) == 2
    assert row(section(report, "goemotions"), "train")[1] == "3"
    assert row(section(report, "everyday"), "dev")[1] == "400"


def test_columns_are_aligned(report):
    lines = section(report, "goemotions").splitlines()
    table = [line for line in lines if re.match(r"  (train|dev|test|     ) ", line)]
    assert len(table) == 4
    assert len({len(line) for line in table}) == 1


def test_plots_are_written_only_when_asked_for(corpora, tmp_path):
    data = corpora()
    describe_text(data)
    assert list(tmp_path.rglob("*.png")) == []
    report = describe_text(data, tmp_path / "new" / "plots")
    plots = sorted((tmp_path / "new" / "plots").iterdir())
    assert [plot.name for plot in plots] == ["labels.png", "lengths.png", "telling-words.png"]
    assert all(plot.read_bytes().startswith(b"\x89PNG") and str(plot) in report for plot in plots)


class TestTellingWords:
    def examples(self, *pairs: tuple[str, str]) -> list[Example]:
        return [Example(text, "ours", tuple(float(label == name) for name in EMOTIONS)) for label, text in pairs]

    def test_a_word_of_one_emotion_tells_it_and_a_word_of_all_tells_nothing(self):
        pairs = [("joy", "the sun is bright")] * 200 + [("fear", "the cellar is dark")] * 200
        telling = telling_words(self.examples(*pairs))
        joy, fear = dict(telling["joy"]), dict(telling["fear"])
        assert {word for word, z in joy.items() if z > 1.96} == {"sun", "bright"}
        assert {word for word, z in fear.items() if z > 1.96} == {"cellar", "dark"}
        assert joy["the"] == pytest.approx(0, abs=1e-9)

    def test_a_word_seen_once_tells_less_than_one_seen_often(self):
        pairs = [("joy", "glad glad glad day")] * 10 + [("joy", "whoopee day")] + [("fear", "some other day")] * 10
        ranked = [word for word, _ in telling_words(self.examples(*pairs))["joy"]]
        assert ranked.index("glad") < ranked.index("whoopee")

    def test_the_score_is_that_of_the_formula(self):
        # one word in six is "a"; prior 500 words: a 500/6, b 2500/6
        telling = dict(telling_words(self.examples(("joy", "a b b"), ("fear", "b b b")))["joy"])
        prior = 500 / 6
        odds = (1 + prior) / (3 + 500 - 1 - prior), prior / (3 + 500 - prior)
        assert telling["a"] == pytest.approx((log(odds[0]) - log(odds[1])) / sqrt(1 / (1 + prior) + 1 / prior))

    def test_no_texts_or_one_word_alone_give_nothing_and_no_error(self):
        assert telling_words([]) == {}
        assert len(telling_words(self.examples(("joy", "hm")))["joy"]) <= 1
