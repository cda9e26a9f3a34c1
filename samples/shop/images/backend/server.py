"""Answers /api/products with what Redis holds, in an order and form that depend on the data alone."""

import json
import os
import signal
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import redis

REDIS_HOST = os.environ.get("REDIS_HOST", "redis")
PASSWORD_FILE = os.environ.get("REDIS_PASSWORD_FILE", "")
PATIENCE_SECONDS = 5


def connect():
    password = None
    if PASSWORD_FILE:
        with open(PASSWORD_FILE, encoding="utf-8") as file:
            password = file.read().strip()
    return redis.Redis(
        host=REDIS_HOST, password=password, decode_responses=True, socket_timeout=3, socket_connect_timeout=3
    )


def read_products():
    """Every product by its id. Raises LookupError before they were loaded."""
    client = connect()
    if not client.exists("products:loaded"):
        raise LookupError("the products are not loaded yet")
    products = client.hgetall("products")
    return [{"id": int(key), **json.loads(products[key])} for key in sorted(products, key=int)]


def read_products_patiently():
    """Tries again for a while: Redis and the seed Job may start after this program."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return read_products()
        except (redis.RedisError, LookupError, OSError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/healthz":
            self.answer(200, {"status": "ok"})
        elif self.path in ("/readyz", "/api/products"):
            self.answer_products(read_products if self.path == "/readyz" else read_products_patiently)
        else:
            self.answer(404, {"error": "no such page"})

    def answer_products(self, read):
        try:
            products = read()
        except (redis.RedisError, LookupError, OSError) as error:
            self.answer(503, {"error": f"{type(error).__name__}: {error}"})
            return
        self.answer(200, {"count": len(products), "products": products})

    def answer(self, status, value):
        body = (json.dumps(value, sort_keys=True, separators=(",", ":")) + "\n").encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args):
        if self.path != "/readyz" and self.path != "/healthz":
            print(format % args, file=sys.stderr)


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    ThreadingHTTPServer(("", 8080), Handler).serve_forever()


main()
