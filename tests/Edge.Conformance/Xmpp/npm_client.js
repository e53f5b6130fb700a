'use strict';
// npm's @xmpp/client against the server: prints what it sees, one JSON object a line. Arguments: the folder of npm's packages, service, domain.
// Its CA comes in NODE_EXTRA_CA_CERTS.
const { pathToFileURL } = require('node:url');
const [modules, service, domain] = process.argv.slice(2);
globalThis.WebSocket ??= require(`${modules}/ws`); // Node has its own from version 22 on
process.on('unhandledRejection', () => {}); // the package leaves one behind where a log-in fails, and tells it by start as well
const tell = (step, seen) => console.log(JSON.stringify({ step, ...seen }));

async function main() {
  const { client, xml } = await import(pathToFileURL(`${modules}/@xmpp/client/index.js`));

  async function enter(username, password = `password of ${username}`) {
    const xmpp = client({ service, domain, username, password });
    xmpp.timeout = 30_000; // its own two seconds are for machines that do nothing else
    xmpp.reconnect.stop();
    xmpp.on('error', () => {}); // told by start
    try {
      return { xmpp, address: (await xmpp.start()).toString() };
    } catch (error) {
      await xmpp.stop().catch(() => {});
      throw error;
    }
  }

  const next = (xmpp, wanted) => new Promise((resolve) => {
    const take = (stanza) => {
      if (!wanted(stanza)) return;
      xmpp.off('stanza', take);
      resolve(stanza);
    };
    xmpp.on('stanza', take);
  });

  const refused = await enter('romeo', 'not it').then(() => 'nothing', (error) => error.condition || error.message);
  tell('wrong password', { refused });

  const romeo = await enter('romeo');
  const juliet = await enter('juliet');
  tell('addresses', { romeo: romeo.address, juliet: juliet.address });

  const own = next(romeo.xmpp, (s) => s.is('presence'));
  await romeo.xmpp.send(xml('presence'));
  tell('presence', { sender: (await own).attrs.from });

  const roster = await romeo.xmpp.iqCaller.get(xml('query', 'jabber:iq:roster'));
  tell('roster', { items: roster.getChildren('item').length, name: roster.name });
  const pong = await romeo.xmpp.iqCaller.request(xml('iq', { type: 'get', to: domain }, xml('ping', 'urn:xmpp:ping')));
  tell('ping', { type: pong.attrs.type, sender: pong.attrs.from });

  const text = 'Grüße & <Küsse> 😀';
  const message = next(romeo.xmpp, (s) => s.is('message'));
  await juliet.xmpp.send(xml('message', { to: romeo.address, type: 'chat' }, xml('body', {}, text)));
  const got = await message;
  tell('message', { sender: got.attrs.from, isWhole: got.getChildText('body') === text });

  const long = 'x'.repeat(100000);
  const large = next(juliet.xmpp, (s) => s.is('message'));
  await romeo.xmpp.send(xml('message', { to: juliet.address, type: 'chat' }, xml('body', {}, long)));
  tell('large', { isWhole: (await large).getChildText('body') === long });

  tell('managed', { romeo: romeo.xmpp.streamManagement.enabled, inbound: romeo.xmpp.streamManagement.inbound > 0 });
  await romeo.xmpp.stop();
  await juliet.xmpp.stop();
  tell('left', { romeo: romeo.xmpp.status, juliet: juliet.xmpp.status });
}

main().then(() => process.exit(0), (error) => {
  console.error(error);
  process.exit(1);
});
