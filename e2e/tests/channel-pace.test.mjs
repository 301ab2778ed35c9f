// A provider's webhook is answered at once, whatever else goes on: the provider never answers what it is asked, and many
// post at the same time.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BotApi, atBotApi, telegramInbox } from '../lib/bot-api.mjs';
import { slack } from '../lib/paths.mjs';
import { newDatabase } from '../lib/postgres.mjs';
import { Segue } from '../lib/segue.mjs';
import { until } from '../lib/until.mjs';

const people = 40;
const postsEach = 10;
/** How many posts are on their way at once. */
const abreast = 4;
/** What a provider may be let wait, ms. */
const most = 100;

async function answersAtOnce(t, database) {
  let hangs = false;
  const api = await BotApi.start(t, { delay: () => (hangs ? Infinity : 0) });
  const server = await Segue.start({ databaseUrl: database?.url, env: atBotApi(api) });
  t.after(async () => {
    await server.end();
    database?.drop();
  });
  const agent = await server.setUp();
  await telegramInbox(agent, api);
  await api.delivers(server, api.saying(1, 'Vera', 'Hello?'));
  const number = await until('Vera has a conversation', async () => (await agent.conversations())[0]?.id);
  hangs = true;
  await agent.replies(number, 'Nobody hears this');
  await until('the provider is asked', () => api.reached(1).length === 1);

  const posts = Array.from({ length: people * postsEach }, (_, index) => api.saying(100 + (index % people), `Person ${index % people}`, `Post ${index}`));
  const took = [];
  const poster = async () => {
    for (let update = posts.shift(); update; update = posts.shift()) {
      const answer = await api.posts(server, update);
      assert.equal(answer.status, 200);
      took.push(answer.took);
    }
  };
  await Promise.all(Array.from({ length: abreast }, poster));
  const sorted = took.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  t.diagnostic(`${sorted.length} posts: ${at(0.5).toFixed(1)} ms at the median, ${at(0.99).toFixed(1)} ms at 99 %, ${at(1).toFixed(1)} ms at most`);
  // one in a hundred may have been held up by whatever else this machine does
  assert.ok(at(0.99) < most * slack, `${at(0.99)} ms`);
  await until('all are heard', async () => {
    const all = await agent.call('GET', '/conversations/meta?status=all');
    return all.meta.all_count === people + 1;
  }, { within: 60_000 });
}

test('webhooks are answered within 100 ms on SQLite', (t) => answersAtOnce(t));

test('webhooks are answered within 100 ms on PostgreSQL', (t) => answersAtOnce(t, newDatabase()));
