"""Socket.IO: one room for each user; every event of the exchange goes to the room that its routing key names."""
import eventlet

eventlet.monkey_patch()

import json
import logging
import os
import urllib.parse

import eventlet.wsgi
import jwt
import pika
import socketio

EXCHANGE = os.environ.get("EXCHANGE", "im.events")
SECRET = os.environ["JWT_SECRET"]

server = socketio.Server(async_mode="eventlet", cors_allowed_origins=[])


@server.event
def connect(sid, environ, auth):
    query = urllib.parse.parse_qs(environ.get("QUERY_STRING", ""))
    token = (auth or {}).get("token") or query.get("token", [""])[0]
    try:
        server.enter_room(sid, str(jwt.decode(token, SECRET, algorithms=["HS256"])["user_id"]))
    except jwt.InvalidTokenError:
        raise socketio.exceptions.ConnectionRefusedError("unauthorized", {"code": "token_invalid"})


def deliver(channel, method, properties, body):
    server.emit(properties.type, json.loads(body), room=method.routing_key)


def consume():
    # A supervisor starts the process again when the broker goes away.
    try:
        channel = pika.BlockingConnection(pika.URLParameters(os.environ["AMQP_URL"])).channel()
        channel.exchange_declare(EXCHANGE, "topic", durable=True)
        queue = channel.queue_declare("", exclusive=True).method.queue
        channel.queue_bind(queue, EXCHANGE, "#")
        channel.basic_consume(queue, deliver, auto_ack=True)
        channel.start_consuming()
    finally:
        os._exit(1)


def health(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"ok"]


eventlet.spawn(consume)
eventlet.wsgi.server(
    eventlet.listen(("127.0.0.1", int(os.environ["PORT"])), backlog=4096),
    socketio.WSGIApp(server, health),
    log=logging.getLogger("wsgi"), log_output=False, max_size=100_000)
