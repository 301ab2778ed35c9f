// What a running Segue costs. The claims are for release builds, and a development build is held to them too, but for
// the start of a command, where its unoptimised code gets a factor. SEGUE_BINARY names another build to measure.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { test } from 'node:test';
import { shortMail } from '../lib/mailed-conversation.mjs';
import { segueBinary, slack, webDist } from '../lib/paths.mjs';
import { freePorts } from '../lib/ports.mjs';
import { Segue } from '../lib/segue.mjs';

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

test('the server is ready within 300 ms on an existing database and idles under 60 MiB', async (t) => {
  const server = await Segue.start();
  t.after(() => server.end());
  await server.setUp();
  const starts = [];
  for (let round = 0; round < 5; round += 1) {
    await server.program.stop();
    starts.push(await server.start());
  }
  const status = readFileSync(`/proc/${server.program.pid}/status`, 'utf8');
  const resident = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)[1]) / 1024;
  t.diagnostic(`ready after ${starts.map(Math.round).join(', ')} ms; ${resident.toFixed(1)} MiB resident`);
  assert.ok(median(starts) < 300, `ready after ${median(starts)} ms`);
  assert.ok(resident < 60, `${resident} MiB resident`);
});

test('the piping command starts within 20 ms', async (t) => {
  const [closed] = await freePorts(1);
  const words = ['ingress', 'exim', '--url', `http://127.0.0.1:${closed}/rails/action_mailbox/relay/inbound_emails`];
  const input = shortMail({ address: 'vera@customer.example', replyAddress: 'reply@in.acme.example' }, 'Hello.', 'start-up');
  const runs = Array.from({ length: 15 }, () => {
    const begin = performance.now();
    const run = spawnSync(segueBinary, words, { input, env: { PATH: process.env.PATH, INGRESS_PASSWORD: 'secret' } });
    assert.equal(run.status, 75, `a server that is away defers the mail: ${run.stdout}${run.stderr}`);
    return performance.now() - begin;
  });
  // the fastest run tells what the command costs, the others what else the machine was doing
  const fastest = Math.min(...runs);
  t.diagnostic(`${fastest.toFixed(1)} ms at best, ${median(runs).toFixed(1)} ms at the median`);
  assert.ok(fastest < 20 * slack, `${fastest} ms`);
});

test('the widget is light: loader at most 3 KB, app at most 40 KB, gzipped', (t) => {
  const weight = (...path) => gzipSync(readFileSync(join(webDist, ...path)), { level: 9 }).length;
  const loader = weight('packs', 'js', 'sdk.js');
  const app = readdirSync(join(webDist, 'widget')).filter((name) => /\.(js|css)$/.test(name)).reduce((sum, name) => sum + weight('widget', name), 0);
  t.diagnostic(`loader ${loader} bytes, app ${app} bytes`);
  assert.ok(loader > 0 && loader <= 3 * 1024, `${loader} bytes`);
  assert.ok(app > 0 && app <= 40 * 1024, `${app} bytes`);
});
