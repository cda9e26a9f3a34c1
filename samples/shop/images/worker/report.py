"""Prints the products of which little is left."""

import json
import os
import urllib.request

BACKEND = os.environ.get("BACKEND", "http://backend:8080")
FEW = 5


def main():
    with urllib.request.urlopen(f"{BACKEND}/api/products", timeout=30) as response:
        products = json.load(response)["products"]
    for product in products:
        if product["stock"] <= FEW:
            print(f"{product['name']}: {product['stock']} left")
    print(f"{len(products)} products checked")


main()
