// What a real mail server does with `segue ingress` when it is set up by the lines of the administrator's page: several
// recipients, a recipient only the envelope knows, and every failure a mail has to survive in the queue.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { test } from 'node:test';
import { startExim } from '../lib/exim.mjs';
import { startLoop } from '../lib/loop.mjs';
import { addressIn } from '../lib/mime.mjs';
import { startPostfix } from '../lib/postfix.mjs';
import { submit } from '../lib/smtp.mjs';
import { until } from '../lib/until.mjs';
import { Visitor } from '../lib/visitor.mjs';

const postfix = {
  startMailServer: startPostfix,
  accepted: /relay=(segue|local),.*status=sent/g,
  deferred: (code, words) => new RegExp(`dsn=${code.replaceAll('.', '\\.')}, status=deferred \\(.*${words}`),
  bounced: /status=bounced|status=expired/,
};

/** Each mail server: how it is started, and what its log says of a mail that was taken, put off, given back. */
const servers = {
  'Postfix by transport': { ...postfix, options: { way: 'transport' } },
  'Postfix by alias': { ...postfix, options: { way: 'alias' } },
  Exim: {
    startMailServer: startExim,
    accepted: / => .*T=segue_pipe/g,
    deferred: (_, words) => new RegExp(`segue_pipe transport output: .*${words}[^]*== .*T=segue_pipe defer`),
    bounced: /\*\* /,
  },
};

/** A conversation that was answered by mail through the mail server: `{number, replyAddress}`. */
async function thread({ server, agent, mailServer }, address) {
  const visitor = await Visitor.arrives(server.url, agent.website_token);
  const { id: number } = await visitor.asks('Is the blue one in stock?');
  await visitor.givesAddress(address);
  await agent.replies(number, 'It is.', 'email');
  const mail = await mailServer.customers.next();
  return { number, replyAddress: addressIn(mail.header('Reply-To')) };
}

const letter = ({ to, words, id }) =>
  ['From: Vera <vera@customer.example>', `To: ${to}`, 'Subject: Blue', `Message-ID: <${id}@customer.example>`, '', words, ''].join('\r\n');

for (const [name, { startMailServer, options, accepted, deferred, bounced }] of Object.entries(servers)) {
  test(`${name}: two recipients, named in the mail or only on the envelope`, async (t) => {
    const loop = await startLoop({ startMailServer, options });
    t.after(loop.end);
    const { agent, mailServer } = loop;
    const threads = [await thread(loop, 'vera@customer.example'), await thread(loop, 'vera@customer.example')];
    const to = threads.map(({ replyAddress }) => replyAddress);
    const send = (message) => submit({ port: mailServer.port, from: 'vera@customer.example', to, message });
    const taken = (count) => until(`${count} copies were taken`, () => mailServer.log().match(accepted)?.length === count)
      .catch((error) => assert.fail(`${error.message}\n${mailServer.log()}`));

    await send(letter({ to: to.join(', '), words: 'To both of you.', id: 'open' }));
    await taken(2);
    await send(letter({ to: 'undisclosed-recipients:;', words: 'Blind to both.', id: 'blind' }));
    await taken(4);
    await until('no mail is pending', async () => (await agent.inboundMails('?state=pending')).length === 0);
    for (const { number } of threads) {
      const contents = (await agent.mailed(number)).map(({ content }) => content);
      assert.deepEqual(contents.sort(), ['Blind to both.', 'To both of you.'], `conversation ${number} has each once`);
    }
    const rows = await agent.inboundMails();
    assert.deepEqual(rows.map(({ state }) => state), ['delivered', 'delivered', 'delivered', 'delivered']);
    const sources = await Promise.all(rows.map(({ id }) => agent.source(id)));
    for (const source of sources) {
      assert.ok(!source.startsWith('From '), `no mbox line: ${source.slice(0, 200)}`);
      assert.equal(source.match(/^X-Original-To: /gm)?.length, 1, `one recipient each: ${source}`);
      assert.match(source, /^Return-[Pp]ath: <vera@customer\.example>/m);
    }
    assert.ok(!bounced.test(mailServer.log()), 'nothing bounced');
  });

  test(`${name}: no mistake and no outage bounces a mail`, async (t) => {
    const loop = await startLoop({ startMailServer, options });
    t.after(loop.end);
    const { server, agent, mailServer, passwordFile, setPassword } = loop;
    const { number, replyAddress } = await thread(loop, 'vera@customer.example');
    const later = (code, words) => until(`the mail waits: ${words}`, () => deferred(code, words).test(mailServer.log()), { within: 30_000 })
      .catch((error) => assert.fail(`${error.message}\n${mailServer.log()}`));

    setPassword('a typing mistake');
    const message = letter({ to: replyAddress, words: 'Patience.', id: 'patient' });
    await submit({ port: mailServer.port, from: 'vera@customer.example', to: [replyAddress], message });
    await later('4.7.0', 'Invalid credentials for ingress');
    rmSync(passwordFile);
    await later('4.3.5', 'cannot read .*No such file or directory');
    setPassword(server.ingressPassword);
    await server.kill();
    await later('4.4.2', 'Network error relaying to ingress');
    await server.start();
    await until('the mail arrives after all', async () => (await agent.mailed(number)).length > 0, { within: 30_000 });
    await until('the mail server is done', () => accepted.test(mailServer.log()));
    assert.deepEqual((await agent.mailed(number)).map(({ content }) => content), ['Patience.']);
    assert.ok(!bounced.test(mailServer.log()), mailServer.log());
    assert.deepEqual(mailServer.customers.names().length, 1, 'the customer got no mail besides the reply');
  });
}
