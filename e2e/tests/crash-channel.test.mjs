// kill -9 of the server while a messaging channel is busy both ways: each message that the webhook answered with 200 is in
// its conversation exactly once and in order, each reply reaches the person, and only that part goes again whose answer a
// dying process may not have kept. SEED repeats a run.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { BotApi, atBotApi, telegramInbox } from '../lib/bot-api.mjs';
import { chance } from '../lib/chance.mjs';
import { newDatabase } from '../lib/postgres.mjs';
import { Segue } from '../lib/segue.mjs';
import { until } from '../lib/until.mjs';

const people = [4711, 4712, 4713];
const rounds = 12;
const kills = 8;
/** How long the commit of a provider's answer may take on a busy machine, ms. */
const commit = 250;

async function survives(t, database) {
  const { seed, next } = chance(t);
  const api = await BotApi.start(t, { delay: () => next() * 60 });
  const server = await Segue.start({ databaseUrl: database?.url, env: atBotApi(api) });
  t.after(async () => {
    await server.end();
    database?.drop();
  });
  const agent = await server.setUp();
  await telegramInbox(agent, api);
  for (const person of people) await api.delivers(server, api.saying(person, `Person ${person}`, 'Hello?'));
  const numbers = await until('each has a conversation', async () => {
    const all = await agent.conversations();
    const number = (person) => all.find(({ meta }) => meta.sender.name === `Person ${person}`)?.id;
    return people.every(number) && new Map(people.map((person) => [person, number(person)]));
  });

  const written = async (number, words) => (await agent.messages(number)).find(({ content }) => content === words);
  const write = async (person) => {
    for (let round = 0; round < rounds; round += 1) await api.delivers(server, api.saying(person, `Person ${person}`, `Question ${round}`));
  };
  const answer = async (person) => {
    const number = numbers.get(person);
    for (let round = 0; round < rounds; round += 1) {
      const words = `Answer ${round}`;
      // a request that was not heard may have been taken all the same, so it is looked for before it is made again
      await until('the reply is written', async () => (await written(number, words)) ?? agent.replies(number, words), { within: 30_000 });
    }
  };
  const died = [];
  const killer = async () => {
    for (let kill = 0; kill < kills; kill += 1) {
      await pause(50 + next() * 300);
      died.push(performance.now());
      await server.kill();
      await server.start();
    }
  };
  await Promise.all([killer(), ...people.flatMap((person) => [write(person), answer(person)])]);

  for (const person of people) {
    const number = numbers.get(person);
    const all = await until('every question is in and every answer out', async () => {
      const messages = await agent.messages(number);
      const sent = messages.filter(({ deliveries }) => deliveries?.some(({ state }) => state === 'sent'));
      const heard = messages.filter(({ message_type }) => message_type === 0);
      return heard.length > rounds && sent.length === rounds && messages;
    }, { within: 60_000 });
    const heard = all.filter(({ message_type }) => message_type === 0).map(({ content }) => content);
    const questions = ['Hello?', ...Array.from({ length: rounds }, (_, round) => `Question ${round}`)];
    assert.deepEqual(heard, questions, `${person} is heard once and in order (SEED=${seed})`);
    const reached = api.reached(person).filter((text, index, texts) => text !== texts[index - 1]);
    assert.deepEqual(reached, Array.from({ length: rounds }, (_, round) => `Answer ${round}`), `answers in order (SEED=${seed})`);
  }
  t.diagnostic(`${api.taken.length} messages sent for ${people.length * rounds} replies across ${kills} kills`);
  for (const person of people) {
    const sent = api.taken.filter(({ chat }) => chat === String(person));
    for (const [index, first] of sent.entries()) {
      if (!sent.slice(index + 1).some(({ text }) => text === first.text)) continue;
      const lost = died.some((at) => at >= first.begun && (first.heard === null || at - first.heard < commit));
      assert.ok(lost, `"${first.text}" went again although its answer was heard long before the server died (SEED=${seed})`);
    }
  }
}

test('a messaging channel survives kill -9 on SQLite', (t) => survives(t));

test('a messaging channel survives kill -9 on PostgreSQL', (t) => survives(t, newDatabase()));
