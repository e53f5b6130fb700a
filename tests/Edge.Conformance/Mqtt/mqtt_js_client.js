'use strict';
// npm's mqtt package against the broker: prints what it is told, a line each. Arguments: the folder of npm's packages, URL, 4 (MQTT 3.1.1) or 5, CA, token.
const { readFileSync } = require('node:fs');
const [modules, url, version, caFile, token] = process.argv.slice(2);
const mqtt = require(`${modules}/mqtt`);
const isV5 = version === '5';
const arrived = [];
let wake = () => {};

const connect = (clientId, more = {}) => mqtt.connectAsync(url, {
  protocolVersion: Number(version), clientId, username: clientId, password: token, ca: readFileSync(caFile), reconnectPeriod: 0, connectTimeout: 20000, ...more,
});

function listen(client) {
  client.on('message', (topic, payload, packet) => {
    arrived.push({ topic, text: payload.toString(), packet });
    wake();
  });
  return client;
}

async function next() {
  while (arrived.length === 0) await new Promise((resolve) => { wake = resolve; });
  return arrived.shift();
}

async function print() {
  const { topic, text, packet } = await next();
  console.log(`${topic} ${packet.qos}${packet.retain ? ' retained' : ''} ${text}`);
  return packet;
}

// What the package says of an answer.
async function outcome(doing) {
  try {
    const result = await doing;
    return Array.isArray(result) ? result.map((granted) => granted.qos).join() : 'taken';
  } catch (error) {
    return error.message;
  }
}

async function messages(client) {
  await client.subscribeAsync('home/#', { qos: 2 });
  for (const qos of [0, 1, 2]) {
    await client.publishAsync('home/lamp', `on ${qos}`, { qos });
    await print();
  }
  await client.publishAsync('home/large', 'x'.repeat(100000), { qos: 1 });
  console.log(`large ${(await next()).text.length}`);
  await client.publishAsync('home/door', 'open', { qos: 1, retain: true });
  await print();
  await client.unsubscribeAsync('home/#');
  await client.subscribeAsync('home/door');
  await print();
  await client.publishAsync('home/door', '', { qos: 1, retain: true });
  await print();
}

async function refusals(client) {
  console.log(await outcome(client.subscribeAsync('foreign/#', { qos: 1 })));
  console.log(await outcome(client.publishAsync('foreign/x', 'x', { qos: 1 })));
}

async function properties(client) {
  await client.subscribeAsync('home/properties', { qos: 1, nl: false, rap: true, properties: { subscriptionIdentifier: 7 } });
  await client.publishAsync('home/properties', '{}', {
    qos: 1,
    properties: {
      payloadFormatIndicator: true, messageExpiryInterval: 600, contentType: 'application/json', responseTopic: 'home/answer',
      correlationData: Buffer.from([0, 255]), userProperties: { a: ['1', '2'], b: '3' },
    },
  });
  const { properties: got } = await print();
  got.messageExpiryInterval = got.messageExpiryInterval > 500; // what is left of it
  got.correlationData = got.correlationData.toString('hex');
  for (const name of Object.keys(got).filter((key) => key !== 'topicAlias').sort()) console.log(`  ${name} ${JSON.stringify(got[name])}`);
}

// In both directions the first message names an alias, and the others have it in place of the topic. Of QoS 1: the package forgets the topic of those of QoS 2.
async function aliases() {
  const client = listen(await connect('js-alias', { autoAssignTopicAlias: true, properties: { topicAliasMaximum: 5 } }));
  const [sent, received] = [[], []];
  client.on('packetsend', (packet) => packet.cmd === 'publish' && sent.push(packet.topic.length === 0));
  await client.subscribeAsync('home/alias', { qos: 1 });
  for (let i = 0; i < 3; i++) {
    await client.publishAsync('home/alias', `alias ${i}`, { qos: 1 });
    received.push((await print()).properties?.topicAlias > 0);
  }
  console.log(`sent by alias ${sent}; received by alias ${received}`);
  await client.endAsync();
}

async function session(client) {
  const away = listen(await connect('js-away', { clean: false, properties: isV5 ? { sessionExpiryInterval: 600 } : undefined }));
  await away.subscribeAsync('home/mail', { qos: 1 });
  await away.endAsync();
  await client.publishAsync('home/mail', 'kept', { qos: 1 });
  const back = mqtt.connect(url, { ...away.options, clean: false });
  back.on('connect', (packet) => console.log(`session present ${packet.sessionPresent}`));
  listen(back);
  await print();
  await back.endAsync();
}

async function main() {
  const client = listen(await connect('js'));
  await messages(client);
  await refusals(client);
  if (isV5) {
    await properties(client);
    await aliases();
  }
  await session(client);
  await client.endAsync();
  console.log('bye');
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
