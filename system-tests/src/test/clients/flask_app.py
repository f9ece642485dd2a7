"""The original design's web application: a follow is saved, here it is not, and told to the followed user's devices.

usage: python3 flask_app.py kombu|redis URL CHANNEL
Says {"event": "listening", "port": …} and ends when standard input ends.
"""

import json
import logging
import os
import sys
import threading
import time

import socketio
from flask import Flask, current_app, g, request
from werkzeug.serving import make_server

kind, url, channel = sys.argv[1:]
app = Flask(__name__)
app.sio = (socketio.KombuManager if kind == "kombu" else socketio.RedisManager)(url, channel=channel, write_only=True)


@app.before_request
def who_calls():
    g.user_id = int(request.headers["X-User"])


@app.post("/followings")
def follow():
    target = request.get_json()["target"]
    data = {
        "user_id": g.user_id,
        "user_name": "Zoë",
        "user_photo": "https://photos.example/zoe.png",
        "timestamp": int(time.time()),
    }
    current_app.sio.emit("following notify", data=data, room=str(target))
    return {"target": target}, 201


logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = make_server("127.0.0.1", 0, app, threaded=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(json.dumps({"event": "listening", "port": server.server_port}), flush=True)
sys.stdin.read()
os._exit(0)
