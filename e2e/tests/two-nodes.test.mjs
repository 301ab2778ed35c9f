// Two `segue serve` on one PostgreSQL act as one system.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { test } from 'node:test';
import { Cable } from '../lib/cable.mjs';
import { postMail } from '../lib/http.mjs';
import { mailedConversation, shortMail } from '../lib/mailed-conversation.mjs';
import { temporaryFolder } from '../lib/paths.mjs';
import { newDatabase } from '../lib/postgres.mjs';
import { Segue } from '../lib/segue.mjs';

test('a mail accepted by one node shows up on dashboards at another, and outlives its node', async (t) => {
  const database = newDatabase();
  const blobs = temporaryFolder('blobs');
  const options = { databaseUrl: database.url, env: { SEGUE_BLOBS_URL: `file:${blobs}` } };
  const nodes = [];
  t.after(async () => {
    for (const node of nodes) await node.end();
    database.drop();
    rmSync(blobs, { recursive: true });
  });
  const first = await Segue.start(options);
  nodes.push(first);
  const agent = await first.setUp();
  await agent.enableInbound('in.acme.example');
  const second = await Segue.start(options);
  nodes.push(second);

  const thread = await mailedConversation(first, agent, 'vera@customer.example');
  const { id: user_id, pubsub_token } = await agent.profile();
  const cable = await Cable.subscribes(second.url, { pubsub_token, account_id: agent.account_id, user_id });
  t.after(() => cable.close());

  const latencies = [];
  for (let count = 1; count <= 5; count += 1) {
    const words = `From the first node, number ${count}.`;
    assert.equal(await postMail(first, shortMail(thread, words, count)), 204);
    const accepted = performance.now();
    const frame = await cable.hears('message.created', (data) => data.content === words, { within: 5_000 });
    latencies.push(Math.round(frame.at - accepted));
    assert.ok(frame.at - accepted < 1_000, `heard at the other node after ${latencies.at(-1)} ms`);
  }
  t.diagnostic(`heard at the other node after ${latencies.join(', ')} ms`);

  // accepted, and the node dies at once: the other one must finish the work
  const words = 'Last words.';
  assert.equal(await postMail(first, shortMail(thread, words, 'last')), 204);
  await first.kill();
  await cable.hears('message.created', (data) => data.content === words, { within: 15_000 });
  const contents = (await agent.at(second.url).mailed(thread.number)).map(({ content }) => content);
  assert.equal(contents.length, 6);
  assert.equal(new Set(contents).size, 6, 'each mail once');
});
