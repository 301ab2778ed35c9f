// The whole loop with a real Exim: chat, mail out, answer by mail, back into the thread.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cable } from '../lib/cable.mjs';
import { startExim } from '../lib/exim.mjs';
import { postMail } from '../lib/http.mjs';
import { assertOutgoing, startLoop } from '../lib/loop.mjs';
import { addressIn, answerTo } from '../lib/mime.mjs';
import { submit } from '../lib/smtp.mjs';
import { until } from '../lib/until.mjs';
import { Visitor } from '../lib/visitor.mjs';

const vera = 'vera@customer.example';

test('a chat goes on by mail through Exim and comes back into its thread', async (t) => {
  const { server, agent, mailServer, end } = await startLoop({ startMailServer: startExim });
  t.after(end);
  await agent.changeInbox({ continuity_delay: 0 });
  const { id: user_id, pubsub_token } = await agent.profile();
  const cable = await Cable.subscribes(server.url, { pubsub_token, account_id: agent.account_id, user_id });
  t.after(() => cable.close());

  const visitor = await Visitor.arrives(server.url, agent.website_token);
  const { id: number } = await visitor.asks('Do you deliver to Faroe?');
  await visitor.givesAddress(vera);
  const reply = await agent.replies(number, 'Yes, every Tuesday & Friday.');
  const conversation = { ...(await agent.conversation(number)), account_id: agent.account_id };
  const mail = await mailServer.customers.next();
  const expected = { conversation, message: reply, to: vera };
  assertOutgoing(mail, { ...expected, words: 'every Tuesday', absent: ['Faroe'] });
  const sent = await agent.delivery(number, reply.id, ['sent']);
  assert.match(sent.detail, /^250|OK id=/, 'the delivery keeps what the mail server answered');

  const words = 'Wonderful!\n\nThen please send two to Tórshavn.';
  const answer = answerTo(mail, { from: vera, name: 'Vera Öst', words, messageId: '<first-answer@customer.example>' });
  const send = () => submit({ port: mailServer.port, from: vera, to: [addressIn(mail.header('Reply-To'))], message: answer });
  await send();
  const [message] = await until('the answer stands in the thread', async () => {
    const mailed = await agent.mailed(number);
    return mailed.length > 0 && mailed;
  }).catch((error) => assert.fail(`${error.message}\n${mailServer.log()}\n${server.program.output}`));
  assert.equal(message.content, words);
  assert.equal(message.source_id, 'first-answer@customer.example');
  assert.equal(message.content_attributes.email.text_content.quoted.trim(), words);
  assert.match(message.content_attributes.email.text_content.full, /^> .*every Tuesday/m, 'the quoted history is kept');
  assert.equal(message.content_attributes.author.relation, 'contact');
  await cable.hears('message.created', (data) => data.id === message.id);
  const seen = await visitor.messages();
  assert.equal(seen.filter(({ content }) => content === words).length, 1, 'the visitor finds the own words');
  assert.ok(seen.every(({ content_attributes }) => !content_attributes?.email), 'without headers and addresses');

  const arrivals = () => mailServer.log().match(/T=segue_pipe$/gm)?.length ?? 0;
  await send();
  await until('Exim has piped the same mail again', () => arrivals() === 2);
  const settled = () => until('no mail is pending', async () => (await agent.inboundMails()).every(({ state }) => state !== 'pending'));
  await settled();
  const posted = answer.replace(/^/, `X-Original-To: ${mail.header('Reply-To')}\r\n`);
  assert.deepEqual([await postMail(server, posted), await postMail(server, posted)], [204, 204], 'by another road, twice');
  await settled();
  assert.equal((await agent.mailed(number)).length, 1, 'the same mail again changes nothing');

  // from now on the person writes mail, so the next reply is mailed at once and answers that mail
  const second = await agent.replies(number, 'They leave today.');
  const next = await mailServer.customers.next();
  assertOutgoing(next, { ...expected, message: second, answered: '<first-answer@customer.example>', words: 'They leave today.' });
  assert.equal(addressIn(next.header('Reply-To')), addressIn(mail.header('Reply-To')), 'one reply address for the conversation');
});

test('Exim keeps an answer while the server is away, and it arrives once afterwards', async (t) => {
  const { server, agent, mailServer, end } = await startLoop({ startMailServer: startExim });
  t.after(end);
  const visitor = await Visitor.arrives(server.url, agent.website_token);
  const { id: number } = await visitor.asks('Anyone there?');
  await visitor.givesAddress(vera);
  await agent.replies(number, 'I am.', 'email');
  const mail = await mailServer.customers.next();
  await server.kill();
  const answer = answerTo(mail, { from: vera, name: 'Vera', words: 'Good to know.', messageId: '<patient@customer.example>' });
  await submit({ port: mailServer.port, from: vera, to: [addressIn(mail.header('Reply-To'))], message: answer });
  await until('Exim defers the mail', () => /segue_pipe defer/.test(mailServer.log()));
  await server.start();
  const [message, ...others] = await until('the mail arrives after all', async () => {
    const mailed = await agent.mailed(number);
    return mailed.length > 0 && mailed;
  }, { within: 30_000 });
  assert.equal(message.content, 'Good to know.');
  assert.deepEqual(others, []);
  assert.ok(!/\*\* /.test(mailServer.log()), 'nothing bounced');
});
