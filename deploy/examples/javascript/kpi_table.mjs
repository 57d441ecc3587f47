// Shows a KPI as it is now, then every change: node kpi_table.mjs BOOTSTRAP KPI WINDOW [PREFIX]
// Ctrl-C ends it.

import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { LatestKpis, parseKey } from './latest.mjs';

const [bootstrap, kpi, window, prefix = 'crm.'] = process.argv.slice(2);
if (window === undefined) {
  console.error('node kpi_table.mjs BOOTSTRAP KPI WINDOW [PREFIX]');
  process.exit(1);
}
const topic = `${prefix}kpis`;
const kafka = new Kafka({ clientId: 'kpi-table', brokers: bootstrap.split(','), logLevel: logLevel.ERROR });

// How far the topic goes now: when all of it is read, the table is complete.
const admin = kafka.admin();
await admin.connect();
const left = new Map();
for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
  if (BigInt(low) < BigInt(high)) left.set(partition, BigInt(high));
}

// kafkajs reads in consumer groups only: one of its own for each reader, with nothing committed.
const groupId = `kpi-table-${randomUUID()}`;
const consumer = kafka.consumer({ groupId });
const table = new LatestKpis();
const text = ({ value }) => (value === null ? '–' : String(value));
const wanted = (key) => {
  const parsed = parseKey(key);
  return parsed.kpi === kpi && parsed.window === window;
};

function showTable() {
  const keys = [...table.records.keys()].filter(wanted).sort();
  console.log(`${kpi}, ${window}: ${keys.length} keys`);
  for (const key of keys) console.log(`  ${key} ${text(table.records.get(key))}`);
}

function showChange({ key, before, after }) {
  if (!wanted(key)) return;
  if (after === null) console.log(`- ${key}`);
  else if (before === null) console.log(`+ ${key} ${text(after)}`);
  else if (text(before) !== text(after)) console.log(`~ ${key} ${text(before)} → ${text(after)}`);
}

let ended = false;
async function end() {
  if (ended) return;
  ended = true;
  await consumer.disconnect();
  await admin.deleteGroups([groupId]);
  await admin.disconnect();
  process.exit(0);
}
process.on('SIGINT', end);
process.on('SIGTERM', end);

if (left.size === 0) showTable();
await consumer.connect();
await consumer.subscribe({ topics: [topic], fromBeginning: true });
await consumer.run({
  autoCommit: false,
  eachMessage: async ({ partition, message }) => {
    const complete = left.size === 0;
    let change = null;
    try {
      change = table.apply(message.key.toString(), message.value);
    } catch (error) {
      // One record that can't be read must not keep the others from being read.
      console.error(`partition ${partition}, offset ${message.offset}: ${error.message}`);
    }
    if (complete) {
      if (change) showChange(change);
    } else if (left.has(partition) && BigInt(message.offset) + 1n >= left.get(partition)) {
      left.delete(partition);
      if (left.size === 0) showTable();
    }
  },
});
