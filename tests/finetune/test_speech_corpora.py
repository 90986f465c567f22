"""The speech corpora are read alike in every layout, each with its trap, and no fold tests whom it was trained on."""

import csv
import io
import os
import re
import tarfile
import wave
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from agent.audio.clips import RATE, wav_bytes
from agent.emotions import EMOTIONS, SPEECH, SPEECH_SEVEN, SPEECH_TO_EMOTION, spoken
from agent.events import AgentError
from finetune.cli import main
from finetune.corpora import folds, speech
from finetune.corpora.describe_speech import FULL_SCALE, describe_speech, hear
from finetune.corpora.speech import Clip

RAVDESS_NAMES = ["Actor_01/03-01-05-02-01-02-01", "Actor_02/03-01-02-01-02-01-02", "Actor_03/03-01-08-01-01-01-03"]
TESS_NAMES = ["OAF_Fear/OAF_back_fear", "OAF_neutral/OA_bite_neutral", "YAF_pleasant_surprised/YAF_dog_ps"]
URDU_NAMES = ["Angry/SM1_F10_A010", "Happy/SF6_F5_H029", "Neutral/SM5_F1_N01", "Sad/SM24_F14_S026"]
FSDD_NAMES = ["recordings/7_jackson_32", "recordings/0_theo_4"]
TABLE = ["file", "label", "speaker", "gender", "seconds", "text"]


def tone(hertz: float = 220.0, seconds: float = 0.3, level: float = 0.3) -> np.ndarray:
    """A sine at 16 kHz."""
    return (level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


def sound(path: Path, hertz: float = 220.0) -> Path:
    """A WAV file at 16 kHz with a tone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(wav_bytes(tone(hertz)))
    return path


def pack(data: Path, corpus: str, rows: list[dict[str, str]], sounds: dict[str, bytes] | None = None) -> Path:
    """A corpus in the packed form, each clip a tone of its own unless its bytes are given."""
    folder = data / "speech" / corpus
    folder.mkdir(parents=True, exist_ok=True)
    columns = list(dict.fromkeys([*TABLE, *(key for row in rows for key in row)]))
    lines = ["\t".join(columns), *("\t".join(row.get(key, "") for key in columns) for row in rows)]
    (folder / "labels.tsv").write_text("".join(f"{line}\n" for line in lines))
    with tarfile.open(folder / f"{corpus}.tar", "w") as archive:
        for number, row in enumerate(rows):
            held = (sounds or {}).get(row["file"]) or wav_bytes(tone(200 + 10 * number))
            member = tarfile.TarInfo(row["file"])
            member.size = len(held)
            archive.addfile(member, io.BytesIO(held))
    return data


def hertz(samples: np.ndarray) -> int:
    """The loudest frequency of a tone."""
    return round(int(np.argmax(np.abs(np.fft.rfft(samples)))) * RATE / len(samples))


def clip(name: str, label: str = "angry", speaker: str = "A", corpus: str = "ours", **more: str) -> Clip:
    return Clip(corpus, name, label, Path("nowhere"), speaker=speaker, more=more)


def leaks(fold: folds.Fold) -> set[str]:
    """Speakers on both sides."""
    return {one.speaker for one in fold.train} & {one.speaker for one in fold.test}


class TestLabels:
    def test_every_word_of_the_corpora_is_one_of_the_eight_emotions(self):
        assert set(SPEECH_TO_EMOTION) == set(SPEECH)
        assert set(SPEECH_TO_EMOTION.values()) <= set(EMOTIONS)
        assert SPEECH_TO_EMOTION["calm"] == "neutral"

    def test_calm_is_not_of_the_seven(self):
        assert sorted(SPEECH_SEVEN) == sorted({*SPEECH} - {"calm"})
        calm, sad = clip("1", "calm"), clip("2", "sad")
        assert folds.seven([calm, sad]) == [sad]

    @pytest.mark.parametrize(
        ("words", "emotions"),
        [
            ("angry disgust fearful happy neutral sad surprised", "anger disgust fear joy neutral sadness surprise"),
            ("neu hap ang sad", "neutral joy anger sadness"),
            ("SAD ANGRY DISGUST FEAR HAPPY NEUTRAL", "sadness anger disgust fear joy neutral"),
            ("anger happiness sadness ps Pleasant_Surprise", "anger joy sadness surprise surprise"),
        ],
    )
    def test_published_classifiers_are_understood(self, words, emotions):
        assert [spoken(word) for word in words.split()] == emotions.split()

    def test_a_word_that_is_no_emotion_is_unknown(self):
        assert spoken("LABEL_3") is None


class TestDownloads:
    @pytest.mark.parametrize("place", ["speech/ravdess", "ravdess", "Audio_Speech_Actors_01-24", "speech/ravdess/deep"])
    def test_ravdess_wherever_it_was_unpacked(self, tmp_path, place):
        for name in RAVDESS_NAMES:
            sound(tmp_path / place / f"{name}.wav")
        strong, calm, surprised = speech.load(tmp_path, "ravdess")[1], *speech.load(tmp_path, "ravdess")[::2]
        assert (strong.label, strong.speaker, strong.gender) == ("angry", "Actor_01", "male")
        assert strong.more == {"intensity": "strong", "statement": "01", "repetition": "02"}
        assert (calm.label, calm.speaker, calm.gender) == ("calm", "Actor_02", "female")
        assert surprised.label == "surprised"

    def test_ravdess_leaves_songs_and_films_out(self, tmp_path):
        for name in ("03-01-05-02-01-02-01", "03-02-05-02-01-02-01", "01-01-05-02-01-02-01"):
            sound(tmp_path / "ravdess" / "Actor_01" / f"{name}.wav")
        assert [one.name for one in speech.load(tmp_path, "ravdess")] == ["03-01-05-02-01-02-01"]

    @pytest.mark.parametrize("names", [["AudioData/DC/sa03", "AudioData/JE/su10"], ["ALL/DC_sa03", "ALL/JE_su10"]])
    def test_savee_has_a_folder_a_speaker_or_one_for_all(self, tmp_path, names):
        for name in names:
            sound(tmp_path / f"{name}.wav")
        found = [(one.name, one.label, one.speaker, one.gender) for one in speech.load(tmp_path, "savee")]
        assert found == [("DC_sa03", "sad", "DC", "male"), ("JE_su10", "surprised", "JE", "male")]

    def test_savee_tells_anger_from_sadness_and_surprise(self, tmp_path):
        for code in ("a01", "d01", "f01", "h01", "n30", "sa01", "su01"):
            sound(tmp_path / "savee" / "AudioData" / "KL" / f"{code}.wav")
        assert sorted(one.label for one in speech.load(tmp_path, "savee")) == sorted(SPEECH_SEVEN)

    def test_tess_knows_the_speaker_of_its_misspelt_clip(self, tmp_path):
        for name in TESS_NAMES:
            sound(tmp_path / "TESS Toronto emotional speech set data" / f"{name}.wav")
        found = speech.load(tmp_path, "tess")
        assert [(one.name, one.label, one.speaker) for one in found] == [
            ("OAF_back_fear", "fearful", "OAF"),
            ("OA_bite_neutral", "neutral", "OAF"),
            ("YAF_dog_ps", "surprised", "YAF"),
        ]
        assert found[2].text == "Say the word dog"
        assert found[2].more == {"word": "dog", "age": "younger"}

    def test_a_copy_that_holds_every_file_twice_counts_it_once(self, tmp_path):
        name = "TESS Toronto emotional speech set data"
        for folder in (tmp_path / "tess" / name, tmp_path / "tess" / name.lower() / name):
            sound(folder / "OAF_Fear" / "OAF_back_fear.wav")
        assert len(speech.load(tmp_path, "tess")) == 1

    def test_urdu(self, tmp_path):
        for name in URDU_NAMES:
            sound(tmp_path / "urdu" / f"{name}.wav")
        found = {one.name: (one.label, one.speaker, one.gender) for one in speech.load(tmp_path, "urdu")}
        assert found["SM1_F10_A010"] == ("angry", "SM1", "male")
        assert found["SF6_F5_H029"] == ("happy", "SF6", "female")

    def test_fsdd(self, tmp_path):
        for name in FSDD_NAMES:
            sound(tmp_path / "fsdd" / f"{name}.wav")
        seven = speech.load(tmp_path, "fsdd")[1]
        assert (seven.label, seven.speaker, seven.text, seven.more) == ("7", "jackson", "seven", {"index": "32"})

    def test_iqube_takes_labels_from_its_table_and_leaves_out_what_was_never_published(self, tmp_path):
        root = tmp_path / "iqube"
        sound(root / "dataset" / "audio" / "audio_2.wav")
        sound(root / "dataset" / "audio" / "audio_10.wav")
        (root / "dataset" / "csv").mkdir()
        table = "intent,audio_file\nbattery,audio_2\nbattery,audio_3\nbook_now,audio_10\n"
        (root / "dataset" / "csv" / "speech_to_intent.csv").write_text(table)
        found = [(one.name, one.label, one.speaker) for one in speech.load(tmp_path, "iqube")]
        assert found == [("audio_10", "book_now", ""), ("audio_2", "battery", "")]

    def test_speechocean762_joins_the_tables_of_both_parts(self, tmp_path):
        root = tmp_path / "speechocean762"
        for split, name, speaker, gender, age in (
            ("train", "00011", "0001", "m", "6"),
            ("test", "00032", "3", "f", "41"),
        ):
            sound(root / "WAVE" / f"SPEAKER{speaker}" / f"{name}.WAV")
            (root / split).mkdir()
            tables = {
                "text": f"{name}\tWE LIKE TEA\n",
                "wav.scp": f"{name}\tWAVE/SPEAKER{speaker}/{name}.WAV\n{name}9\tWAVE/SPEAKER{speaker}/lost.WAV\n",
                "utt2spk": f"{name} {speaker}\n",
                "spk2gender": f"{speaker}\t{gender}\n",
                "spk2age": f"{speaker}\t{age}\n",
            }
            for table, text in tables.items():
                (root / split / table).write_text(text)
        child, adult = speech.load(tmp_path, "speechocean762")
        assert (child.text, child.speaker, child.gender) == ("WE LIKE TEA", "0001", "male")
        assert (child.more, adult.more) == ({"age": "6", "split": "train"}, {"age": "41", "split": "test"})

    def test_a_source_in_stereo_at_96_khz_is_read_as_all_others(self, tmp_path):
        path = tmp_path / "tess" / "OAF_Fear" / "OAF_food_fear.wav"
        path.parent.mkdir(parents=True)
        one_side = np.sin(2 * np.pi * 440 * np.arange(96_000) / 96_000) * 16_000
        both = np.stack([one_side, one_side], axis=1).astype("<i2")
        with wave.open(str(path), "wb") as file:
            file.setnchannels(2)
            file.setsampwidth(2)
            file.setframerate(96_000)
            file.writeframes(both.tobytes())
        (samples,) = speech.read(speech.load(tmp_path, "tess"))
        assert samples.dtype == np.float32
        assert len(samples) == pytest.approx(RATE, abs=32)
        assert hertz(samples) == pytest.approx(440, abs=2)


class TestOwnFolders:
    def test_a_folder_a_label_however_deep(self, tmp_path):
        sound(tmp_path / "mine" / "angry" / "one.wav")
        sound(tmp_path / "mine" / "glad" / "monday" / "two.flac")
        sound(tmp_path / "mine" / "stray.wav")
        found = speech.load(tmp_path, str(tmp_path / "mine"))
        assert [(one.corpus, one.name, one.label) for one in found] == [
            ("mine", "angry/one", "angry"),
            ("mine", "glad/monday/two", "glad"),
        ]

    def test_hidden_files_of_a_mac_are_no_clips(self, tmp_path):
        for name in ("angry/one.wav", "angry/._one.wav", "glad/two.wav"):
            sound(tmp_path / "mine" / name)
        assert len(speech.folders(tmp_path / "mine")) == 2

    def test_one_label_alone_teaches_nothing(self, tmp_path):
        sound(tmp_path / "mine" / "angry" / "one.wav")
        with pytest.raises(AgentError, match="two folders with sound"):
            speech.load(tmp_path, str(tmp_path / "mine"))


class TestPacked:
    def rows(self, names: list[str]) -> list[dict[str, str]]:
        return [{"file": f"{name}.flac", "label": "angry", "speaker": "S", "text": 'a "quoted'} for name in names]

    def test_columns_become_fields_and_quotation_marks_are_plain(self, tmp_path):
        row = {"file": "a/b_1.flac", "label": "sad", "speaker": "S", "gender": "male", "text": '"so what', "age": "6"}
        (one,) = speech.load(pack(tmp_path, "urdu", [row]), "urdu")
        assert (one.name, one.label, one.speaker, one.gender, one.text) == ("b_1", "sad", "S", "male", '"so what')
        assert (one.member, one.more) == ("a/b_1.flac", {"age": "6"})

    def test_each_clip_is_read_from_its_own_place_in_any_order(self, tmp_path):
        clips = speech.load(pack(tmp_path, "urdu", self.rows(["a", "b", "c", "d"])), "urdu")
        backwards = [clips[3], clips[0], clips[2], clips[1], clips[3]]
        assert [hertz(samples) for samples in speech.read(backwards)] == [230, 200, 220, 210, 230]

    def test_clips_of_two_archives_and_plain_files_may_be_mixed(self, tmp_path):
        first = speech.load(pack(tmp_path, "urdu", self.rows(["a", "b"])), "urdu")
        second = speech.load(pack(tmp_path, "tess", self.rows(["a"])), "tess")
        plain = Clip("ours", "x", "sad", sound(tmp_path / "x.wav", 400))
        assert [hertz(samples) for samples in speech.read([*second, plain, *first])] == [200, 400, 200, 210]

    def test_an_archive_is_opened_once(self, tmp_path, monkeypatch):
        clips = speech.load(pack(tmp_path, "urdu", self.rows(["a", "b", "c"])), "urdu")
        opened = []
        plain = Path.open
        monkeypatch.setattr(Path, "open", lambda path, *rest: opened.append(path.name) or plain(path, *rest))
        list(speech.read(clips))
        assert opened.count("urdu.tar") == 1

    def test_an_archive_that_was_replaced_is_read_anew(self, tmp_path):
        list(speech.read(speech.load(pack(tmp_path, "urdu", self.rows(["a", "b"])), "urdu")))
        data = pack(tmp_path, "urdu", self.rows(["new", "a", "b"]))
        os.utime(data / "speech" / "urdu" / "urdu.tar", (1, 1))
        assert [hertz(samples) for samples in speech.read(speech.load(data, "urdu"))] == [210, 220, 200]

    def test_a_clip_that_is_not_in_the_archive_is_named(self, tmp_path):
        data = pack(tmp_path, "urdu", self.rows(["a"]))
        with (data / "speech" / "urdu" / "labels.tsv").open("a") as table:
            table.write("gone.flac\tangry\n")
        with pytest.raises(AgentError, match=r"urdu\.tar does not hold gone\.flac"):
            list(speech.read(speech.load(data, "urdu")))

    def test_a_clip_that_cannot_be_decoded_is_named(self, tmp_path):
        data = pack(tmp_path, "urdu", self.rows(["a"]), {"a.flac": b"no sound at all"})
        with pytest.raises(AgentError, match=r"a\.flac in .*urdu\.tar cannot be read"):
            list(speech.read(speech.load(data, "urdu")))

    def test_an_archive_cut_short_is_said_to_be(self, tmp_path):
        data = pack(tmp_path, "urdu", self.rows(["a", "b"]))
        (data / "speech" / "urdu" / "urdu.tar").write_bytes(b"not an archive" * 100)
        with pytest.raises(AgentError, match="no whole tar archive"):
            list(speech.read(speech.load(data, "urdu")))


@pytest.mark.parametrize("corpus", speech.HOMES)
def test_a_missing_corpus_is_named_with_its_source_and_the_remedy(tmp_path, corpus):
    with pytest.raises(AgentError) as caught:
        speech.load(tmp_path, corpus)
    assert all(part in str(caught.value) for part in (corpus, speech.HOMES[corpus], "--data", "AGENT_DATA"))


def test_an_unknown_corpus_lists_the_known_ones(tmp_path):
    with pytest.raises(AgentError, match="ravdess, savee, tess"):
        speech.load(tmp_path, "ravdes")


class TestFolds:
    def ravdess(self) -> list[Clip]:
        return [
            clip(f"03-01-{label}-01-01-01-{actor:02d}", label, f"Actor_{actor:02d}", "ravdess")
            for actor in range(1, 25)
            for label in ("05", "06")
        ]

    def test_ravdess_tests_every_actor_once_and_never_trains_on_whom_it_tests(self):
        found = folds.ravdess_folds(self.ravdess())
        assert len(found) == 6
        assert all(not leaks(fold) and len(fold.test) == 8 and len(fold.train) == 40 for fold in found)
        assert sorted(one.name for fold in found for one in fold.test) == sorted(one.name for one in self.ravdess())
        assert {one.speaker for one in found[0].test} == {"Actor_01", "Actor_11", "Actor_20", "Actor_21"}

    def test_the_recording_that_ravdess_holds_twice_counts_once(self):
        first = clip("03-01-03-01-02-01-07", "happy", "Actor_07", "ravdess")
        second = clip("03-01-03-01-02-02-07", "happy", "Actor_07", "ravdess")
        assert folds.distinct([second, first]) == [first]
        for fold in folds.ravdess_folds([*self.ravdess(), first, second]):
            assert second not in (*fold.train, *fold.test)

    def test_a_clip_that_overlaps_a_tested_one_is_not_trained_on(self, tmp_path):
        tested, overlapping, other = (clip(n, "happy", "SF6", "urdu") for n in ("SF6_F5_H029", "SF6_F10_H034", "x"))
        (tmp_path / "protocols").mkdir()
        (tmp_path / "protocols" / "emobox_urdu_test.txt").write_text("SF6_F5_H029\n")
        fold = folds.emobox_fold(tmp_path, "urdu", [tested, overlapping, other])
        assert (fold.train, fold.test) == ((other,), (tested,))
        (tmp_path / "protocols" / "emobox_urdu_test.txt").write_text("x\n")
        assert len(folds.emobox_fold(tmp_path, "urdu", [tested, overlapping, other]).train) == 2

    def test_every_speaker_is_left_out_once(self):
        clips = [clip(f"{speaker}{n}", speaker=speaker) for speaker in ("DC", "JE", "JK", "KL") for n in range(3)]
        found = folds.leave_one_speaker_out(clips)
        assert [fold.name for fold in found] == ["DC", "JE", "JK", "KL"]
        assert all(not leaks(fold) and len(fold.test) == 3 and len(fold.train) == 9 for fold in found)

    def test_stratified_folds_test_every_clip_once_with_equal_shares(self):
        clips = [clip(f"{label}{n:02d}", label) for label in ("angry", "sad") for n in range(20)]
        found = folds.stratified_folds(clips, folds=5)
        assert sorted(one.name for fold in found for one in fold.test) == [one.name for one in clips]
        assert all(Counter(one.label for one in fold.test) == {"angry": 4, "sad": 4} for fold in found)
        assert all(not {*fold.train} & {*fold.test} for fold in found)

    def test_a_corpus_numbered_class_by_class_is_drawn_and_not_cut(self):
        clips = [clip(f"audio_{n:03d}", "battery" if n < 50 else "book_now") for n in range(100)]
        numbers = [int(one.name[-3:]) for one in folds.stratified_folds(clips)[0].test]
        assert numbers[:10] != list(range(10))

    @pytest.mark.parametrize("split", [folds.random_split, lambda clips: folds.stratified_folds(clips)[0]])
    def test_a_split_depends_on_names_and_not_on_their_order(self, split: Callable[[list[Clip]], folds.Fold]):
        clips = [clip(f"{label}{n:02d}", label) for label in ("angry", "sad") for n in range(20)]
        assert split(clips) == split(clips[::-1])

    def test_a_random_split_keeps_the_shares_and_another_seed_draws_others(self):
        clips = [clip(f"{label}{n:02d}", label) for label in ("angry", "sad") for n in range(20)]
        first, second = folds.random_split(clips), folds.random_split(clips, seed=43)
        assert Counter(one.label for one in first.test) == {"angry": 4, "sad": 4}
        assert (len(first.train), first == second) == (32, False)

    def test_too_few_clips_of_a_label_are_named(self):
        clips = [clip(f"{label}{n}", label) for label in ("angry", "sad") for n in range(5)] + [clip("x", "calm")]
        with pytest.raises(AgentError, match="calm"):
            folds.stratified_folds(clips)

    def test_a_published_split_is_taken_as_it_is(self):
        clips = [clip("a", split="train"), clip("b", split="test")]
        assert [one.name for one in folds.published(clips).test] == ["b"]
        takes = [clip(f"7_theo_{n}", corpus="fsdd", index=str(n)) for n in (4, 5)]
        assert [one.name for one in folds.published(takes).test] == ["7_theo_4"]
        with pytest.raises(AgentError, match="no split of their own"):
            folds.published([clip("a"), clip("b")])

    def test_a_test_list_that_names_clips_which_are_not_there_is_refused(self, tmp_path):
        (tmp_path / "protocols").mkdir()
        (tmp_path / "protocols" / "emobox_urdu_test.txt").write_text("a\nb\n")
        with pytest.raises(AgentError, match="1 clips"):
            folds.emobox_fold(tmp_path, "urdu", [clip("a", corpus="urdu"), clip("c", corpus="urdu")])
        with pytest.raises(AgentError, match="emobox_tess_test"):
            folds.emobox_test(tmp_path, "tess")

    def test_the_rule_that_hears_nothing_says_a_speakers_usual_label_and_to_strangers_everybodys(self):
        train = [clip("1", "sad", "A"), clip("2", "sad", "A"), clip("3", "angry", "B"), clip("4", "sad", "C")]
        fold = folds.Fold("", tuple(train), (clip("5", "sad", "B"), clip("6", "angry", "D")))
        assert folds.usual_label(fold) == ["angry", "sad"]


class TestDescribe:
    @pytest.fixture
    def data(self, tmp_path) -> Path:
        labelled = [("a", "sad", "S1"), ("b", "sad", "S1"), ("c", "happy", "S1"), ("d", "happy", "S2")]
        rows = [
            {"file": f"{name}.wav", "label": label, "speaker": speaker, "gender": "male"}
            for name, label, speaker in labelled
        ]
        square = np.sign(tone()) * 1.0
        quiet = wav_bytes(np.zeros(RATE, dtype=np.float32))
        sounds = {"b.wav": wav_bytes(tone(200)), "c.wav": wav_bytes(square.astype(np.float32)), "d.wav": quiet}
        return pack(tmp_path, "urdu", rows, sounds)

    def row(self, report: str, name: str) -> list[str]:
        return next(line.split() for line in report.splitlines() if line.strip().startswith(name))

    def test_counts_lengths_and_levels_are_those_of_the_sound(self, data):
        report = describe_speech(data, ["urdu"])
        # 0.3 s of tone twice, of a square wave once, a second of silence; a sine of 0.3 has -13.5 dBFS
        assert self.row(report, "sad") == ["sad", "2", "50.0%", "1", "0.30", "0.30", "0.30", *["-13"] * 3, "0", "0"]
        assert self.row(report, "happy")[:4] == ["happy", "2", "50.0%", "2"]
        assert self.row(report, "happy")[-2:] == ["1", "1"]
        assert self.row(report, "all")[1] == "4"

    def test_who_speaks_what_is_a_table_and_the_deaf_rule_stands_below(self, data):
        report = describe_speech(data, ["urdu"])
        assert self.row(report, "S1") == ["S1", "male", "3", "1", "2"]
        assert self.row(report, "S2") == ["S2", "male", "1", "1", "0"]
        assert "is right for 75.0% (a constant answer for 50.0%)" in report
        assert "1 of 2 speakers have one label only" in report

    def test_the_same_sound_under_two_names_is_found(self, data):
        assert re.search(r"1 clips repeat another's sound\n +the same sound: a, b", describe_speech(data, ["urdu"]))

    def test_a_missing_corpus_is_one_sentence_and_the_others_go_on(self, data):
        report = describe_speech(data, ["savee", "urdu"])
        missing, found = report.split("\n\n")[:2]
        assert speech.HOMES["savee"] in missing
        assert len(missing.splitlines()) == 2
        assert found.startswith("urdu: 4 clips")

    def test_the_level_is_that_of_the_whole_clip_and_full_scale_is_what_16_bits_hold(self):
        loud = hear(clip("x"), np.full(RATE, -FULL_SCALE, dtype=np.float32))
        assert (loud.seconds, loud.full_scale) == (1.0, 1.0)
        assert loud.level_dbfs == pytest.approx(0, abs=0.01)
        assert hear(clip("x"), np.zeros(RATE, dtype=np.float32)).level_dbfs == pytest.approx(-120)

    def test_the_command_prints_what_it_is_asked_for(self, data, capsys):
        assert main(["data", "describe", "urdu", "savee", "--data", str(data)]) == 0
        printed = capsys.readouterr().out
        assert "urdu: 4 clips" in printed
        assert speech.HOMES["savee"] in printed

    def test_the_command_describes_a_folder_of_ones_own(self, tmp_path, capsys):
        sound(tmp_path / "mine" / "angry" / "one.wav")
        sound(tmp_path / "mine" / "glad" / "two.wav", 300)
        assert main(["data", "describe", str(tmp_path / "mine")]) == 0
        assert "mine: 2 clips" in capsys.readouterr().out

    @pytest.mark.parametrize("arguments", [["ravdes"], ["urdu", "--out", "plots"]])
    def test_the_command_refuses_what_it_cannot_do_with_2(self, data, arguments, capsys):
        assert main(["data", "describe", *arguments, "--data", str(data)]) == 2
        assert capsys.readouterr().err.count("\n") == 1


@pytest.fixture(scope="module")
def real() -> Path:
    """The folder of the published corpora."""
    if "AGENT_DATA" not in os.environ:
        pytest.skip("AGENT_DATA does not name the folder of the published corpora")
    return Path(os.environ["AGENT_DATA"])


def published(data: Path, corpus: str) -> list[Clip]:
    try:
        return speech.load(data, corpus)
    except AgentError as error:
        pytest.skip(str(error))


COUNTS = {"ravdess": 1440, "savee": 480, "tess": 2800, "urdu": 400, "iqube": 160, "speechocean762": 3175, "fsdd": 600}
SPEAKERS = {"ravdess": 24, "savee": 4, "tess": 2, "urdu": 29, "iqube": 1, "speechocean762": 200, "fsdd": 6}


class TestPublished:
    @pytest.mark.parametrize("corpus", COUNTS)
    def test_counts_and_speakers(self, real, corpus):
        clips = published(real, corpus)
        assert len(clips) == len({one.name for one in clips}) == COUNTS[corpus]
        assert len({one.speaker for one in clips}) == SPEAKERS[corpus]

    def test_labels(self, real):
        counts = Counter(one.label for name in ("ravdess", "tess", "urdu") for one in published(real, name))
        assert counts == {
            "angry": 692,
            "happy": 692,
            "sad": 692,
            "neutral": 596,
            "disgust": 592,
            "fearful": 592,
            "surprised": 592,
            "calm": 192,
        }
        intents = Counter(one.label for one in published(real, "iqube"))
        assert (len(intents), intents["bike_modes"], intents["About_iQube"]) == (9, 43, 10)

    @pytest.mark.parametrize("corpus", ["ravdess", "savee", "tess", "urdu", "fsdd"])
    def test_a_download_says_what_the_table_of_the_packed_form_says(self, real, corpus, tmp_path):
        packed = published(real, corpus)
        for one in packed:
            path = tmp_path / corpus / Path(one.member or one.path).with_suffix(".wav").name
            path.parent.mkdir(exist_ok=True)
            path.touch()
        found = speech.load(tmp_path, corpus)

        def said(clips: list[Clip]) -> list[tuple[object, ...]]:
            # The file names of RAVDESS number the sentence and do not tell it.
            texts = ["" if one.corpus == "ravdess" else one.text for one in clips]
            rest = [(one.name, one.label, one.speaker, one.gender, one.more) for one in clips]
            return list(zip(rest, texts, strict=True))

        assert said(found) == said(packed)

    @pytest.mark.parametrize("corpus", COUNTS)
    def test_clips_decode_to_the_length_that_the_table_says(self, real, corpus):
        clips = published(real, corpus)
        table = clips[0].path.with_name("labels.tsv")
        if not table.is_file():
            pytest.skip(f"{corpus} is there as downloaded, without a table of lengths")
        rows = csv.DictReader(table.open(encoding="utf-8"), delimiter="\t", quoting=csv.QUOTE_NONE)
        lengths = {row["file"]: float(row["seconds"]) for row in rows}
        some = [clips[i] for i in np.random.default_rng(42).choice(len(clips), 20, replace=False)]
        for one, samples in zip(some, speech.read(some), strict=True):
            assert len(samples) / RATE == pytest.approx(lengths[one.member], abs=0.02), one.name
            assert 0 < np.abs(samples).max() < 1.5, one.name

    def test_ravdess_folds(self, real):
        found = folds.ravdess_folds(published(real, "ravdess"))
        assert [len(fold.test) for fold in found] == [240, 240, 240, 239, 240, 240]
        assert all(not leaks(fold) and len(fold.train) + len(fold.test) == 1439 for fold in found)

    def test_urdu_groups_hold_every_speaker_once_and_every_emotion(self, real):
        clips = published(real, "urdu")
        assert sorted(speaker for group in folds.URDU_GROUPS for speaker in group) == sorted(
            {one.speaker for one in clips}
        )
        found = folds.urdu_folds(clips)
        assert [len(fold.test) for fold in found] == [98, 98, 128, 76]
        for fold in found:
            assert not leaks(fold)
            assert len({one.label for one in fold.test}) == len({one.label for one in fold.train}) == 4

    @pytest.mark.parametrize(("corpus", "tested"), [("urdu", 100), ("tess", 700)])
    def test_emobox_lists_are_found_whole(self, real, corpus, tested):
        fold = folds.emobox_fold(real, corpus, published(real, corpus))
        assert (len(fold.test), len(fold.train)) == (tested, COUNTS[corpus] - tested)

    def test_on_emoboxs_list_of_urdu_who_hears_nothing_is_right_for_95_of_100(self, real):
        fold = folds.emobox_fold(real, "urdu", published(real, "urdu"))
        assert sum(said == one.label for said, one in zip(folds.usual_label(fold), fold.test, strict=True)) == 95

    def test_published_splits(self, real):
        sizes = {
            name: (len(fold.train), len(fold.test))
            for name in ("iqube", "speechocean762", "fsdd")
            for fold in [folds.published(published(real, name))]
        }
        assert sizes == {"iqube": (112, 48), "speechocean762": (2500, 675), "fsdd": (300, 300)}
        assert leaks(folds.published(published(real, "speechocean762"))) == set()

    def test_the_recording_that_ravdess_holds_twice_is_the_one_we_drop(self, real):
        twice = [one for one in published(real, "ravdess") if re.fullmatch(r"03-01-03-01-02-0[12]-07", one.name)]
        first, second = speech.read(twice)
        assert np.array_equal(first, second)
        assert [one.name for one in folds.distinct(twice)] == ["03-01-03-01-02-01-07"]
