// A stock JavaScript client as a process: says on standard output, one JSON line each, what happens to it, and obeys the
// lines "break", "disconnect", "connect" and "refresh TOKEN" on standard input. It ends when standard input ends.
//
// usage: node client.js PACKAGE URL '{"options": {...}}'      options are the client library's own

const [, , library, url, settings] = process.argv;
const module_ = require(library);
const connect = module_.io || module_;
const { options } = JSON.parse(settings);

const say = (event, more) => process.stdout.write(JSON.stringify({ event, ...more }) + '\n');

const socket = connect(url, { reconnectionDelay: 50, reconnectionDelayMax: 500, forceNew: true, ...options });
socket.on('connect', () => say('connect', {
  id: socket.id,
  recovered: socket.recovered === true,
  transport: socket.io.engine.transport.name,
}));
socket.on('disconnect', (reason) => say('disconnect', { reason }));
socket.on('connect_error', (error) => say('connect_error', {
  message: error.message,
  data: error.data,
  active: socket.active,
}));
// Before version 3 a refusal came as the event "error".
socket.on('error', (error) => say('error', { message: error.message || error, data: error.data }));
for (const name of ['following notify', 'resync needed', 'token expiring']) {
  socket.on(name, (...values) => say(name, { values, at: Date.now() }));
}

require('readline').createInterface({ input: process.stdin })
  .on('line', (line) => {
    const [command, ...words] = line.split(' ');
    if (command === 'break') socket.io.engine.close();
    if (command === 'disconnect') socket.disconnect();
    if (command === 'connect') socket.connect();
    if (command === 'refresh') socket.emit('token refresh', words[0], (answer) => say('refreshed', { answer }));
    if (command === 'emit') socket.emit(...JSON.parse(words.join(' ')));
  })
  .on('close', () => process.exit(0));
