"""POST /followings: saves the relation, publishes the event, waits for the broker's confirm, answers. Run by gunicorn."""
import json
import os
import threading
import time
import uuid
from urllib.parse import urlsplit

import jwt
import pika
import pymysql
from flask import Flask, jsonify, request

DATABASE = urlsplit(os.environ["DATABASE_URL"])
EXCHANGE = os.environ.get("EXCHANGE", "im.events")
SECRET = os.environ["JWT_SECRET"]

app = Flask(__name__)
# One database connection and one channel for each of gunicorn's threads: neither library's may be shared.
mine = threading.local()


def database():
    if not hasattr(mine, "database"):
        mine.database = pymysql.connect(
            host=DATABASE.hostname, port=DATABASE.port, user=DATABASE.username, password=DATABASE.password or "",
            database=DATABASE.path[1:], autocommit=True)
    return mine.database


def channel():
    if not hasattr(mine, "channel") or mine.channel.is_closed:
        mine.channel = pika.BlockingConnection(pika.URLParameters(os.environ["AMQP_URL"])).channel()
        mine.channel.confirm_delivery()
        mine.channel.exchange_declare(EXCHANGE, "topic", durable=True)
    return mine.channel


def create_table():
    with database().cursor() as cursor:
        cursor.execute("""CREATE TABLE IF NOT EXISTS following (
            id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, follower_id BIGINT NOT NULL, target_id BIGINT NOT NULL,
            created_at BIGINT NOT NULL, UNIQUE KEY following_pair (follower_id, target_id),
            KEY following_by_target (target_id, id)) ENGINE = InnoDB""")


create_table()


@app.get("/healthz")
def healthz():
    return "ok"


@app.post("/followings")
def follow():
    try:
        user = jwt.decode(request.headers.get("Authorization", "")[len("Bearer "):], SECRET, algorithms=["HS256"])
    except jwt.InvalidTokenError:
        return jsonify(title="Unauthorized", status=401), 401
    body = request.get_json(silent=True)
    target = body.get("target") if isinstance(body, dict) else None
    if not isinstance(target, int) or target < 1:
        return jsonify(title="Bad request", status=400), 400
    follower = user["user_id"]
    if follower == target:
        return jsonify(title="Following oneself", status=422), 422
    with database().cursor() as cursor:
        is_new = cursor.execute(
            "INSERT IGNORE INTO following (follower_id, target_id, created_at) VALUES (%s, %s, %s)",
            (follower, target, int(time.time() * 1000)))
    if not is_new:
        return jsonify(target=target)
    data = {"id": str(uuid.uuid4()), "user_id": follower, "timestamp": int(time.time())}
    data.update({name: user[name] for name in ("user_name", "user_photo") if name in user})
    channel().basic_publish(
        EXCHANGE, str(target), json.dumps(data),
        pika.BasicProperties(type="following notify", message_id=data["id"], content_type="application/json"))
    return jsonify(target=target), 201
