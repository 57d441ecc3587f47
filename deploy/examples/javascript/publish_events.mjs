// Says that a rep joined a team, was given a quota and made a call:
// node publish_events.mjs BOOTSTRAP REP TEAM ACCOUNT [PREFIX]

import { randomUUID } from 'node:crypto';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { formatKey } from './latest.mjs';

const [bootstrap, rep, team, account, prefix = 'crm.'] = process.argv.slice(2);
if (account === undefined) {
  console.error('node publish_events.mjs BOOTSTRAP REP TEAM ACCOUNT [PREFIX]');
  process.exit(1);
}
const kafka = new Kafka({ clientId: 'publish-events', brokers: bootstrap.split(','), logLevel: logLevel.ERROR });
const now = new Date().toISOString();

// A CloudEvent. Whoever sends it again after a failure must send it under the same id.
const event = (type, data) =>
  JSON.stringify({ specversion: '1.0', id: randomUUID(), source: 'example/javascript', type, time: now, data });

const quota = { kpi: 'won_revenue', window: 'month', period: now.slice(0, 7), dims: { rep } };
// The directory is for events to come. One that may overtake it names the team itself.
const call = { account, rep, team, channel: 'phone', duration_s: 180 };
const records = [
  ['directory', rep, event('crm.rep.updated', { rep, team, active: true })],
  ['targets', formatKey(quota), event('crm.target.set', { ...quota, value: 60000 })],
  ['activity', account, event('crm.call.logged', call)],
];

// This partitioner finds a key's partition as the Java client does, so that all producers agree on it.
const producer = kafka.producer({
  createPartitioner: Partitioners.DefaultPartitioner,
  idempotent: true,
  maxInFlightRequests: 1,
});
await producer.connect();
try {
  for (const [topic, key, value] of records) {
    const [sent] = await producer.send({ topic: prefix + topic, acks: -1, messages: [{ key, value }] });
    console.log(`${topic} ${key}: partition ${sent.partition}`);
  }
} finally {
  await producer.disconnect();
}
