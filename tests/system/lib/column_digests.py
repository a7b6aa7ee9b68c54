"""column_digests.py MANIFEST: "table/column digest" lines of a manifest."""
import json
import sys

with open(sys.argv[1], encoding="utf-8") as manifest:
    tables = json.load(manifest)["tables"]
for name, table in tables.items():
    for column, digest in table["digests"].items():
        print(f"{name}/{column} {digest}")
