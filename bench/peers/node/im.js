// Socket.IO: one room for each user; every event of the exchange goes to the room that its routing key names.
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { connectToBroker, endOnSignal, settings, verify } from './common.js';

const http = createServer((request, response) => response.end('ok'));
const io = new Server(http, { serveClient: false });

// The handshake's request is garbage after the upgrade, but the session would keep it: socket.io's own advice for memory.
io.engine.on('connection', (session) => { session.request = null; });

io.use((socket, next) => {
  try {
    socket.data.userId = verify(socket.handshake.auth.token ?? socket.handshake.query.token ?? '').user_id;
    next();
  } catch {
    next(Object.assign(new Error('unauthorized'), { data: { code: 'token_invalid' } }));
  }
});
io.on('connection', (socket) => socket.join(String(socket.data.userId)));

const broker = await connectToBroker();
const channel = await broker.createChannel();
await channel.assertExchange(settings.exchange, 'topic', { durable: true });
// Live events only: the queue lives as long as this process, and nothing has to be acknowledged.
const { queue } = await channel.assertQueue('', { exclusive: true });
await channel.bindQueue(queue, settings.exchange, '#');
await channel.consume(queue, (message) => {
  if (message === null) process.exit(1);
  io.to(message.fields.routingKey).emit(message.properties.type, JSON.parse(message.content));
}, { noAck: true });

endOnSignal(() => io.close());
http.listen({ host: '127.0.0.1', port: settings.port, backlog: 4096 }, () => console.log(`im on ${settings.port}`));
