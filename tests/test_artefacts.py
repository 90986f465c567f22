"""Artefacts: found by name or path, verified file by file, and refused with one sentence when anything is amiss."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent import artefacts
from agent.artefacts import find, installed, open_artefact, read, verify, write_manifest
from agent.emotions import EMOTIONS, NUANCES
from agent.events import AgentError

LABELS = {"emotion": EMOTIONS, "nuance": NUANCES}
MANIFEST = {
    "name": "tiny",
    "version": "1.0",
    "task": "text-emotion",
    "licence": "CC BY-NC 4.0",
    "labels": {"emotion": list(EMOTIONS), "nuance": list(NUANCES)},
}


@pytest.fixture
def adapters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of artefacts of its own."""
    folder = tmp_path / "adapters"
    folder.mkdir()
    monkeypatch.setenv("AGENT_ADAPTERS", str(folder))
    return folder


@pytest.fixture
def tiny(adapters: Path) -> Path:
    """The folder of an artefact that is whole."""
    return make(adapters / "tiny")


def make(folder: Path, **changes: Any) -> Path:
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(b"weights" * 1000)
    (folder / "tokenizer.json").write_text("{}")
    write_manifest(folder, {**MANIFEST, "name": folder.name, **changes})
    return folder


def rewrite(folder: Path, **changes: Any) -> None:
    """Damages a manifest by hand, as a person or a merge would."""
    file = folder / "manifest.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **changes}))


def test_an_artefact_is_opened_by_its_name(tiny: Path) -> None:
    artefact = open_artefact("tiny", "text-emotion", LABELS)
    assert (artefact.name, artefact.version, artefact.folder) == ("tiny", "1.0", tiny)
    assert artefact.task == "text-emotion"
    assert artefact.labels == LABELS
    assert artefact.manifest["licence"] == "CC BY-NC 4.0"


def test_a_path_is_taken_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, adapters: Path) -> None:
    elsewhere = make(tmp_path / "elsewhere" / "run-7")
    assert find(str(elsewhere), "text-emotion").folder == elsewhere
    monkeypatch.chdir(tmp_path)
    assert find("elsewhere/run-7", "text-emotion").folder == elsewhere
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert find("run-7", "text-emotion").folder == elsewhere
    monkeypatch.setenv("HOME", str(tmp_path))
    assert find("~/elsewhere/run-7", "text-emotion").folder == elsewhere


def test_an_installed_name_goes_before_a_folder_that_happens_to_lie_here(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make(tmp_path / "work" / "tiny")
    monkeypatch.chdir(tmp_path / "work")
    assert find("tiny", "text-emotion").folder == tiny
    assert find("./tiny", "text-emotion").folder == other


def test_the_persons_own_artefact_goes_before_a_shipped_one_of_that_name(tiny: Path, home: Path) -> None:
    make(home / "adapters" / "tiny")
    theirs = make(home / "adapters" / "theirs")
    assert installed()["tiny"] == tiny
    assert installed()["theirs"] == theirs


def test_an_unknown_name_is_answered_with_the_known_and_the_nearest(tiny: Path) -> None:
    with pytest.raises(AgentError) as refused:
        find("tinny", "text-emotion")
    assert str(refused.value).startswith("There is no artefact 'tinny'; there are ")
    assert "tiny" in str(refused.value)
    assert str(refused.value).endswith("; did you mean tiny?")
    with pytest.raises(AgentError, match=r"There is no artefact '\./none'"):
        find("./none", "text-emotion")


def test_another_task_is_refused(tiny: Path) -> None:
    with pytest.raises(AgentError, match=r"tiny in .* is for text-emotion, not for speech-emotion: name another\.$"):
        find("tiny", "speech-emotion")


def test_a_missing_file_is_named(tiny: Path) -> None:
    (tiny / "tokenizer.json").unlink()
    with pytest.raises(AgentError, match=r"tiny lacks .*tokenizer\.json: restore the file, or install agent again\.$"):
        open_artefact("tiny", "text-emotion", LABELS)


@pytest.mark.parametrize("content", [b"weights" * 999, b"weights" * 999 + b"weightz", b""])
def test_a_changed_file_is_named(content: bytes, tiny: Path) -> None:
    (tiny / "model.onnx").write_bytes(content)
    with pytest.raises(AgentError, match=r"refused, .*model\.onnx is not what its manifest says"):
        open_artefact("tiny", "text-emotion", LABELS)


def test_a_file_that_is_a_folder_is_one_sentence(tiny: Path) -> None:
    (tiny / "model.onnx").unlink()
    (tiny / "model.onnx").mkdir()
    with pytest.raises(AgentError, match=r"model\.onnx"):
        open_artefact("tiny", "text-emotion", LABELS)


@given(position=st.integers(0, 6999), flip=st.integers(1, 255))
def test_a_single_changed_byte_is_seen(position: int, flip: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = make(tmp_path_factory.mktemp("one-byte") / "tiny")
    content = bytearray((folder / "model.onnx").read_bytes())
    content[position] ^= flip
    (folder / "model.onnx").write_bytes(content)
    with pytest.raises(AgentError):
        verify(read(folder))


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        ({"emotion": EMOTIONS[::-1], "nuance": NUANCES}, "The emotion labels of .* are in another order than ours"),
        ({"emotion": EMOTIONS[:-1], "nuance": NUANCES}, "The emotion labels of .* are others than ours"),
        ({"emotion": EMOTIONS}, r"The nuance labels of .* are others than ours \(none\)"),
        ({**LABELS, "intent": ("ask",)}, r"The intent labels of .* are others than ours \(ask\)"),
    ],
)
def test_labels_that_are_not_ours_in_our_order_are_refused(
    labels: dict[str, tuple[str, ...]], says: str, adapters: Path
) -> None:
    make(adapters / "odd", labels={head: list(each) for head, each in labels.items()})
    with pytest.raises(AgentError, match=says):
        open_artefact("odd", "text-emotion", LABELS)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe{}", b"[" * 100_000])
def test_a_manifest_that_is_no_json_is_refused(content: bytes, tiny: Path) -> None:
    (tiny / "manifest.json").write_bytes(content)
    with pytest.raises(AgentError, match=r"manifest\.json is damaged, it is not JSON: restore it"):
        find("tiny", "text-emotion")


@pytest.mark.parametrize("content", ["[]", "null", "3", '"text"'])
def test_a_manifest_that_is_no_object_is_refused(content: str, tiny: Path) -> None:
    (tiny / "manifest.json").write_text(content)
    with pytest.raises(AgentError, match="it is not a JSON object"):
        find("tiny", "text-emotion")


@pytest.mark.parametrize("key", ["name", "version", "task", "licence", "labels", "files"])
def test_a_manifest_that_lacks_a_key_is_refused(key: str, tiny: Path) -> None:
    manifest = json.loads((tiny / "manifest.json").read_text())
    del manifest[key]
    (tiny / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(AgentError, match=f"it lacks {key}: restore it"):
        find("tiny", "text-emotion")


ENTRY = {"bytes": 1, "sha256": "0"}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"version": 1.0}, "its version is not a text"),
        ({"labels": ["anger"]}, "its labels are not lists of texts"),
        ({"labels": {"emotion": "anger"}}, "its labels are not lists of texts"),
        ({"labels": {"emotion": [1]}}, "its labels are not lists of texts"),
        ({"files": {}}, "it names no files"),
        ({"files": {"model.onnx": "0"}}, "size or SHA-256 of 'model.onnx' are missing"),
        ({"files": {"model.onnx": {"bytes": 1}}}, "size or SHA-256 of 'model.onnx' are missing"),
        ({"files": {"model.onnx": {"bytes": True, "sha256": "0"}}}, "size or SHA-256 of 'model.onnx' are missing"),
        ({"files": {"../secret": ENTRY}}, "'../secret' is not the name of a file in its folder"),
        ({"files": {"/etc/passwd": ENTRY}}, "'/etc/passwd' is not the name of a file in its folder"),
        ({"files": {"a\\b": ENTRY}}, "is not the name of a file in its folder"),
        ({"files": {"..": ENTRY}}, "'..' is not the name of a file in its folder"),
        ({"files": {"a\0b": ENTRY}}, "is not the name of a file in its folder"),
    ],
)
def test_a_manifest_with_something_wrong_in_it_is_refused(changes: dict[str, Any], says: str, tiny: Path) -> None:
    rewrite(tiny, **changes)
    with pytest.raises(AgentError) as refused:
        open_artefact("tiny", "text-emotion", LABELS)
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_folder_without_a_manifest_is_no_artefact(adapters: Path) -> None:
    (adapters / "empty").mkdir()
    assert "empty" not in installed()
    with pytest.raises(AgentError, match=r"is no artefact, it has no manifest\.json"):
        find(str(adapters / "empty"), "text-emotion")


def test_the_manifest_lists_every_file_but_itself_with_size_and_hash(tiny: Path) -> None:
    files = json.loads((tiny / "manifest.json").read_text())["files"]
    assert files == {
        "model.onnx": {"bytes": 7000, "sha256": hashlib.sha256(b"weights" * 1000).hexdigest()},
        "tokenizer.json": {"bytes": 2, "sha256": hashlib.sha256(b"{}").hexdigest()},
    }


def test_writing_the_manifest_again_gives_the_same_bytes(tiny: Path) -> None:
    before = (tiny / "manifest.json").read_bytes()
    write_manifest(tiny, dict(reversed({**MANIFEST, "files": {"gone": {}}}.items())))
    assert (tiny / "manifest.json").read_bytes() == before


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"task": ""}, "its task is not a text"),
        ({"metrics": float("nan")}, "cannot be written as JSON"),
        ({"metrics": object()}, "cannot be written as JSON"),
    ],
)
def test_a_manifest_that_would_be_refused_is_not_written(changes: dict[str, Any], says: str, tiny: Path) -> None:
    before = (tiny / "manifest.json").read_bytes()
    with pytest.raises(AgentError, match=says):
        write_manifest(tiny, {**MANIFEST, **changes})
    assert (tiny / "manifest.json").read_bytes() == before


def test_an_artefact_is_flat(tiny: Path) -> None:
    (tiny / "more").mkdir()
    with pytest.raises(AgentError, match="an artefact is flat"):
        write_manifest(tiny, dict(MANIFEST))


def test_what_is_shipped_is_whole() -> None:
    shipped = Path(artefacts.__file__).parents[1] / "adapters"
    for manifest in shipped.glob("*/manifest.json"):
        verify(read(manifest.parent))
