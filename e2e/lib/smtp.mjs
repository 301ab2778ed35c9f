// A small SMTP client (RFC 5321), as a mail program submits one message.
import { connect } from 'node:net';

/** Dot-stuffed, CRLF line ends, terminated: what goes after DATA. */
const stuffed = (message) => `${message.replace(/\r?\n/g, '\r\n').replace(/^\./gm, '..').replace(/(\r\n)?$/, '\r\n')}.\r\n`;

/**
 * Submits `message` (RFC 5322 text) from `from` to the addresses in `to`; resolves with the server's answer to
 * the message, rejects with the first answer that is not the expected one.
 */
export async function submit({ port, host = '127.0.0.1', from, to, message }) {
  const socket = connect({ host, port });
  socket.setEncoding('utf8');
  socket.setTimeout(15_000, () => socket.destroy(new Error('the SMTP server said nothing for 15 s')));
  const answers = replies(socket);
  const say = async (line, expected) => {
    if (line !== null) socket.write(line);
    const { value: answer, done } = await answers.next();
    if (done) throw new Error(`the SMTP server hung up after ${JSON.stringify(line)}`);
    if (!answer.startsWith(expected)) throw new Error(`${JSON.stringify(line?.slice(0, 80))} was answered: ${answer}`);
    return answer;
  };
  try {
    await say(null, '220');
    await say('EHLO customer.example\r\n', '250');
    await say(`MAIL FROM:<${from}>\r\n`, '250');
    for (const address of to) await say(`RCPT TO:<${address}>\r\n`, '250');
    await say('DATA\r\n', '354');
    const accepted = await say(stuffed(message), '250');
    await say('QUIT\r\n', '221');
    return accepted;
  } finally {
    socket.destroy();
  }
}

/** Whether a server that greets as SMTP listens on this port. */
export const greets = (port) => new Promise((resolve) => {
  const socket = connect({ host: '127.0.0.1', port });
  socket.setTimeout(1_000, () => socket.destroy());
  socket.once('data', (data) => { resolve(data.toString().startsWith('220')); socket.end('QUIT\r\n'); });
  socket.once('error', () => resolve(false));
  socket.once('close', () => resolve(false));
});

/** The server's answers, one each, multi-line answers joined. */
async function* replies(socket) {
  let buffered = '';
  let lines = [];
  for await (const chunk of socket) {
    buffered += chunk;
    for (let end; (end = buffered.indexOf('\r\n')) >= 0;) {
      lines.push(buffered.slice(0, end));
      buffered = buffered.slice(end + 2);
      if (/^\d{3}( |$)/.test(lines.at(-1))) {
        yield lines.join('\n');
        lines = [];
      }
    }
  }
}
