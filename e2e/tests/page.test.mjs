// The commands of the administrator's page, run as they stand there. Its lines for mail servers are run by pipe-*.test.mjs.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { mailedConversation, shortMail } from '../lib/mailed-conversation.mjs';
import { block, commands, followed, says } from '../lib/page.mjs';
import { temporaryFolder } from '../lib/paths.mjs';
import { Segue } from '../lib/segue.mjs';
import { until } from '../lib/until.mjs';

/** A server that is switched on by the page's console lines, and a folder for mails. */
async function followedSoFar(t, env = {}) {
  const folder = temporaryFolder('page');
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const server = await Segue.start({ env });
  t.after(() => server.end());
  const agent = await server.setUp();
  const [start, ...statements] = block('console').trim().split('\n');
  assert.equal(start, '$ segue console');
  server.run(['console'], { input: `${statements.join('\n')}\n` });
  return { folder, server, agent };
}

const settled = (agent) => until('no mail is pending', async () => (await agent.inboundMails('?state=pending')).length === 0);

test('after the console lines a mail has the headers of the page, and the curl line brings its answer', async (t) => {
  const { folder, server, agent } = await followedSoFar(t);
  const thread = await mailedConversation(server, agent, 'vera@customer.example');
  const [mail] = await agent.sandboxMails();
  assert.match(mail.from, /^Ada Byron from Acme <help@example\.org>$/);
  assert.match(mail.reply_to, /^.*<reply\+[0-9a-f]{32}@in\.example\.org>$/);

  const file = join(folder, 'mail.eml');
  writeFileSync(file, shortMail(thread, 'By curl.', 'curl'));
  const line = followed('relay curl', { PASSWORD: server.ingressPassword, '@mail.eml': `@${file}`, [says.site]: server.url });
  const run = (command) => execFileSync('bash', ['-c', command], { encoding: 'utf8' });
  assert.equal(run(line), '204\n');
  assert.equal(run(line.replace(server.ingressPassword, 'a typing mistake')), '401\n');
  await settled(agent);
  assert.deepEqual((await agent.mailed(thread.number)).map(({ content }) => content), ['By curl.']);
});

test('the commands of the page find a mail that went nowhere', async (t) => {
  const { folder, server, agent } = await followedSoFar(t);
  const thread = await mailedConversation(server, agent, 'vera@customer.example');
  const file = join(folder, 'mail.eml');
  writeFileSync(file, shortMail({ ...thread, replyAddress: 'nobody@in.example.org' }, 'Lost.', 'lost'));
  execFileSync('bash', ['-c', followed('relay curl', { PASSWORD: server.ingressPassword, '@mail.eml': `@${file}`, [says.site]: server.url })]);
  const [lost] = await until('the mail went nowhere', async () => {
    const rows = server.run(['inbound', 'list', '--state', 'unrouted']).trim().split('\n').filter(Boolean);
    return rows.length > 0 && rows.map((row) => JSON.parse(row));
  });
  const answers = commands('log commands').map(([program, ...words]) => {
    assert.equal(program, 'segue');
    const own = words.map((word) => ({ 12: String(lost.id), 'mail.eml': file })[word] ?? word);
    return JSON.parse(server.run(own));
  });
  const [listed, shown, replayed, foreseen, inspected] = answers;
  assert.equal(listed.id, lost.id);
  assert.ok(shown.trace.length > 0);
  assert.equal(replayed.state, 'unrouted');
  assert.equal(foreseen.state, 'unrouted');
  assert.equal(inspected.reply.text, 'Lost.');
});
