// Enough of MIME to read the mails that Segue sends, and to write the answer a mail program would write.
// Reading is strict on purpose: a mail this cannot read is a mail some program out there cannot read.

/** A header's values, unfolded, in order of appearance. */
const unfold = (head) => head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/).map((line) => {
  const colon = line.indexOf(':');
  if (colon < 1) throw new Error(`not a header line: ${JSON.stringify(line)}`);
  return [line.slice(0, colon), line.slice(colon + 1).trim()];
});

const decoders = {
  '7bit': (text) => text,
  '8bit': (text) => text,
  'quoted-printable': (text) => Buffer.from(text.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/gi, (_, hex) =>
    String.fromCharCode(parseInt(hex, 16))), 'latin1').toString('utf8'),
  base64: (text) => Buffer.from(text, 'base64').toString('utf8'),
};

/** Parses a mail or a part: `{headers, header(name), all(name), type, text, parts, part(type)}`. */
export function parse(source) {
  const split = /\r?\n\r?\n/.exec(source);
  if (!split) throw new Error('a mail without an empty line after its headers');
  const headers = unfold(source.slice(0, split.index));
  const body = source.slice(split.index + split[0].length);
  const all = (name) => headers.filter(([key]) => key.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
  const header = (name) => all(name)[0] ?? null;
  const contentType = header('Content-Type') ?? 'text/plain';
  const type = contentType.split(';')[0].trim().toLowerCase();
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  const parts = boundary ? bodies(body, boundary).map(parse) : [];
  const encoding = (header('Content-Transfer-Encoding') ?? '7bit').toLowerCase();
  const text = boundary ? null : decoders[encoding](body).replace(/\r\n/g, '\n');
  const mail = { source, headers, header, all, type, parts, text };
  /** The first part of this media type, at any depth; the mail itself counts. */
  mail.part = (wanted) => (type === wanted ? mail : parts.map((part) => part.part(wanted)).find(Boolean) ?? null);
  return mail;
}

function bodies(body, boundary) {
  const pieces = `\n${body}`.split(`\n--${boundary}`);
  if (!pieces.at(-1).startsWith('--')) throw new Error(`the multipart body is not closed by --${boundary}--`);
  return pieces.slice(1, -1).map((piece) => piece.replace(/^[ \t]*\r?\n/, '').replace(/\r$/, ''));
}

/** The bare address of a header like `"Name" <address>`. */
export const addressIn = (value) => /<([^<>]+)>\s*$/.exec(value)?.[1] ?? value.trim();

/** The ids in a header like `<a@b> <c@d>`, with their brackets. */
export const idsIn = (value) => value?.match(/<[^<>\s]+>/g) ?? [];

/**
 * The answer to `mail` as a mail program builds it: to its Reply-To, in its thread, the new words above the
 * quoted history, both as plain text and HTML.
 */
export function answerTo(mail, { from, name, words, messageId, date = new Date() }) {
  const boundary = `answer-${messageId.replace(/[^a-z0-9]/gi, '')}`;
  const quoted = mail.part('text/plain').text.trimEnd();
  const wrote = `On ${mail.header('Date')}, ${mail.header('From').replace(/"/g, '')} wrote:`;
  const escape = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  const subject = mail.header('Subject').replace(/^(?!re:)/i, 'Re: ');
  return [
    `From: ${name} <${from}>`,
    `To: ${mail.header('Reply-To')}`,
    `Subject: ${subject}`,
    `Date: ${date.toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: ${messageId}`,
    `In-Reply-To: ${mail.header('Message-ID')}`,
    `References: ${[...idsIn(mail.header('References')), mail.header('Message-ID')].join('\n ')}`,
    'MIME-Version: 1.0',
    `Content-Type: multipart/alternative; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset="UTF-8"',
    'Content-Transfer-Encoding: 8bit',
    '',
    words,
    '',
    wrote,
    '',
    ...quoted.split('\n').map((line) => (line ? `> ${line}` : '>')),
    '',
    `--${boundary}`,
    'Content-Type: text/html; charset="UTF-8"',
    'Content-Transfer-Encoding: 8bit',
    '',
    `<div dir="ltr">${escape(words)}</div><br>`,
    `<div class="gmail_quote"><div dir="ltr" class="gmail_attr">${escape(wrote)}<br></div>`,
    `<blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex">`,
    ...quoted.split('\n').map((line) => `${escape(line)}<br>`),
    '</blockquote></div>',
    '',
    `--${boundary}--`,
    '',
  ].join('\r\n');
}
