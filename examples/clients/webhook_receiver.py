#!/usr/bin/env python3
"""Receives Platen's webhooks and checks their signatures (Standard Webhooks), with the standard library alone.

Usage: PLATEN_WEBHOOK_SECRET=whsec_... webhook_receiver.py [PORT]

Prints a line for each message: what happened to which job, and where the report is. Give it to Platen as
http://127.0.0.1:PORT/ (which needs `--webhook-allow-private 127.0.0.1`), or put it behind your HTTPS proxy.
"""
import base64
import hashlib
import hmac
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOLERANCE_S = 5 * 60  # older messages are replayed ones, or a clock is wrong
MOST_BYTES = 1024 * 1024
SECRET = base64.b64decode(os.environ.get("PLATEN_WEBHOOK_SECRET", "").removeprefix("whsec_"))


def is_genuine(headers, body):
    """Whether whoever knows the secret sent this, a moment ago."""
    message_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not timestamp.isdigit() or abs(time.time() - int(timestamp)) > TOLERANCE_S:
        return False
    content = f"{message_id}.{timestamp}.".encode() + body
    expected = base64.b64encode(hmac.new(SECRET, content, hashlib.sha256).digest()).decode()
    # While the secret rotates there are two signatures; one that fits is enough.
    signatures = headers.get("webhook-signature", "").split()
    return any(hmac.compare_digest(f"v1,{expected}", each) for each in signatures)


class Receiver(BaseHTTPRequestHandler):
    seen = set()  # a message may come more than once: keep these where your data is, and act on each once

    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        if length > MOST_BYTES:
            return self.answer(413)
        body = self.rfile.read(length)
        if not is_genuine(self.headers, body):
            return self.answer(401)
        if self.headers["webhook-id"] not in self.seen:
            self.seen.add(self.headers["webhook-id"])
            self.take(json.loads(body))
        self.answer(204)  # soon: what takes long belongs after the answer

    def take(self, message):
        job = message["data"]
        result = job.get("result") or {}
        print(message["type"], job.get("id", "-"), result.get("url", "-"), flush=True)

    def answer(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    if not SECRET:
        sys.exit("PLATEN_WEBHOOK_SECRET is not set: the whsec_... that POST /v1/webhooks answered with.")
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 8090), Receiver)
    print("listening", server.server_address[1], flush=True)
    server.serve_forever()
