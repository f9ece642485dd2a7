"""The original design's Socket.IO server: each client enters the room of the user that its token names.

usage: python3 socketio_server.py kombu|redis URL CHANNEL SECRET string|integer
Says {"event": "listening", "port": …} and ends when standard input ends.
"""

import json
import logging
import os
import sys
import threading
from urllib.parse import parse_qs

import jwt
import socketio
from werkzeug.serving import make_server

kind, url, channel, secret, room_type = sys.argv[1:]
manager = (socketio.KombuManager if kind == "kombu" else socketio.RedisManager)(url, channel=channel)
sio = socketio.Server(client_manager=manager, async_mode="threading", cors_allowed_origins="*")


@sio.on("connect")
def on_connect(sid, environ):
    token = parse_qs(environ["QUERY_STRING"]).get("token", [""])[0]
    try:
        user_id = jwt.decode(token, secret, algorithms=["HS256"])["user_id"]
    except jwt.PyJWTError:
        return
    sio.enter_room(sid, str(user_id) if room_type == "string" else int(user_id))


logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = make_server("127.0.0.1", 0, socketio.WSGIApp(sio), threaded=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(json.dumps({"event": "listening", "port": server.server_port}), flush=True)
sys.stdin.read()
os._exit(0)
