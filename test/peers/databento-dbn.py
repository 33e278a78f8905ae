"""Reads DBN files with the vendor's own decoder and prints what it saw, one JSON line a file: kinds, count, first record."""
import json
import sys

import databento_dbn as dbn


def say(path):
    decoder = dbn.DBNDecoder(upgrade_policy=dbn.VersionUpgradePolicy.UPGRADE_TO_V3)
    with open(path, "rb") as file:
        decoder.write(file.read())
    metadata, *records = decoder.decode()
    return {
        "dataset": metadata.dataset,
        "symbols": metadata.symbols,
        "mappings": len(metadata.mappings),
        "records": len(records),
        "bytes": [bytes(record).hex() for record in records],
    }


for path in sys.argv[1:]:
    print(json.dumps(say(path)))
