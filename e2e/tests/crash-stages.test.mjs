// kill -9 aimed at each stage of a mail's way in: while it is posted, between its acceptance and its routing, while it is
// routed, and while the server starts again. Mails with files, large ones and mails to two conversations are among them. The
// database is looked into afterwards: one end for each mail, one message where it belongs, nothing left over.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { chance } from '../lib/chance.mjs';
import { postMail } from '../lib/http.mjs';
import { assertLedger, ends, settled } from '../lib/ledger.mjs';
import { mailedConversation } from '../lib/mailed-conversation.mjs';
import { newDatabase } from '../lib/postgres.mjs';
import { sampleMail } from '../lib/sample-mails.mjs';
import { Segue } from '../lib/segue.mjs';
import { until } from '../lib/until.mjs';

const burst = 24;
const rounds = 4;
/** Where the bytes lie apart from the database. */
const large = 300_000;

/**
 * When the server is killed, given how many mails of the burst were accepted so far (`accepted()`) and chance; `again` is
 * how often it is killed once more while it starts.
 */
const stages = {
  'while mails are posted': { when: async (accepted, next) => { const mark = 1 + Math.floor(next() * (burst - 2)); await accepted(mark); } },
  'between acceptance and routing': { when: async (accepted) => { await accepted(burst); } },
  'while mails are routed': { when: async (accepted, next) => { await accepted(burst); await pause(next() * 60); } },
  'at start': { when: async (accepted) => { await accepted(burst / 2); }, again: 4 },
};

async function survives(t, { when, again = 0 }, database) {
  const { seed, next } = chance(t);
  const server = await Segue.start({ databaseUrl: database?.url });
  t.after(async () => {
    await server.end();
    database?.drop();
  });
  const agent = await server.setUp();
  await agent.enableInbound('in.acme.example');
  const threads = [];
  for (let index = 0; index < 3; index += 1) threads.push(await mailedConversation(server, agent, 'vera@customer.example'));

  const accepted = new Map();
  /** Posts like a mail server: the same bytes again and again until they are accepted. */
  const deliver = async (id, round) => {
    const shape = Math.floor(next() * 8);
    const to = shape === 0 ? threads.slice(0, 2) : [threads[Math.floor(next() * threads.length)]];
    const mail = sampleMail(to, id, { attached: { 1: 2_000, 2: large }[shape] ?? 0 });
    await until('the mail is accepted', async () => (await postMail(server, mail)) === 204, { within: 60_000, every: 10 });
    accepted.set(`${id}@customer.example`, to.map(({ number }) => number));
    round.accepted += 1;
  };
  let leftPending = 0;
  for (let round = 0; round < rounds; round += 1) {
    const progress = { accepted: 0 };
    const posts = Array.from({ length: burst }, (_, index) => deliver(`${round}.${index}`, progress));
    await when((count) => until(`${count} mails are accepted`, () => progress.accepted >= count, { within: 60_000, every: 1 }), next);
    await server.kill();
    for (let count = 0; count < again; count += 1) {
      server.spawn();
      await pause(next() * 400);
      await server.kill();
    }
    await server.start();
    leftPending += (await agent.inboundMails('?state=pending')).length;
    await Promise.all(posts);
  }
  await settled(agent);
  t.diagnostic(`${accepted.size} mails; ${leftPending} seen unprocessed after a start`);
  assert.deepEqual(ends(server), { delivered: burst * rounds }, `SEED=${seed}`);
  await assertLedger(server, accepted, `(SEED=${seed})`);
}

for (const [name, stage] of Object.entries(stages)) {
  test(`kill -9 ${name}, on SQLite`, (t) => survives(t, stage));
  test(`kill -9 ${name}, on PostgreSQL`, (t) => survives(t, stage, newDatabase()));
}
