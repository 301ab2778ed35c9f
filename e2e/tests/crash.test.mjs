// kill -9 of the server at random instants while mails are being posted: every mail that was answered with 204 is in
// its conversation exactly once afterwards. SEED repeats a run.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { chance } from '../lib/chance.mjs';
import { postMail } from '../lib/http.mjs';
import { mailedConversation, shortMail } from '../lib/mailed-conversation.mjs';
import { newDatabase } from '../lib/postgres.mjs';
import { Segue } from '../lib/segue.mjs';
import { until } from '../lib/until.mjs';

const conversations = 3;
const senders = 4;
const kills = 10;
/** Each sender stops by itself, however slowly the server restarts. */
const mailsPerSender = 400;

/** Posts like a mail server: the same bytes again and again until they are accepted. */
async function deliver(server, mail) {
  await until('the mail is accepted', async () => (await postMail(server, mail)) === 204, { within: 60_000, every: 25 });
}

async function survives(t, database) {
  const { seed, next } = chance(t);
  const server = await Segue.start({ databaseUrl: database?.url });
  t.after(async () => {
    await server.end();
    database?.drop();
  });
  const agent = await server.setUp();
  await agent.enableInbound('in.acme.example');
  const threads = [];
  for (let index = 0; index < conversations; index += 1) {
    threads.push(await mailedConversation(server, agent, `vera${index}@customer.example`));
  }

  const accepted = threads.map(() => []);
  let done = false;
  const sender = async (name) => {
    for (let count = 0; count < mailsPerSender && !done; count += 1) {
      const index = Math.floor(next() * conversations);
      const words = `Mail ${count} of sender ${name}.`;
      await deliver(server, shortMail(threads[index], words, `${name}.${count}`));
      accepted[index].push(words);
    }
  };
  const killer = async () => {
    for (let kill = 0; kill < kills; kill += 1) {
      await pause(30 + next() * 400);
      await server.kill();
      await server.start();
    }
    done = true;
  };
  await Promise.all([killer(), ...Array.from({ length: senders }, (_, name) => sender(name))]);

  await until('no mail is pending', async () => (await agent.inboundMails('?state=pending')).length === 0, { within: 60_000 });
  const total = accepted.flat().length;
  t.diagnostic(`${total} mails accepted across ${kills} kills`);
  assert.ok(total > kills, 'mails were accepted between the kills');
  for (const [index, { number }] of threads.entries()) {
    const found = (await agent.mailed(number)).map(({ content }) => content);
    assert.deepEqual(found.sort(), accepted[index].sort(), `conversation ${number} has each accepted mail exactly once (SEED=${seed})`);
  }
}

test('no accepted mail is lost or doubled by kill -9 on SQLite', (t) => survives(t));

test('no accepted mail is lost or doubled by kill -9 on PostgreSQL', (t) => survives(t, newDatabase()));
