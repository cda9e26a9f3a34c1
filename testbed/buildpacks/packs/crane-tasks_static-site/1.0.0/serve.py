"""Serves the files of the working folder at $PORT.

All files of an image have one date, so that an unchanged source gives the same digest. A validator made of date and size
does not change when a letter changes, and browsers then keep old pages. The validator here is a digest of the content.
"""
import hashlib
import http.server
import io
import os
import signal


class Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def send_head(self):
        path = self.translate_path(self.path)
        if os.path.isdir(path):
            path = os.path.join(path, "index.html")
        try:
            with open(path, "rb") as file:
                content = file.read()
        except OSError:
            self.send_error(404)
            return None
        tag = f'"{hashlib.sha256(content).hexdigest()}"'
        known = [entry.strip().removeprefix("W/") for entry in self.headers.get("If-None-Match", "").split(",")]
        is_known = tag in known or "*" in known
        self.send_response(304 if is_known else 200)
        self.send_header("ETag", tag)
        self.send_header("Cache-Control", "no-cache")
        if not is_known:
            self.send_header("Content-Type", self.guess_type(path))
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return None if is_known else io.BytesIO(content)


if __name__ == "__main__":
    # The first process of a container ignores signals without a handler: its pod would need 30 seconds to end.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    address = ("", int(os.environ.get("PORT", "8080")))
    http.server.ThreadingHTTPServer(address, Handler).serve_forever()
