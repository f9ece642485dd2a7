// POST /followings: saves the relation, publishes the event, waits for the broker's confirm, answers.
import { randomUUID } from 'node:crypto';
import Fastify from 'fastify';
import mysql from 'mysql2/promise';
import { connectToBroker, endOnSignal, settings, verify } from './common.js';

const database = mysql.createPool({ uri: settings.databaseUrl, connectionLimit: 16, supportBigNumbers: true });
await database.query(`CREATE TABLE IF NOT EXISTS following (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  follower_id BIGINT NOT NULL,
  target_id BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE KEY following_pair (follower_id, target_id),
  KEY following_by_target (target_id, id)
) ENGINE = InnoDB`);

const broker = await connectToBroker();
const channel = await broker.createConfirmChannel();
await channel.assertExchange(settings.exchange, 'topic', { durable: true });

function publish(target, data) {
  return new Promise((resolve, reject) => {
    channel.publish(
      settings.exchange,
      String(target),
      Buffer.from(JSON.stringify(data)),
      { type: 'following notify', messageId: data.id, contentType: 'application/json' },
      (error) => (error ? reject(error) : resolve()),
    );
  });
}

const app = Fastify();

app.addHook('onRequest', async (request, reply) => {
  if (request.url === '/healthz') return;
  try {
    request.user = verify(request.headers.authorization?.replace(/^Bearer /, '') ?? '');
  } catch {
    return reply.code(401).header('WWW-Authenticate', 'Bearer').send({ title: 'Unauthorized', status: 401 });
  }
});

app.get('/healthz', async () => 'ok');

app.post('/followings', {
  schema: {
    body: {
      type: 'object',
      required: ['target'],
      properties: { target: { type: 'integer', minimum: 1 } },
    },
    response: { '2xx': { type: 'object', properties: { target: { type: 'integer' } } } },
  },
}, async (request, reply) => {
  const { user_id: follower, user_name, user_photo } = request.user;
  const { target } = request.body;
  if (target === follower) return reply.code(422).send();
  const [saved] = await database.execute(
    'INSERT IGNORE INTO following (follower_id, target_id, created_at) VALUES (?, ?, ?)',
    [follower, target, Date.now()],
  );
  if (saved.affectedRows === 0) return reply.code(200).send({ target });
  await publish(target, {
    id: randomUUID(), user_id: follower, user_name, user_photo, timestamp: Math.floor(Date.now() / 1000),
  });
  return reply.code(201).send({ target });
});

endOnSignal(() => app.close());
await app.listen({ host: '127.0.0.1', port: settings.port, backlog: 4096 });
console.log(`api on ${settings.port}`);
