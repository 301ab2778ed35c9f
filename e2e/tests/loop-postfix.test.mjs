// The whole loop with a real Postfix and real browsers: a visitor chats and leaves, an agent answers in the dashboard,
// the answer goes out by mail, the visitor answers that mail, and the answer stands in the open dashboard.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Browser, keepScreen } from '../lib/browser.mjs';
import { DeskPage } from '../lib/desk-page.mjs';
import { startHostPage } from '../lib/host-page.mjs';
import { assertOutgoing, startLoop } from '../lib/loop.mjs';
import { addressIn, answerTo } from '../lib/mime.mjs';
import { startPostfix } from '../lib/postfix.mjs';
import { submit } from '../lib/smtp.mjs';
import { until } from '../lib/until.mjs';
import { Visitor } from '../lib/visitor.mjs';
import { WidgetPage } from '../lib/widget-page.mjs';

const address = 'vera@customer.example';
const question = 'Do you have the atlas of tides?';
const reply = 'We do: the 1962 edition, in good shape.';
const answer = 'Lovely, please keep it for me.';

test('a chat goes on by mail through Postfix and comes back into the open dashboard', async (t) => {
  const site = await startHostPage();
  t.after(() => site.stop());
  const { server, agent, mailServer, end } = await startLoop({ startMailServer: startPostfix, website: site.url });
  t.after(end);
  await agent.changeInbox({ continuity_delay: 1 });
  site.snippet = (await agent.inbox()).web_widget_script;
  const browser = await Browser.launch(t);

  const visitorPage = await browser.person('visitor');
  const visitor = new WidgetPage(visitorPage);
  await visitor.visits(site.url);
  await visitor.opens();
  await visitor.says(question);
  await visitor.givesAddress(address);
  await keepScreen(visitorPage, 'loop-1-visitor-asks');

  const deskPage = await browser.person('agent');
  const desk = new DeskPage(deskPage, server.url);
  await desk.signIn(agent);
  await desk.opens(question);
  await visitorPage.close();
  await desk.replies(reply);
  await keepScreen(deskPage, 'loop-2-agent-replies');

  const mail = await mailServer.customers.next();
  const [{ id: number }] = await agent.conversations();
  const conversation = { ...(await agent.conversation(number)), account_id: agent.account_id };
  const message = (await agent.messages(number)).find(({ content }) => content === reply);
  const replyAddress = assertOutgoing(mail, { conversation, message, to: address, words: reply, absent: [question] });
  await agent.delivery(number, message.id, ['sent']);

  // a mark that a reload of the dashboard would wipe out
  await deskPage.evaluate(() => { window.sameDocument = true; });
  const sent = answerTo(mail, { from: address, name: 'Vera', words: answer, messageId: '<kept@customer.example>' });
  const submits = () => submit({ port: mailServer.port, from: address, to: [replyAddress], message: sent });
  const accepted = () => mailServer.log().match(/relay=segue,.*status=sent/g)?.length ?? 0;
  await submits();
  const [heard, shown] = await Promise.all([
    until('Postfix has handed the answer over', () => accepted() === 1, { every: 5 }).then(() => performance.now()),
    desk.message(answer).waitFor().then(() => performance.now()),
  ]).catch((error) => assert.fail(`${error.message}\n${mailServer.log()}\n${server.program.output}`));
  t.diagnostic(`shown ${Math.round(shown - heard)} ms after Postfix was told that it is accepted`);
  assert.ok(shown - heard < 1_000, `shown after ${shown - heard} ms`);
  assert.equal(await desk.message(answer).count(), 1);
  assert.equal(await deskPage.evaluate(() => window.sameDocument), true, 'without a reload');
  await keepScreen(deskPage, 'loop-3-answer-in-thread');
  const [arrived] = await agent.mailed(number);
  assert.equal(arrived.content, answer, 'only the new words');

  await submits();
  await until('Postfix has handed the same mail over again', () => accepted() === 2);
  await until('no mail is pending', async () => (await agent.inboundMails()).every(({ state }) => state !== 'pending'));
  assert.equal((await agent.mailed(number)).length, 1, 'the same mail again changes nothing');
  assert.equal(await desk.message(answer).count(), 1);

  const returned = await visitorPage.context().newPage();
  const again = new WidgetPage(returned);
  await again.visits(site.url);
  await again.opens();
  await again.message(answer).waitFor();
  assert.equal(await again.message(answer).count(), 1, 'the visitor who comes back sees it too');
  assert.equal(await again.message(reply).count(), 1);
  await keepScreen(returned, 'loop-4-visitor-returns');

  // the link in the mail leads to the conversation on any device, and leaves the address bar clean
  const link = mail.part('text/plain').text.match(new RegExp(`${site.url}\\?segue_conversation=\\S+`))?.[0];
  assert.ok(link, 'the mail links back');
  const phone = await browser.person('visitor with a phone', { size: 'phone' });
  const linked = new WidgetPage(phone);
  await phone.goto(link);
  await linked.message(reply).waitFor();
  await until('the token is gone from the address bar', () => !phone.url().includes('segue_conversation'));
  await keepScreen(phone, 'loop-5-link-back-on-a-phone');
  assert.deepEqual(browser.errors, [], 'no page reported an error');
});

test('Postfix keeps an answer while the ingress password is wrong, and it arrives once afterwards', async (t) => {
  const { server, agent, mailServer, setPassword, end } = await startLoop({ startMailServer: startPostfix });
  t.after(end);
  const visitor = await Visitor.arrives(server.url, agent.website_token);
  const { id: number } = await visitor.asks(question);
  await visitor.givesAddress(address);
  await agent.replies(number, reply, 'email');
  const mail = await mailServer.customers.next();
  setPassword('a typing mistake');
  const sent = answerTo(mail, { from: address, name: 'Vera', words: answer, messageId: '<patient@customer.example>' });
  await submit({ port: mailServer.port, from: address, to: [addressIn(mail.header('Reply-To'))], message: sent });
  await until('Postfix defers the mail', () => /dsn=4\.7\.0, status=deferred/.test(mailServer.log()));
  setPassword(server.ingressPassword);
  const mailed = await until('the mail arrives after all', async () => {
    const found = await agent.mailed(number);
    return found.length > 0 && found;
  }, { within: 30_000 });
  assert.deepEqual(mailed.map(({ content }) => content), [answer]);
  assert.ok(!/status=bounced/.test(mailServer.log()), 'nothing bounced');
});
