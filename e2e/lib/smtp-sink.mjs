// A mail server that accepts everything, keeps it, and answers when it is told to: for looking at what is sent.
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Listens on a free port. `delay()` gives the milliseconds between the end of a mail and its 250. Returns
 * `{port, mails, stop()}`; a mail is kept (as text) once it came in whole, whether or not the client heard the 250.
 */
export async function startSink({ delay = () => 0 } = {}) {
  const mails = [];
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setEncoding('latin1');
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    let buffered = '';
    let inData = false;
    const say = (line) => socket.writable && socket.write(`${line}\r\n`);
    socket.on('data', async (chunk) => {
      buffered += chunk;
      for (;;) {
        const mark = inData ? '\r\n.\r\n' : '\r\n';
        const end = buffered.indexOf(mark);
        if (end < 0) return;
        const piece = buffered.slice(0, end);
        buffered = buffered.slice(end + mark.length);
        if (inData) {
          inData = false;
          mails.push(`${piece.replace(/^\.\./gm, '.')}\r\n`);
          await pause(delay());
          say('250 2.0.0 kept');
        } else if (/^DATA$/i.test(piece)) {
          inData = true;
          say('354 go on');
        } else if (/^QUIT$/i.test(piece)) {
          say('221 2.0.0 bye');
          socket.end();
        } else {
          say('250 2.0.0 yes');
        }
      }
    });
    say('220 sink.segue.test ESMTP');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = () => new Promise((resolve) => {
    for (const socket of sockets) socket.destroy();
    server.close(resolve);
  });
  return { port: server.address().port, mails, stop };
}
