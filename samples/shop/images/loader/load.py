"""Loads the products of a JSON file into Redis. Loading again replaces them."""

import json
import os
import sys
import time

import redis

REDIS_HOST = os.environ.get("REDIS_HOST", "redis")
PASSWORD_FILE = os.environ.get("REDIS_PASSWORD_FILE", "")
PRODUCTS_FILE = os.environ.get("PRODUCTS_FILE", "/products/products.json")
PATIENCE_SECONDS = 240


def load(client, products):
    with client.pipeline(transaction=True) as pipeline:
        pipeline.delete("products")
        for product in products:
            rest = {key: value for key, value in product.items() if key != "id"}
            pipeline.hset("products", str(product["id"]), json.dumps(rest, sort_keys=True))
        pipeline.set("products:loaded", "yes")
        pipeline.execute()


def main():
    with open(PRODUCTS_FILE, encoding="utf-8") as file:
        products = json.load(file)
    password = None
    if PASSWORD_FILE:
        with open(PASSWORD_FILE, encoding="utf-8") as file:
            password = file.read().strip()
    client = redis.Redis(host=REDIS_HOST, password=password, socket_timeout=3, socket_connect_timeout=3)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            load(client, products)
            break
        except (redis.RedisError, OSError) as error:
            if time.monotonic() > deadline:
                sys.exit(f"loading products into {REDIS_HOST}: {error}")
            print(f"waiting for {REDIS_HOST}: {error}", file=sys.stderr)
            time.sleep(1)
    print(f"{len(products)} products loaded")


main()
