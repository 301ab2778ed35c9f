// kill -9 of the server while mails go out: each reply reaches the mail server, and what reaches it twice is the same
// bytes with the same Message-ID, never another mail. SEED repeats a run.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { chance } from '../lib/chance.mjs';
import { parse } from '../lib/mime.mjs';
import { Segue } from '../lib/segue.mjs';
import { startSink } from '../lib/smtp-sink.mjs';
import { until } from '../lib/until.mjs';
import { Visitor } from '../lib/visitor.mjs';

const people = 6;
/** Unverified addresses get at most five mails a day. */
const repliesEach = 4;
const kills = 8;

test('a mail is rendered once, whatever happens while it is sent', async (t) => {
  const { seed, next } = chance(t);
  const sink = await startSink({ delay: () => next() * 150 });
  t.after(() => sink.stop());
  const server = await Segue.start({ env: { SMTP_ADDRESS: '127.0.0.1', SMTP_PORT: String(sink.port) } });
  t.after(() => server.end());
  const agent = await server.setUp();
  await agent.enableInbound('in.acme.example');
  const numbers = [];
  for (let index = 0; index < people; index += 1) {
    const visitor = await Visitor.arrives(server.url, agent.website_token);
    const { id } = await visitor.asks('Hello?');
    await visitor.givesAddress(`vera${index}@customer.example`);
    numbers.push(id);
  }

  const replies = [];
  const answering = (async () => {
    for (let round = 0; round < repliesEach; round += 1) {
      for (const number of numbers) {
        const words = `Reply ${round} in conversation ${number}.`;
        // an answer that was not heard may have been written all the same, so it is looked for before it is written again
        await until('the reply is written', async () => {
          const written = (await agent.messages(number)).find(({ content }) => content === words);
          return written ?? agent.replies(number, words, 'email');
        }, { within: 30_000 });
        replies.push({ number, words });
      }
    }
  })();
  const killer = (async () => {
    for (let kill = 0; kill < kills; kill += 1) {
      await pause(50 + next() * 300);
      await server.kill();
      await server.start();
    }
  })();
  await Promise.all([answering, killer]);

  for (const { number, words } of replies) {
    await until(`"${words}" is sent`, async () => {
      const message = (await agent.messages(number)).find(({ content }) => content === words);
      return message.deliveries.some(({ state }) => state === 'sent');
    }, { within: 60_000 });
  }
  const copies = byMessageId(sink.mails);
  t.diagnostic(`${sink.mails.length} mails for ${replies.length} replies across ${kills} kills`);
  for (const [id, sent] of copies) {
    assert.equal(new Set(sent).size, 1, `all copies of ${id} are the same bytes (SEED=${seed})`);
  }
  for (const { words } of replies) {
    const ids = [...copies].filter(([, [mail]]) => parse(mail).part('text/plain').text.includes(words)).map(([id]) => id);
    assert.equal(ids.length, 1, `"${words}" stands in one mail, not in ${ids.join(', ') || 'none'} (SEED=${seed})`);
  }
});

function byMessageId(mails) {
  const groups = new Map();
  for (const mail of mails) {
    const id = parse(mail).header('Message-ID');
    groups.set(id, [...(groups.get(id) ?? []), mail]);
  }
  return groups;
}
