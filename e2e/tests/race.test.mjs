// The same mail reaches two nodes at the same instant, as it stands or by another road with another envelope, again and
// again: it is one message in each conversation it is for.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { test } from 'node:test';
import { chance } from '../lib/chance.mjs';
import { postMail } from '../lib/http.mjs';
import { assertLedger, ends, select, settled } from '../lib/ledger.mjs';
import { mailedConversation } from '../lib/mailed-conversation.mjs';
import { temporaryFolder } from '../lib/paths.mjs';
import { newDatabase } from '../lib/postgres.mjs';
import { sampleMail } from '../lib/sample-mails.mjs';
import { Segue } from '../lib/segue.mjs';

const mails = 60;

/** Two nodes on one PostgreSQL and one folder of files, and two conversations. */
async function house(t) {
  const database = newDatabase();
  const blobs = temporaryFolder('blobs');
  const nodes = [];
  t.after(async () => {
    for (const node of nodes) await node.end();
    database.drop();
    rmSync(blobs, { recursive: true });
  });
  for (let count = 0; count < 2; count += 1) {
    nodes.push(await Segue.start({ databaseUrl: database.url, env: { SEGUE_BLOBS_URL: `file:${blobs}` } }));
    if (count === 0) continue;
    nodes[1].ingressPassword = nodes[1].env.RAILS_INBOUND_EMAIL_PASSWORD;
  }
  const agent = await nodes[0].setUp();
  await agent.enableInbound('in.acme.example');
  const threads = [];
  for (let index = 0; index < 2; index += 1) threads.push(await mailedConversation(nodes[0], agent, 'vera@customer.example'));
  return { nodes, agent, threads };
}

/** The copies of every mail, made by `copies`, go to both nodes at once; returns what was accepted. */
async function raced(t, { nodes, threads }, copies) {
  const { next } = chance(t);
  const accepted = new Map();
  for (let count = 0; count < mails; count += 1) {
    const to = count % 5 === 0 ? threads : [threads[count % 2]];
    const mail = sampleMail(to, `race.${count}`, { attached: count % 7 === 0 ? 300_000 : 0 });
    const posts = copies(mail).map((copy, index) => postMail(nodes[(index + Math.round(next())) % 2], copy));
    assert.deepEqual(new Set(await Promise.all(posts)), new Set([204]));
    accepted.set(`race.${count}@customer.example`, to.map(({ number }) => number));
  }
  return accepted;
}

test('the same bytes at both nodes at once are one mail', async (t) => {
  const story = await house(t);
  const accepted = await raced(t, story, (mail) => [mail, mail, mail, mail]);
  await settled(story.agent);
  assert.deepEqual(ends(story.nodes[0]), { delivered: mails });
  await assertLedger(story.nodes[0], accepted);
});

test('the same mail by two roads at once is one message in each conversation', async (t) => {
  const story = await house(t);
  const other = (mail) => `X-Original-To: <support@acme.example>\nReceived: from elsewhere\r\n${mail}`;
  const accepted = await raced(t, story, (mail) => [mail, other(mail)]);
  await settled(story.agent);
  assert.deepEqual(ends(story.nodes[0]), { delivered: mails * 2 });
  const messages = select(story.nodes[0], "SELECT m.source_id, v.display_id FROM messages m JOIN conversations v ON v.id = m.conversation_id WHERE m.content_type = 'incoming_email'");
  const found = messages.map(({ source_id, display_id }) => `${source_id} in ${display_id}`).sort();
  const wanted = [...accepted].flatMap(([id, numbers]) => numbers.map((number) => `${id} in ${number}`)).sort();
  assert.deepEqual(found, wanted);
});
