// The whole loop around one mail server, and what each mail of it must look like.
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addressIn, idsIn } from './mime.mjs';
import { copyInto, segueBinary, temporaryFolder } from './paths.mjs';
import { freePorts } from './ports.mjs';
import { giveToMailUser } from './privilege.mjs';
import { Segue } from './segue.mjs';

export const inboundDomain = 'in.acme.example';
export const customerDomain = 'customer.example';

/**
 * Starts `segue serve` that sends through a mail server (`startMailServer` is `startPostfix` or `startExim`), which
 * in turn pipes mail for the inbound domain to `segue ingress`; it is given `options` too, `env` goes to Segue. Returns
 * `{server, agent, mailServer, passwordFile, setPassword(), end()}`.
 */
export async function startLoop({ startMailServer, options = {}, env = {}, website }) {
  const [port, mailPort] = await freePorts(2);
  const folder = temporaryFolder('pipe');
  const server = new Segue({ port, env: { SMTP_ADDRESS: '127.0.0.1', SMTP_PORT: String(mailPort), SMTP_DOMAIN: 'acme.example', ...env } });
  const passwordFile = join(folder, 'ingress-password');
  /** What the piping command believes the password to be. */
  const setPassword = (password) => {
    rmSync(passwordFile, { force: true });
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o400 });
    giveToMailUser(passwordFile);
  };
  setPassword(server.ingressPassword);
  const pipe = { binary: copyInto(folder, segueBinary), url: server.ingressUrl, passwordFile };
  let mailServer;
  const end = async () => {
    await server.end();
    await mailServer?.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    mailServer = await startMailServer({ port: mailPort, inboundDomain, customerDomain, pipe, ...options });
    await server.start();
    const agent = await server.setUp({ website });
    await agent.enableInbound(inboundDomain);
    return { server, agent, mailServer, passwordFile, setPassword, end };
  } catch (error) {
    await end();
    throw error;
  }
}

/**
 * Holds a delivered mail to the contract's section on outgoing mail. `answered` is the Message-ID that it answers, or
 * null when it begins the thread; `words` must stand in both bodies, `absent` in none. Returns the reply address.
 */
export function assertOutgoing(mail, { conversation, message, to, answered = null, words, absent = [] }) {
  const { uuid, account_id } = conversation;
  const root = `<account/${account_id}/conversation/${uuid}@${inboundDomain}>`;
  const replyAddress = addressIn(mail.header('Reply-To'));
  assert.match(replyAddress, new RegExp(`^reply\\+[0-9a-f]{32}@${inboundDomain}$`));
  assert.ok(!replyAddress.includes(uuid.replaceAll('-', '')), 'the reply token is not the public uuid');
  assert.match(mail.header('From'), /^"?Ada Byron from .+"? <support@acme\.example>$/);
  assert.equal(addressIn(mail.header('To')), to);
  assert.equal(mail.header('Subject'), `[#${conversation.id}] New messages on this conversation`);
  assert.equal(mail.header('Message-ID'), `<conversation/${uuid}/messages/${message.id}@${inboundDomain}>`);
  assert.equal(mail.header('In-Reply-To'), answered ?? root);
  const references = idsIn(mail.header('References'));
  assert.equal(references[0], root, 'References begins with the root');
  assert.equal(references.at(-1), answered ?? root, 'References ends with what is answered');
  assert.equal(new Set(references).size, references.length, 'References repeats nothing');
  assert.match(addressIn(mail.header('Return-Path')), new RegExp(`^bounce\\+[0-9a-f]{32}@${inboundDomain}$`));
  assert.notEqual(addressIn(mail.header('Return-Path')).slice(7), replyAddress.slice(6), 'a bounce token is not a reply token');
  assert.equal(mail.header('Auto-Submitted'), null, "a person's reply is not automatic");
  for (const name of ['From', 'To', 'Reply-To', 'Subject', 'Message-ID', 'Date', 'MIME-Version']) {
    assert.equal(mail.all(name).length, 1, `one ${name} header`);
  }
  const alternative = mail.part('multipart/alternative');
  assert.ok(alternative, 'the body has two alternatives');
  assert.deepEqual(alternative.parts.map(({ type }) => type), ['text/plain', 'text/html']);
  for (const part of alternative.parts) {
    assert.ok(part.text.includes(words), `${part.type} has the words: ${part.text}`);
    for (const secret of absent) assert.ok(!part.text.includes(secret), `${part.type} keeps ${JSON.stringify(secret)} to itself`);
  }
  return replyAddress;
}
