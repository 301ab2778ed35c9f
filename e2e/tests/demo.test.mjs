// The newcomer's path: `segue demo`, the page it serves, a chat, the dashboard, the sandbox, an answer as the recipient.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { test } from 'node:test';
import { Browser, keepScreen, sizes } from '../lib/browser.mjs';
import { DeskPage } from '../lib/desk-page.mjs';
import { freePorts } from '../lib/ports.mjs';
import { segueBinary, temporaryFolder } from '../lib/paths.mjs';
import { Program } from '../lib/process.mjs';
import { until } from '../lib/until.mjs';
import { WidgetPage } from '../lib/widget-page.mjs';

const question = 'Which bindings do you repair?';
const reply = 'Leather and cloth; paper on request.';
const answer = 'Then I will bring my grandfather’s atlas.';

/** Starts the demo and reads what it prints for the newcomer. */
async function startDemo(t) {
  const [port] = await freePorts(1);
  const folder = temporaryFolder('demo');
  const program = new Program(segueBinary, ['demo'], { env: { PATH: process.env.PATH, HOME: folder, PORT: String(port), SMTP_ADDRESS: 'mail.invalid' }, only: true, cwd: folder });
  t.after(async () => {
    await program.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const printed = await until('the demo prints its addresses', () => {
    program.mustRun();
    const said = program.output;
    const page = /http:\/\/\S+\/demo\b/.exec(said)?.[0];
    const [, email, password] = /(\S+@\S+) \/ (\S+)\n/.exec(said) ?? [];
    return page && email && { page, email, password, url: new URL(page).origin };
  });
  await until('the demo is ready', async () => (await fetch(`${printed.url}/ready`)).ok);
  return printed;
}

test('a newcomer clicks through the whole loop in the demo', async (t) => {
  const demo = await startDemo(t);
  const browser = await Browser.launch(t);

  const visitorPage = await browser.person('visitor');
  const visitor = new WidgetPage(visitorPage);
  await visitor.visits(demo.page);
  await keepScreen(visitorPage, 'demo-1-page');
  await visitor.opens();
  await keepScreen(visitorPage, 'demo-2-widget-open');
  await visitor.says(question);
  await visitor.givesAddress('vera@customer.example');
  await keepScreen(visitorPage, 'demo-3-chat');
  await visitorPage.setViewportSize(sizes.phone);
  await keepScreen(visitorPage, 'demo-3-chat-phone');
  await visitorPage.close();

  const deskPage = await browser.person('agent');
  const desk = new DeskPage(deskPage, demo.url);
  await desk.signIn(demo);
  await keepScreen(deskPage, 'demo-4-list');
  await desk.opens(question);
  await desk.replies(reply);
  await keepScreen(deskPage, 'demo-5-planned');
  // the answer to the click comes late, after the socket has told that the mail is on its way; it must not undo that
  await deskPage.route('**/delivery', async (route) => {
    const response = await route.fetch();
    await desk.thread.getByText(/sandbox/i).first().waitFor();
    await route.fulfill({ response });
  });
  const answered = deskPage.waitForResponse(/\/delivery$/).then((response) => response.finished());
  await desk.thread.getByRole('button', { name: 'now', exact: true }).click();
  await answered;
  await deskPage.evaluate(() => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted))));
  assert.equal(await desk.thread.getByText(/kept in the sandbox/).count(), 1, 'the thread tells where the mail is');
  await keepScreen(deskPage, 'demo-6-sandboxed');

  await desk.goes('Sandbox');
  await deskPage.getByRole('region', { name: 'Mail sandbox' }).getByRole('listitem').first().click();
  await deskPage.getByLabel(/^Reply as/).fill(answer);
  await keepScreen(deskPage, 'demo-7-sandbox');
  await deskPage.getByRole('button', { name: /send their reply/i }).click();
  await deskPage.getByRole('link', { name: /^Conversation #/ }).click();
  await desk.message(answer).waitFor();
  assert.equal(await desk.message(answer).count(), 1, 'the answer stands once in the thread');
  await keepScreen(deskPage, 'demo-8-answered');
  await deskPage.setViewportSize(sizes.phone);
  await desk.message(answer).waitFor();
  await keepScreen(deskPage, 'demo-8-answered-phone');
  await deskPage.setViewportSize(sizes.desk);
  await desk.goes('Inbound log');
  await deskPage.getByRole('region', { name: /inbound/i }).getByRole('listitem').first().waitFor();
  await keepScreen(deskPage, 'demo-9-inbound-log');
  assert.deepEqual(browser.errors, [], 'no page reported an error');
});
