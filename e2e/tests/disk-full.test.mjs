// The disk is full: mail is refused for later (503) and nothing is half written; once there is room again everything that
// was accepted is in its conversation, without a restart. The disk is a small one of its own, in memory.
import assert from 'node:assert/strict';
import { closeSync, ftruncateSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { postMail } from '../lib/http.mjs';
import { assertLedger, ends, settled } from '../lib/ledger.mjs';
import { mailedConversation } from '../lib/mailed-conversation.mjs';
import { temporaryFolder } from '../lib/paths.mjs';
import { newDatabase } from '../lib/postgres.mjs';
import { runAsRoot } from '../lib/privilege.mjs';
import { sampleMail } from '../lib/sample-mails.mjs';
import { Segue } from '../lib/segue.mjs';
import { until } from '../lib/until.mjs';

const mebibyte = 2 ** 20;

/** A disk of this many MiB, mounted until the test is over. */
function smallDisk(t, size) {
  const folder = temporaryFolder('disk');
  runAsRoot('mount', '-t', 'tmpfs', '-o', `size=${size}m,mode=0777`, 'tmpfs', folder);
  t.after(() => {
    runAsRoot('umount', '--lazy', folder);
    rmSync(folder, { recursive: true, force: true });
  });
  const ballast = join(folder, 'ballast');
  return {
    folder,
    /** Fills it up to the last byte, then gives `left` of them back. */
    fill(left = 0) {
      const { bavail, bsize } = statfsSync(folder);
      const file = openSync(ballast, 'w');
      let size = Math.max(bavail - 64, 0) * bsize;
      try {
        writeSync(file, Buffer.alloc(size));
        for (const page = Buffer.alloc(bsize); ; size += bsize) writeSync(file, page);
      } catch (error) {
        if (error.code !== 'ENOSPC') throw error;
      }
      ftruncateSync(file, size - left);
      closeSync(file);
    },
    makeRoom: () => rmSync(ballast),
  };
}

/** `fills` are how many bytes are left, time after time; `sizes` are those of the files in the mails. */
async function survives(t, { disk, server, fills, sizes, mustRefuse }) {
  const agent = await server.setUp();
  await agent.enableInbound('in.acme.example');
  const thread = await mailedConversation(server, agent, 'vera@customer.example');
  const accepted = new Map();
  let count = 0;
  const post = async (mail, id) => {
    const status = await postMail(server, mail);
    if (status === 204) accepted.set(`${id}@customer.example`, [thread.number]);
    return status;
  };
  for (const left of fills) {
    disk.fill(left);
    const refused = [];
    for (let index = 0; index < 30; index += 1) {
      count += 1;
      const mail = [sampleMail([thread], `full.${count}`, { attached: sizes[index % sizes.length] }), `full.${count}`];
      const status = await post(...mail);
      assert.ok(status === 204 || status === 503, `a full disk is answered with ${status}`);
      if (status === 503) refused.push(mail);
    }
    t.diagnostic(`${left} bytes left: ${refused.length} of 30 refused`);
    if (mustRefuse) assert.ok(refused.length > 0, 'some mails were refused');
    assert.equal((await fetch(`${server.url}/health`)).status, 200);
    disk.makeRoom();
    for (const mail of refused) {
      await until('a mail that was refused is accepted', async () => (await post(...mail)) === 204, { within: 20_000 });
    }
    assert.ok(server.program.running, 'it is still the same process');
  }
  await settled(agent);
  assert.deepEqual(ends(server), { delivered: accepted.size });
  await assertLedger(server, accepted);
}

test('the disk of the database is full, on SQLite', async (t) => {
  const disk = smallDisk(t, 64);
  const server = await Segue.start({ folder: join(disk.folder, 'data') });
  t.after(() => server.end());
  await survives(t, { disk, server, fills: [0, 64 * 1024, mebibyte, 0], sizes: [0, 2_000, 300_000], mustRefuse: true });
});

test('the disk of the files is full, on PostgreSQL', async (t) => {
  const database = newDatabase();
  const disk = smallDisk(t, 32);
  const server = await Segue.start({ databaseUrl: database.url, env: { SEGUE_BLOBS_URL: `file:${join(disk.folder, 'blobs')}` } });
  t.after(async () => {
    await server.end();
    database.drop();
  });
  await survives(t, { disk, server, fills: [0, 64 * 1024, mebibyte], sizes: [0, 2_000, 300_000], mustRefuse: true });
});
