# Makes .venv/ and nothing outside the repository.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# CPU torch by default. On a CUDA machine: make test TORCH=torch==2.13.0 TORCH_INDEX=
ifeq ($(shell uname -s),Linux)
TORCH ?= torch==2.13.0+cpu
else
TORCH ?= torch==2.13.0
endif
TORCH_INDEX ?= --extra-index-url https://download.pytorch.org/whl/cpu
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

.PHONY: chat test test-microphone fast check lowest benchmark clean

chat: $(VENV)/chat.stamp ## open the chat
	@$(BIN)/agent

test: $(VENV)/test.stamp ## everything the tests need, and the tests
	@$(BIN)/python -m pytest

test-microphone: $(VENV)/test.stamp ## clips played into the running chat; needs pulseaudio and tmux
	@command -v pulseaudio >/dev/null || { echo "pulseaudio is missing: install it to play into the chat." >&2; exit 1; }
	@$(BIN)/python -m pytest tests/audio/test_microphone.py tests/tui/test_voice_terminal.py

fast: $(VENV)/test.stamp
	@$(BIN)/python -m pytest -m "not slow"

check: $(VENV)/test.stamp ## what CI runs before the tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

lowest: ## the fast tests of the chat on the lowest versions allowed
	@$(PYTHON) tests/lowest.py

benchmark: $(VENV)/test.stamp
	@for script in benchmarks/*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

$(VENV)/bin/python:
	@echo "Creating $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/chat.stamp: pyproject.toml | $(VENV)/bin/python
	@echo "Installing the chat (ONNX Runtime, CTranslate2, Textual; no torch) ..."
	@$(PIP) --editable .
	@touch $@

$(VENV)/test.stamp: pyproject.toml | $(VENV)/bin/python
	@echo "Installing the training and test extras with torch for the CPU (some minutes, once) ..."
	@$(PIP) --retries 1 --no-deps "$(TORCH)" $(TORCH_INDEX)
	@$(PIP) --editable '.[test]'
	@touch $@ $(VENV)/chat.stamp

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache
