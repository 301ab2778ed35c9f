// `segue ingress qmail`, run as qmail-local would run it from the page's `.qmail-default`.
import assert from 'node:assert/strict';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { inboundDomain } from '../lib/loop.mjs';
import { mailedConversation } from '../lib/mailed-conversation.mjs';
import { copyInto, segueBinary, temporaryFolder } from '../lib/paths.mjs';
import { giveToMailUser } from '../lib/privilege.mjs';
import { Qmail } from '../lib/qmail.mjs';
import { Segue } from '../lib/segue.mjs';
import { until } from '../lib/until.mjs';

/** A running server with a conversation, and a qmail that pipes to it. */
async function house(t) {
  const folder = temporaryFolder('pipe');
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const server = await Segue.start();
  t.after(() => server.end());
  const agent = await server.setUp();
  await agent.enableInbound(inboundDomain);
  const thread = await mailedConversation(server, agent, 'vera@customer.example');
  const passwordFile = join(folder, 'ingress-password');
  const setPassword = (password) => {
    rmSync(passwordFile, { force: true });
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o400 });
    giveToMailUser(passwordFile);
  };
  setPassword(server.ingressPassword);
  const pipe = { binary: copyInto(folder, segueBinary), url: server.ingressUrl, passwordFile };
  const qmail = new Qmail({ domain: inboundDomain, pipe });
  t.after(() => qmail.end());
  return { server, agent, thread, pipe, qmail, passwordFile, setPassword };
}

/** A mail that names the reply address nowhere: only the envelope leads to the conversation. */
const blind = (words, id) => [
  'From: Vera <vera@customer.example>',
  'To: undisclosed-recipients:;',
  'Subject: Re: The blue one',
  `Message-ID: <${id}@customer.example>`,
  '',
  words,
  '',
].join('\n');

const settled = (agent) => until('no mail is pending', async () => (await agent.inboundMails('?state=pending')).length === 0);

test('the recipient comes from the environment, without the name of the controlling user', async (t) => {
  const { server, agent, thread, qmail } = await house(t);
  const { replyAddress } = thread;
  const [local] = replyAddress.split('@');
  const spellings = [replyAddress, local.toUpperCase() + '@' + inboundDomain];
  for (const [index, to] of spellings.entries()) {
    const delivered = await qmail.deliver({ from: 'vera@customer.example', to, message: blind(`Blind ${index}.`, index) });
    assert.deepEqual(delivered, { outcome: 'success', code: 0, log: 'success: did_0+0+1/' });
  }
  await settled(agent);
  assert.deepEqual((await agent.mailed(thread.number)).map(({ content }) => content), ['Blind 0.', 'Blind 1.']);

  const [last] = await agent.inboundMails();
  const source = await agent.source(last.id);
  assert.ok(source.startsWith(`Return-Path: <vera@customer.example>\nX-Original-To: ${spellings[1]}\nFrom: Vera`), source);
  const shown = JSON.parse(server.run(['inbound', 'show', String(last.id)]));
  assert.equal(shown.state, 'delivered');
  assert.ok(shown.trace.some((line) => line.startsWith('X-Original-To: the reply address')), shown.trace.join('\n'));
});

test('every failure leaves the mail in the queue, and it arrives once afterwards', async (t) => {
  const { server, agent, thread, pipe, qmail, passwordFile, setPassword } = await house(t);
  const mail = { from: 'vera@customer.example', to: thread.replyAddress, message: blind('Patience.', 'patient') };
  const deferred = async (words, other = qmail) => {
    const { outcome, code, log } = await other.deliver(mail);
    assert.deepEqual({ outcome, code }, { outcome: 'deferral', code: 111 }, log);
    assert.match(log, words);
  };
  setPassword('a typing mistake');
  await deferred(/^deferral: Invalid_credentials_for_ingress$/);
  chmodSync(passwordFile, 0o000);
  if (process.getuid() !== 0) await deferred(/cannot_read_/);
  rmSync(passwordFile);
  await deferred(/^deferral: cannot_read_.*No_such_file_or_directory/);
  setPassword(server.ingressPassword);
  for (const [url, words] of [
    [`${server.ingressUrl}x`, /^deferral: HTTP_404$/],
    ['support.example.org/inbound', /^deferral: URL_/],
    [`${server.ingressUrl} --no-such-option`, /^deferral: unexpected_argument_/],
  ]) {
    const mistaken = new Qmail({ domain: inboundDomain, pipe: { ...pipe, url } });
    t.after(() => mistaken.end());
    await deferred(words, mistaken);
  }
  await server.kill();
  await deferred(/^deferral: Network_error_relaying_to_ingress/);
  await server.start();

  assert.equal((await qmail.deliver(mail)).outcome, 'success');
  // qmail-local was killed before it could report: the mail is delivered again
  assert.equal((await qmail.deliver(mail)).outcome, 'success');
  await settled(agent);
  assert.deepEqual((await agent.mailed(thread.number)).map(({ content }) => content), ['Patience.']);
});

test('a mail that is too large waits, and bounces only where the administrator asked for that', async (t) => {
  const { thread, pipe, qmail } = await house(t);
  const mail = { from: 'vera@customer.example', to: thread.replyAddress, message: `${blind('Large.', 'large')}${'x'.repeat(4000)}\n` };
  const limited = (url) => {
    const other = new Qmail({ domain: inboundDomain, pipe: { ...pipe, url } });
    t.after(() => other.end());
    return other.deliver(mail);
  };
  assert.equal((await limited(`${pipe.url} --max-size 1000`)).code, 111);
  const strict = await limited(`${pipe.url} --max-size 1000 --strict`);
  assert.deepEqual(strict, { outcome: 'failure', code: 100, log: 'failure: The_message_is_too_large' });
  assert.equal((await qmail.deliver(mail)).outcome, 'success');
});
