// A real Dovecot: mail in its mailbox becomes conversations, and answers in them, whatever happens to either side.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { address, house, mailTo, now } from '../lib/mailbox-house.mjs';
import { newDatabase } from '../lib/postgres.mjs';
import { startSink } from '../lib/smtp-sink.mjs';
import { until } from '../lib/until.mjs';

const DAY = 24 * 60 * 60 * 1000;

/** Mail as it comes, an answer, outages of both sides, and a new numbering: nothing is missed, nothing comes twice. */
async function goesOn(t, databaseUrl) {
  const sink = await startSink();
  t.after(sink.stop);
  const env = { SMTP_ADDRESS: '127.0.0.1', SMTP_PORT: String(sink.port), SMTP_ENABLE_STARTTLS_AUTO: 'false' };
  const { mailbox, server, agent, change, begun, looked, state, conversations } = await house(t, { env, databaseUrl });
  mailbox.deliver(mailTo(address, 'old'), { arrived: new Date(Date.now() - 10 * DAY) });
  await change({ imap_enabled: true, imap_address: 'localhost', imap_port: mailbox.imaps, imap_login: 'support', imap_password: 'pa55word' });
  await looked(0);

  mailbox.deliver(mailTo(address, 'first'));
  const began = performance.now();
  await begun(['first']);
  assert.ok(performance.now() - began < 8_000, 'word of new mail comes at once');
  const [conversation] = await conversations();
  assert.equal(conversation.meta.sender.email, 'vera@customer.example');
  assert.equal(conversation.meta.sender.name, 'Vera Ost');
  const [row] = await agent.inboundMails();
  assert.deepEqual([row.ingress, row.state], ['imap', 'delivered']);

  await agent.replies(conversation.id, 'Thank you, we are looking.');
  const sent = await until('the answer has left', () => sink.mails[0]);
  assert.match(sent, /^From: .*<help@acme\.example>/m);
  assert.match(sent, /^To: .*vera@customer\.example/m);
  assert.match(sent, /^In-Reply-To: <first@customer\.example>/m);

  await mailbox.stop();
  for (const id of ['second', 'third']) mailbox.deliver(mailTo(address, id));
  await until('the trouble is told', async () => (await state()).ok === false, { within: 30_000 });
  assert.match((await state()).words, /refuses the connection/);
  await mailbox.begin();
  await begun(['first', 'second', 'third'], { within: 60_000 });

  await server.program.stop();
  mailbox.deliver(mailTo(address, 'fourth'));
  const restarted = now();
  await server.start();
  await begun(['first', 'second', 'third', 'fourth']);
  assert.equal((await looked(restarted)).fetched, 4, 'nothing was fetched again');

  await mailbox.stop();
  mailbox.renumber();
  mailbox.deliver(mailTo(address, 'fifth'));
  await mailbox.begin();
  await begun(['first', 'second', 'third', 'fourth', 'fifth'], { within: 60_000 });
  const renumbered = now();
  mailbox.deliver(mailTo(address, 'sixth'));
  await begun(['first', 'second', 'third', 'fourth', 'fifth', 'sixth']);
  const { fetched } = await looked(renumbered);
  assert.equal(fetched, 6, 'what came before the new numbering is known by its bytes');
  assert.equal((await agent.inboundMails()).length, 6, 'what lay there before the first look stays out');
  assert.ok(mailbox.files().every((name) => !/:2,.*[ST]/.test(name)), 'nothing was marked by reading it');
}

test('mail goes on through outages and a new numbering', (t) => goesOn(t));

test('mail goes on on PostgreSQL', async (t) => {
  const database = newDatabase();
  t.after(() => database.drop());
  await goesOn(t, database.url);
});

test('kill -9 while mail is fetched: each is there once', async (t) => {
  const { mailbox, server, change, settings } = await house(t);
  await change({ ...settings, imap_existing: true, imap_after: 'delete' });
  const list = ['inbound', 'list', '--json', '--ingress', 'imap', '--limit', '1000'];
  const rows = () => server.run(list).trim().split('\n').filter(Boolean).map((row) => JSON.parse(row));
  const ids = Array.from({ length: 60 }, (_, place) => `mail-${place}`);
  for (let round = 0; round < 4; round += 1) {
    const before = rows().length;
    for (const id of ids.slice(15 * round, 15 * round + 15)) mailbox.deliver(mailTo(address, id));
    await until('some have come', () => rows().length > before, { within: 20_000, every: 1 });
    await server.kill();
    await server.start();
  }
  await until('all have come', () => rows().length === 60 && rows().every(({ state }) => state === 'delivered'), { within: 60_000 });
  await until('the mailbox is empty', () => mailbox.files().length === 0, { within: 20_000 });
  assert.deepEqual(rows().map(({ subject }) => subject).sort(), ids.map((id) => `About ${id}`).sort());
});
