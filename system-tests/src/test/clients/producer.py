"""A program that emits with python-socketio's managers and is no server itself: carries out each line of standard input.

usage: python3 producer.py kombu|redis URL CHANNEL
Says {"event": "version"} first and {"event": "done"} for each line, which is Python with the name "manager" in it. It ends
when standard input ends.
"""

import importlib.metadata
import json
import sys

import socketio

kind, url, channel = sys.argv[1:]
manager = (socketio.KombuManager if kind == "kombu" else socketio.RedisManager)(
    url, channel=channel, write_only=True
)
print(json.dumps({"event": "version", "version": importlib.metadata.version("python-socketio")}), flush=True)
for line in sys.stdin:
    exec(line, {"manager": manager})
    print(json.dumps({"event": "done"}), flush=True)
