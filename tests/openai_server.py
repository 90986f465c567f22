"""A server process that speaks OpenAI's chat API, for tests: prints its port, answers until it is killed.

The model's name says how it behaves; `echo` answers with the last thing it was told.
"""

import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        model = body["model"]
        if self.path != "/v1/chat/completions" or model == "missing":
            self.refuse(404, f"model {model} not found")
        elif model == "locked" and self.headers.get("Authorization") != "Bearer sesame":
            self.refuse(401, "no key")
        elif model == "page":
            self.start("text/html")
            self.write("data: <html>It works!</html>\n\n")
            self.end()
        else:
            self.start("text/event-stream")
            self.write(": a comment\n\n")
            self.talk(model, body)
            self.write("data: [DONE]\n\n")
            self.end()

    def do_GET(self) -> None:
        if self.path != "/v1/models":
            self.refuse(404, "no such page")
            return
        data = json.dumps({"object": "list", "data": [{"id": "echo", "object": "model"}]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def talk(self, model: str, body: dict[str, object]) -> None:
        if model == "failing":
            self.write(f"data: {json.dumps({'error': {'message': 'out of memory'}})}\n\n")
        elif model == "slow":
            for number in range(1000):
                self.say(f"word{number} ")
                time.sleep(0.05)
        elif model != "silent":
            told = json.dumps(body["messages"]) if model == "mirror" else body["messages"][-1]["content"]  # type: ignore[index]
            for piece in str(told).splitlines(keepends=True):
                self.say(piece)

    def say(self, piece: str) -> None:
        event = {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": piece}}]}
        self.write(f"data: {json.dumps(event)}\n\n")

    def start(self, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def write(self, text: str) -> None:
        data = text.encode()
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def end(self) -> None:
        self.wfile.write(b"0\r\n\r\n")

    def refuse(self, status: int, why: str) -> None:
        data = json.dumps({"error": {"message": why}}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    sys.exit(server.serve_forever())  # type: ignore[func-returns-value]
