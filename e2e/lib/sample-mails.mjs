// Mails of many shapes for the tests that break things: short and long ones, with files, to one conversation or two.
import { createHash } from 'node:crypto';

const wrapped = (bytes) => bytes.toString('base64').replace(/.{76}/g, '$&\r\n');

/** Bytes that do not compress, the same ones each time. */
function noise(seed, size) {
  const blocks = [];
  for (let count = 0; count * 32 < size; count += 1) blocks.push(createHash('sha256').update(`${seed}/${count}`).digest());
  return Buffer.concat(blocks).subarray(0, size);
}

/**
 * A mail from the contact of the conversations in `threads` (see mailed-conversation.mjs) to all of them, with the
 * Message-ID `id@customer.example`, and a file of `attached` bytes where that is not 0.
 */
export function sampleMail(threads, id, { attached = 0 } = {}) {
  const head = [
    `From: Vera <${threads[0].address}>`,
    `To: ${threads.map(({ replyAddress }) => `<${replyAddress}>`).join(', ')}`,
    'Subject: Re: The blue one',
    `Message-ID: <${id}@customer.example>`,
    'Date: Sun, 22 Nov 2026 10:00:00 +0000',
    'MIME-Version: 1.0',
  ];
  const words = `Mail ${id}.`;
  if (attached === 0) return [...head, 'Content-Type: text/plain; charset=utf-8', '', words, ''].join('\r\n');
  return [
    ...head,
    'Content-Type: multipart/mixed; boundary="cut"',
    '',
    '--cut',
    'Content-Type: text/plain; charset=utf-8',
    '',
    words,
    '--cut',
    `Content-Type: application/octet-stream; name="${id}.bin"`,
    `Content-Disposition: attachment; filename="${id}.bin"`,
    'Content-Transfer-Encoding: base64',
    '',
    wrapped(noise(id, attached)),
    '--cut--',
    '',
  ].join('\r\n');
}
