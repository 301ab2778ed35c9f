// A conversation that a person can answer by mail: what many stories begin with.
import assert from 'node:assert/strict';
import { addressIn } from './mime.mjs';
import { until } from './until.mjs';
import { Visitor } from './visitor.mjs';

/**
 * A visitor asks, leaves an address, and is answered by e-mail into the sandbox. Returns `{number, address,
 * replyAddress}`: the conversation's number, the visitor's address, and the address at which answers are received.
 */
export async function mailedConversation(server, agent, address) {
  const visitor = await Visitor.arrives(server.url, agent.website_token);
  const { id: number } = await visitor.asks('Is the blue one in stock?');
  await visitor.givesAddress(address);
  await agent.replies(number, 'It is.', 'email');
  const mail = await until(`a mail to ${address} lies in the sandbox`, async () =>
    (await agent.sandboxMails()).find(({ to, subject }) => JSON.stringify(to).includes(address) && subject.startsWith(`[#${number}]`)));
  const replyAddress = addressIn(mail.reply_to);
  assert.match(replyAddress, /^reply\+[0-9a-f]{32}@/);
  return { number, address, replyAddress };
}

/** A short mail from the conversation's contact; `words` end up in the thread. */
export const shortMail = ({ address, replyAddress }, words, id) => [
  `From: Vera <${address}>`,
  `To: <${replyAddress}>`,
  'Subject: Re: The blue one',
  `Message-ID: <${id}@customer.example>`,
  'Date: Sun, 22 Nov 2026 10:00:00 +0000',
  'Content-Type: text/plain; charset=utf-8',
  '',
  words,
  '',
].join('\r\n');
