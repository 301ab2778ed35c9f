// The built-in mail server, set up by the lines of the administrator's page: swaks sends by SMTP and by LMTP, and a real
// Postfix hands over by `lmtp:`.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { inboundDomain, startLoop } from '../lib/loop.mjs';
import { mailedConversation } from '../lib/mailed-conversation.mjs';
import { addressIn } from '../lib/mime.mjs';
import { commands, variables } from '../lib/page.mjs';
import { temporaryFolder } from '../lib/paths.mjs';
import { freePorts } from '../lib/ports.mjs';
import { startPostfix } from '../lib/postfix.mjs';
import { Segue } from '../lib/segue.mjs';
import { submit } from '../lib/smtp.mjs';
import { until } from '../lib/until.mjs';
import { Visitor } from '../lib/visitor.mjs';

/** A server that listens as the page says, with a certificate of its own; `says(name, names)` runs a command of the page. */
async function receiver(t) {
  const folder = temporaryFolder('receiving');
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [smtp, lmtp] = await freePorts(2);
  const [certificate, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=mx.example.org'];
  execFileSync('openssl', [...made, '-keyout', key, '-out', certificate], { stdio: 'pipe' });
  const env = {
    ...variables('own mx environment', { '0.0.0.0:25': `127.0.0.1:${smtp}`, '/etc/segue/tls/fullchain.pem': certificate, '/etc/segue/tls/privkey.pem': key }),
    ...variables('lmtp environment', { ':24': `:${lmtp}` }),
  };
  const server = await Segue.start({ env });
  t.after(() => server.end());
  const agent = await server.setUp();
  await agent.enableInbound('in.example.org');
  /** The page's swaks line, its words replaced, with `more` words; `{status, heard}`. */
  const swaks = (name, names, more = []) => {
    const [[program, ...words]] = commands(name);
    const own = words.map((word) => names[word] ?? word);
    const { status, stdout, stderr, error } = spawnSync(program, [...own, ...more], { encoding: 'utf8', timeout: 30_000 });
    assert.ifError(error);
    return { status, heard: stdout + stderr };
  };
  const bySmtp = (to, more) => swaks('own mx swaks', { 'mx.example.org': '127.0.0.1', 25: String(smtp), 'postmaster@in.example.org': to }, more);
  const byLmtp = (to, more) => swaks('lmtp swaks', { 24: String(lmtp), 'postmaster@in.example.org': to }, more);
  return { server, agent, bySmtp, byLmtp };
}

test('swaks sends by SMTP with TLS and by LMTP', async (t) => {
  const { server, agent, bySmtp, byLmtp } = await receiver(t);
  const postmaster = 'postmaster@in.example.org';
  for (const send of [bySmtp, byLmtp]) {
    const { status, heard } = send(postmaster);
    assert.equal(status, 0, heard);
    assert.match(heard, /250 2\.0\.0 the mail is kept/);
  }
  const rows = await until('both are unrouted', async () => {
    const found = await agent.inboundMails('?state=unrouted');
    return found.length === 2 && found;
  });
  assert.deepEqual(rows.map(({ ingress }) => ingress).sort(), ['lmtp', 'smtp']);

  const thread = await mailedConversation(server, agent, 'vera@customer.example');
  const mail = ['--from', 'vera@customer.example', '--h-From', 'vera@customer.example', '--h-Message-Id'];
  const sent = bySmtp(thread.replyAddress, [...mail, '<smtp@customer.example>', '--body', 'By SMTP.']);
  assert.match(sent.heard, /=== TLS started[^]*250 2\.0\.0 the mail is kept/, sent.heard);
  const both = byLmtp(`${thread.replyAddress},${postmaster}`, [...mail, '<lmtp@customer.example>', '--body', 'By LMTP.']);
  assert.equal(both.heard.match(/250 2\.0\.0 the mail is kept/g)?.length, 2, `one answer for each recipient: ${both.heard}`);
  const arrived = await until('both answers stand in the conversation', async () => {
    const found = await agent.mailed(thread.number);
    return found.length === 2 && found;
  });
  assert.deepEqual(arrived.map(({ content }) => content), ['By SMTP.', 'By LMTP.']);
  assert.equal((await agent.inboundMails()).length, 4, 'two recipients are one mail');

  for (const [to, answer] of [['nobody@in.example.org', '550 5.1.1'], ['anybody@elsewhere.example', '550 5.7.1']]) {
    const { status, heard } = bySmtp(to);
    assert.notEqual(status, 0, heard);
    assert.ok(heard.includes(answer), heard);
  }
});

test('Postfix hands over by LMTP, without a command', async (t) => {
  const [lmtpPort] = await freePorts(1);
  const env = variables('lmtp environment', { ':24': `:${lmtpPort}` });
  const { server, agent, mailServer, end } = await startLoop({ startMailServer: startPostfix, options: { way: 'lmtp', lmtpPort }, env });
  t.after(end);
  const threads = [];
  for (let count = 0; count < 2; count += 1) {
    const visitor = await Visitor.arrives(server.url, agent.website_token);
    const { id: number } = await visitor.asks('Is the blue one in stock?');
    await visitor.givesAddress('vera@customer.example');
    await agent.replies(number, 'It is.', 'email');
    const mail = await mailServer.customers.next();
    threads.push({ number, replyAddress: addressIn(mail.header('Reply-To')) });
  }
  const to = threads.map(({ replyAddress }) => replyAddress);
  const message = (words, id) =>
    ['From: Vera <vera@customer.example>', 'To: undisclosed-recipients:;', 'Subject: Blue', `Message-ID: <${id}@customer.example>`, '', words, ''].join('\r\n');
  const submits = (words, id, recipients) => submit({ port: mailServer.port, from: 'vera@customer.example', to: recipients, message: message(words, id) });
  await submits('To both of you.', 'both', to);
  for (const { number } of threads) {
    const [arrived] = await until('it stands in the conversation', async () => {
      const found = await agent.mailed(number);
      return found.length > 0 && found;
    }).catch((error) => assert.fail(`${error.message}\n${mailServer.log()}`));
    assert.equal(arrived.content, 'To both of you.');
  }
  const [both, ...others] = await agent.inboundMails();
  assert.deepEqual([both.ingress, others.length], ['lmtp', 0], 'one transaction, one mail');

  await server.kill();
  await submits('While you were away.', 'away', [to[0]]);
  await until('Postfix keeps it', () => /relay=none,.*status=deferred|status=deferred \(connect to/.test(mailServer.log()));
  await server.start();
  await until('it arrives after all', async () => (await agent.mailed(threads[0].number)).length === 2, { within: 30_000 });

  await submits('To nobody.', 'nobody', [`nobody@${inboundDomain}`]);
  await until('Postfix is told that nobody is there', () => /dsn=5\.1\.1, status=bounced/.test(mailServer.log()));
});
