// An e-mail inbox whose mailbox a real Dovecot serves.
import { Dovecot } from './dovecot.mjs';
import { Segue } from './segue.mjs';
import { until } from './until.mjs';

/** The inbox's own address. */
export const address = 'help@acme.example';

/** A mail to the inbox; `more` are headers. */
export const mailTo = (to, id, { from = 'Vera Ost <vera@customer.example>', more = [] } = {}) => [
  ...more,
  `From: ${from}`,
  `To: <${to}>`,
  `Subject: About ${id}`,
  `Message-ID: <${id}@customer.example>`,
  `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
  'Content-Type: text/plain; charset=utf-8',
  '',
  `Words of ${id}.`,
  '',
].join('\r\n');

/** A Segue with an e-mail inbox, and a Dovecot with its mailbox. */
export async function house(t, { env = {}, databaseUrl } = {}) {
  const mailbox = await Dovecot.start();
  t.after(() => mailbox.end());
  const server = await Segue.start({
    databaseUrl,
    env: { SAFE_FETCH_ALLOW_PRIVATE_NETWORK: 'true', SEGUE_EXTRA_CA_CERTS: mailbox.certificate, SEGUE_RESOLVER: 'off', ...env },
  });
  t.after(() => server.end());
  const agent = await server.setUp();
  const made = await agent.makeInbox({ name: 'Help', channel: { type: 'email', email: address } });
  const path = `/inboxes/${made.id}`;
  const ofOurs = async () => (await agent.conversations()).filter(({ inbox_id }) => inbox_id === made.id);
  return {
    mailbox,
    server,
    agent,
    id: made.id,
    change: (imap) => agent.call('PATCH', path, imap),
    check: () => agent.call('POST', `${path}/imap_check`),
    state: async () => (await agent.call('GET', path)).imap_state,
    settings: { imap_enabled: true, imap_address: 'localhost', imap_port: mailbox.imaps, imap_login: 'support', imap_password: 'pa55word' },
    conversations: ofOurs,
    /** Waits until the mails with these ids, and no others, have begun conversations. */
    begun: (ids, options) => until(`${ids.join(', ')} have begun conversations`, async () => {
      const said = (await Promise.all((await ofOurs()).map(async ({ id }) => (await agent.messages(id))[0]?.content))).sort();
      if (said.length > ids.length) throw Object.assign(new Error(`there are too many: ${said}`), { fatal: true });
      return said.join() === ids.map((id) => `Words of ${id}.`).sort().join();
    }, { within: 20_000, ...options }).catch((error) => { throw new Error(`${error.message}\n${mailbox.log()}\n${server.program.output}`); }),
    /** Waits until a look has gone well since `since`. */
    looked: (since) => until('the mailbox has been looked into', async () => {
      const state = (await agent.call('GET', path)).imap_state;
      return state?.ok && state.succeeded_at * 1000 >= since && state;
    }, { within: 20_000 }).catch((error) => { throw new Error(`${error.message}\n${mailbox.log()}\n${server.program.output}`); }),
  };
}

/** Now, in whole seconds as the server tells times. */
export const now = () => Math.floor(Date.now() / 1000) * 1000;
