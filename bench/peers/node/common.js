// What both processes need: settings from the environment, the verifier of tokens, the connection to the broker.
import amqp from 'amqplib';
import { createVerifier } from 'fast-jwt';

export const settings = {
  port: Number(process.env.PORT),
  exchange: process.env.EXCHANGE ?? 'im.events',
  amqpUrl: process.env.AMQP_URL,
  databaseUrl: process.env.DATABASE_URL,
  secret: process.env.JWT_SECRET,
};

// Verified tokens stay in fast-jwt's cache until they expire.
export const verify = createVerifier({ key: settings.secret, algorithms: ['HS256'], cache: 10_000 });

export async function connectToBroker() {
  const connection = await amqp.connect(settings.amqpUrl, { noDelay: true });
  // A supervisor starts the process again: simpler and surer than reconnecting by hand.
  connection.on('close', () => process.exit(1));
  connection.on('error', (error) => console.error('broker:', error.message));
  return connection;
}

export function endOnSignal(close) {
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.once(signal, () => close().finally(() => process.exit(0)));
  }
}
