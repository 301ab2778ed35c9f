// The mail providers of the administrator's page: its variables and commands as they stand there, with signatures that are
// really valid, against a running server. What only Amazon can sign is followed by crates/server/tests/ingress_providers.rs.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { test } from 'node:test';
import { mailedConversation } from '../lib/mailed-conversation.mjs';
import { block, says, variables } from '../lib/page.mjs';
import { temporaryFolder } from '../lib/paths.mjs';
import { ownServer } from '../lib/postgres.mjs';
import { Segue } from '../lib/segue.mjs';
import { until } from '../lib/until.mjs';

/**
 * Each provider: the word of the page that stands for its secret, what its command prints, and what the command prints
 * where the page's first word is another (`lacking`).
 */
const providers = {
  mailgun: { secret: 'KEY', stored: 204, lacking: ['body-mime@', 'body-plain@', 400] },
  mandrill: { secret: 'KEY', stored: 200, lacking: ['raw_msg', 'text', 422] },
  postmark: { secret: 'PASSWORD', stored: 204, lacking: ['RawEmail', 'TextBody', 422] },
  sendgrid: { secret: 'PASSWORD', stored: 204, lacking: ['email=<', 'text=<', 400] },
};
const nobody = 'nobody@in.example.org';
const me = 'you@example.net';

/** Replaces every word; one that is not there is a mistake. */
const replaced = (text, words) => Object.entries(words).reduce((text, [theirs, ours]) => {
  assert.ok(text.includes(theirs), `${theirs} is not in:\n${text}`);
  return text.replaceAll(theirs, ours);
}, text);

/** The variables of the page's block, with a secret of this test in place of the page's word. */
const settings = (name, { secret }, value) => variables(`${name} environment`, secret ? { [`=${secret}\n`]: `=${value}\n` } : {});

/** The page's console lines, followed. */
async function switchedOn(server) {
  const agent = await server.setUp();
  server.run(['console'], { input: block('console').trim().split('\n').slice(1).join('\n') + '\n' });
  return agent;
}

/** The page's command for that server, in the folder of the mail; `more` are further words of it to replace. */
function post(t, server, name, value, more = {}) {
  const folder = temporaryFolder('provider');
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const other = (text) => text.replaceAll(nobody, more[nobody] ?? nobody).replaceAll(me, more[me] ?? me);
  const run = (text) => execFileSync('bash', ['-c', text], { cwd: folder, encoding: 'utf8' });
  run(other(block('provider mail')));
  const at = value && providers[name].secret === 'PASSWORD'
    ? { [`https://actionmailbox:PASSWORD@${new URL(says.site).host}`]: server.url.replace('//', `//actionmailbox:${value}@`) }
    : { [says.site]: server.url, ...(value ? { "'KEY'": `'${value}'` } : {}) };
  const rest = Object.fromEntries(Object.entries(more).filter(([word]) => word !== nobody && word !== me));
  return run(other(replaced(block(`${name} curl`), { ...at, ...rest })));
}

const status = (printed) => Number(/(\d{3})\n$/.exec(printed)?.[1]);
const settled = (agent) => until('no mail is pending', async () => (await agent.inboundMails('?state=pending')).length === 0);

for (const [name, provider] of Object.entries(providers)) {
  test(`${name} as the page says`, async (t) => {
    const value = randomBytes(16).toString('hex');
    const env = settings(name, provider, value);
    const server = await Segue.start({ env });
    t.after(() => server.end());
    const agent = await switchedOn(server);
    assert.equal(post(t, server, name, value), `${provider.stored}\n`, 'the command prints what the page says');
    await settled(agent);
    const [row, ...others] = await agent.inboundMails();
    assert.deepEqual([row.state, row.ingress, others.length], ['unrouted', name, 0]);
    assert.match(row.from, /you@example\.net/);

    const thread = await mailedConversation(server, agent, 'vera@customer.example');
    const reply = { [nobody]: thread.replyAddress, [me]: thread.address };
    for (let time = 0; time < 2; time += 1) assert.equal(post(t, server, name, value, reply), `${provider.stored}\n`);
    await settled(agent);
    assert.deepEqual((await agent.mailed(thread.number)).map(({ content }) => content), ['It works.']);

    const [theirs, ours, answer] = provider.lacking;
    assert.equal(status(post(t, server, name, value, { [theirs]: ours })), answer);
    assert.equal(status(post(t, server, name, 'a-typing-mistake')), 401);
    const [, refused] = await until('the log says why', () => /a request was refused.*status=401.*words=([^\n]*)/.exec(server.program.output));
    assert.ok(refused.length > 10, refused);

    const [variable] = Object.entries(env).find(([, kept]) => kept === value);
    for (const [without, expected] of [[{ [variable]: '' }, 500], [{ RAILS_INBOUND_EMAIL_SERVICE: 'relay' }, 404]]) {
      await server.program.stop();
      Object.assign(server.env, env, without);
      await server.start();
      assert.equal(status(post(t, server, name, value)), expected, JSON.stringify(without));
    }
    assert.equal((await agent.mailed(thread.number)).length, 1);
  });
}

test('the ingress of Amazon SES lets in nobody whom Amazon did not sign', async (t) => {
  const server = await Segue.start({ env: variables('ses environment', {}) });
  t.after(() => server.end());
  const agent = await switchedOn(server);
  assert.equal(post(t, server, 'ses'), '401\n');
  assert.deepEqual(await agent.inboundMails(), []);
});

test('with the database away every provider is told to come again, and then nothing is missing', async (t) => {
  const postgres = await ownServer();
  t.after(() => postgres.end());
  const value = randomBytes(16).toString('hex');
  const env = Object.assign({}, ...Object.entries(providers).map(([name, provider]) => settings(name, provider, value)));
  const server = await Segue.start({ databaseUrl: postgres.url, env: { ...env, RAILS_INBOUND_EMAIL_SERVICE: Object.keys(providers).join(',') } });
  t.after(() => server.end());
  const agent = await switchedOn(server);
  const all = () => Object.keys(providers).map((name) => status(post(t, server, name, value)));
  postgres.stop('fast');
  assert.deepEqual(all(), [503, 503, 503, 503]);
  postgres.start();
  await until('Mailgun gets rid of its mail', () => status(post(t, server, 'mailgun', value)) === 204, { within: 20_000 });
  assert.deepEqual(all(), [204, 200, 204, 204]);
  await settled(agent);
  const ingresses = (await agent.inboundMails()).map(({ ingress }) => ingress);
  assert.deepEqual(ingresses.sort(), ['mailgun', 'mandrill', 'postmark'], 'the page has Mailgun and SendGrid bring the same mail');
});
