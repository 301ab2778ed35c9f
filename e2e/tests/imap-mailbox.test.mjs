// A real Dovecot: what is done with fetched mail, mail that cannot be had, a catch-all mailbox, and wrong settings.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { address, house, mailTo, now } from '../lib/mailbox-house.mjs';
import { mailedConversation } from '../lib/mailed-conversation.mjs';
import { followed, says } from '../lib/page.mjs';
import { until } from '../lib/until.mjs';

test('a mail that cannot be had holds up no other', async (t) => {
  const { mailbox, change, begun, looked, state, settings } = await house(t);
  // By STARTTLS this time.
  await change({ ...settings, imap_port: mailbox.imap, imap_tls: 'starttls' });
  await looked(0);
  await mailbox.stop();
  mailbox.deliver(mailTo(address, 'before'));
  const poison = mailbox.deliver(mailTo(address, 'poison'), { mode: 0o000 });
  mailbox.deliver(mailTo(address, 'after'));
  await mailbox.begin();
  await begun(['after', 'before'], { within: 60_000 });
  const { ok, set_aside } = await until('it is shown', async () => {
    const now = await state();
    return now.ok && now.set_aside.length === 1 && now;
  }, { within: 60_000 });
  assert.ok(ok);
  assert.match(set_aside[0].reason, /does not give it|could not be fetched/);
  assert.ok(set_aside[0].next_try_at > set_aside[0].at, 'it is tried again');
  const file = mailbox.files().find((name) => name.includes(poison));
  chmodSync(join(mailbox.mailbox(), file), 0o600);
  await begun(['after', 'before', 'poison'], { within: 120_000 });
  assert.deepEqual((await state()).set_aside, []);
});

test('fetched mail is marked, moved or deleted as the inbox wants it', async (t) => {
  const { mailbox, change, check, begun, looked, settings } = await house(t);
  // In the clear: it stays on this machine.
  await change({ ...settings, imap_port: mailbox.imap, imap_tls: 'none', imap_after: 'mark_seen' });
  await looked(0);
  const file = mailbox.deliver(mailTo(address, 'seen'));
  await begun(['seen']);
  await until('it is marked as read', () => mailbox.files().some((name) => name.startsWith(`cur/${file}`) && /:2,S/.test(name)));

  await change({ imap_after: 'move', imap_move_to: 'Erledigt & fertig' });
  const missing = await check();
  assert.equal(missing.ok, false);
  assert.match(missing.words, /no folder Erledigt & fertig/);
  mailbox.deliver(mailTo(address, 'unmoved'));
  await begun(['seen', 'unmoved']);
  const told = await until('it is told', async () => {
    const state = await looked(0);
    return /cannot be moved/.test(state.words) && state;
  });
  assert.match(told.words, /Mails come in, but cannot be moved to Erledigt & fertig/);
  mailbox.makeFolder('Erledigt &- fertig');
  assert.deepEqual(await check().then(({ ok }) => ok), true);
  mailbox.deliver(mailTo(address, 'moved'));
  await begun(['seen', 'unmoved', 'moved']);
  await until('it is in the other folder', () => mailbox.files('Erledigt &- fertig').length === 1);
  assert.equal(mailbox.files().length, 2);

  await change({ imap_after: 'delete' });
  mailbox.deliver(mailTo(address, 'deleted'));
  await begun(['seen', 'unmoved', 'moved', 'deleted']);
  await until('it is gone', () => mailbox.files().length === 2);
});

test('answers to reply addresses in a catch-all mailbox find their website conversations', async (t) => {
  const { mailbox, server, agent, change, looked, settings, conversations } = await house(t);
  await agent.enableInbound('in.acme.example');
  await change(settings);
  await looked(0);
  const thread = await mailedConversation(server, agent, 'vera@customer.example');
  const more = [`Delivered-To: ${thread.replyAddress}`];
  mailbox.deliver(mailTo('someone@in.acme.example', 'answer', { more }));
  const [message] = await until('the answer stands in the conversation', async () => {
    const found = await agent.mailed(thread.number);
    return found.length > 0 && found;
  }, { within: 20_000 });
  assert.equal(message.content, 'Words of answer.');
  assert.equal(message.content_attributes.author.relation, 'contact');
  assert.deepEqual(await conversations(), [], 'and begins none');
});

test('a wrong password is told, and a right one counts at once', async (t) => {
  const { mailbox, server, agent, id, change, check, looked, state, settings } = await house(t);
  await change({ ...settings, imap_password: 'wrong' });
  await until('the trouble is told', async () => (await state())?.ok === false, { within: 30_000 });
  assert.match((await state()).words, /refuses log-in or password/);
  assert.match((await check()).words, /refuses log-in or password/);
  const begin = now();
  await change({ imap_password: 'pa55word' });
  await looked(begin);
  assert.deepEqual(await check(), { ok: true, words: 'Logged in to localhost as support, and INBOX is open. New mail comes in as it arrives.' });
  const names = { TOKEN: agent.access_token, [says.site]: server.url, 'accounts/1': `accounts/${agent.account_id}`, 'inboxes/2': `inboxes/${id}` };
  const heard = execFileSync('bash', ['-c', followed('imap curl', names)], { encoding: 'utf8' });
  assert.match(heard, /^\{"ok":true,"words":"Logged in to localhost as support, and INBOX is open\. New mail comes in as it arrives\."\}$/);
  await change({ imap_folder: 'Nowhere' });
  assert.match((await check()).words, /folder cannot be opened/);
  await change({ imap_folder: 'INBOX', imap_address: '127.0.0.1', imap_tls: 'implicit', imap_port: mailbox.imap, imap_password: 'pa55word' });
  assert.match((await check()).words, /does not speak TLS there/);
});

test('a host of the own network is refused unless the operator allows it', async (t) => {
  const { change, check, settings } = await house(t, { env: { SAFE_FETCH_ALLOW_PRIVATE_NETWORK: 'false' } });
  await change(settings);
  const { ok, words } = await check();
  assert.equal(ok, false);
  assert.match(words, /localhost is in a private network.*SAFE_FETCH_ALLOW_PRIVATE_NETWORK/);
});
