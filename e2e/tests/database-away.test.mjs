// PostgreSQL is taken away from a running server and given back: 503 while it is gone, and without a restart of the server
// everything that was accepted before, between and afterwards ends where it belongs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { postMail } from '../lib/http.mjs';
import { assertLedger, ends, settled } from '../lib/ledger.mjs';
import { mailedConversation } from '../lib/mailed-conversation.mjs';
import { ownServer } from '../lib/postgres.mjs';
import { sampleMail } from '../lib/sample-mails.mjs';
import { Segue } from '../lib/segue.mjs';
import { until } from '../lib/until.mjs';

for (const mode of ['fast', 'immediate']) {
  test(`PostgreSQL goes away (${mode} shutdown) and comes back`, async (t) => {
    const postgres = await ownServer();
    t.after(() => postgres.end());
    const server = await Segue.start({ databaseUrl: postgres.url });
    t.after(() => server.end());
    const agent = await server.setUp();
    await agent.enableInbound('in.acme.example');
    const thread = await mailedConversation(server, agent, 'vera@customer.example');
    const accepted = new Map();
    let count = 0;
    /** Posts a mail that nobody posted before; returns the answer's status. */
    const post = async (mail, id) => {
      const status = await postMail(server, mail);
      if (status === 204) accepted.set(`${id}@customer.example`, [thread.number]);
      return status;
    };
    const another = (attached = 0) => {
      count += 1;
      return [sampleMail([thread], `away.${count}`, { attached }), `away.${count}`];
    };

    for (let time = 0; time < 3; time += 1) {
      // the last of these are accepted and not yet routed when the database goes
      const before = await Promise.all(Array.from({ length: 20 }, (_, index) => post(...another(index % 10 === 0 ? 300_000 : 0))));
      assert.deepEqual(new Set(before), new Set([204]));
      postgres.stop(mode);
      const refused = [another(), another(300_000), another()];
      const begin = performance.now();
      assert.deepEqual(await Promise.all(refused.map((mail) => post(...mail))), [503, 503, 503]);
      const took = Math.round(performance.now() - begin);
      t.diagnostic(`refused after ${took} ms`);
      assert.ok(took < 10_000, `the mail server is told in time: ${took} ms`);
      assert.equal((await fetch(`${server.url}/ready`)).status, 503);
      assert.equal((await fetch(`${server.url}/health`)).status, 200);
      postgres.start();
      const back = performance.now();
      for (const mail of refused) {
        await until('the mail that was refused is accepted', async () => (await post(...mail)) === 204, { within: 20_000 });
      }
      t.diagnostic(`accepts again after ${Math.round(performance.now() - back)} ms`);
      assert.ok(server.program.running, 'it is still the same process');
    }
    await settled(agent);
    assert.deepEqual(ends(server), { delivered: accepted.size });
    await assertLedger(server, accepted);
  });
}
