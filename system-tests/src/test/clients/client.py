"""A stock python-socketio client as a process: says on standard output, one JSON line each, what happens to it.

usage: python3 client.py URL '{"auth": {...}, "query": "token=...", "headers": {...}, "transports": ["websocket"]}'
It ends when standard input ends.
"""

import json
import sys

import socketio

settings = json.loads(sys.argv[2])
client = socketio.Client(reconnection_delay=0.05, reconnection_delay_max=0.5)


def say(event, **more):
    print(json.dumps({"event": event, **more}), flush=True)


@client.event
def connect():
    say("connect", id=client.sid, transport=client.transport())


@client.event
def disconnect(*reason):
    say("disconnect", reason=[str(word) for word in reason])


@client.event
def connect_error(data):
    say("connect_error", data=data)


# One parameter on purpose: a second argument would be an error here, as it is in most Python programs.
@client.on("following notify")
def following_notify(data):
    say("following notify", values=[data])


url = sys.argv[1] + ("?" + settings["query"] if "query" in settings else "")
try:
    client.connect(
        url,
        auth=settings.get("auth"),
        headers=settings.get("headers", {}),
        transports=settings.get("transports"),
    )
except socketio.exceptions.ConnectionError as error:
    say("refused", message=str(error))
sys.stdin.read()
client.disconnect()
