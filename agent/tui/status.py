"""One quiet row: what the chat is doing, which models answer, and how long each stage of the last turn took."""

from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from agent.plaintext import line


class StatusLine(Static):
    """State at the left; models and latencies at the right, as far as there is room."""

    state: reactive[str] = reactive("starting")
    models: reactive[dict[str, str]] = reactive(dict)
    timings_ms: reactive[dict[str, float]] = reactive(dict)

    def render(self) -> Content:
        """The row for the present width: the models give way first, then the latencies."""
        width = self.content_size.width
        state = line(self.state)[:width]
        right = ""
        for part in (self._latencies(), " · ".join(dict.fromkeys(self.models.values()))):
            longer = "   ".join(filter(None, (part, right)))
            if part and len(state) + 3 + len(longer) <= width:
                right = longer
        gap = " " * (width - len(state) - len(right))
        return Content.assemble(state, (gap + right, "$foreground-muted"))

    def _latencies(self) -> str:
        stages = [f"{stage.removeprefix('text_').replace('_', ' ')} {ms:.0f}" for stage, ms in self.timings_ms.items()]
        return " · ".join(stages) + " ms" if stages else ""
