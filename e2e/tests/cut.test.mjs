// What an agent sees under the fold of a mail, and the cut moved by keys and by pointer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Browser, keepScreen, sizes } from '../lib/browser.mjs';
import { DeskPage } from '../lib/desk-page.mjs';
import { postMail } from '../lib/http.mjs';
import { mailedConversation, shortMail } from '../lib/mailed-conversation.mjs';
import { Segue } from '../lib/segue.mjs';
import { until } from '../lib/until.mjs';

const words = ['Then I take the blue one.', 'Can it be here by Friday?', '', 'On Sun, Nov 22, 2026 at 9:00 AM Ada <support@acme.example> wrote:', '> It is.', '> Shall we keep it for you?'];

test('an agent reads why a mail was cut, moves the cut, shows everything, and goes back', async (t) => {
  const server = await Segue.start();
  t.after(() => server.end());
  const agent = await server.setUp();
  await agent.enableInbound('in.acme.example');
  const thread = await mailedConversation(server, agent, 'vera@customer.example');
  assert.equal(await postMail(server, shortMail(thread, words.join('\r\n'), 'cut')), 204);
  const said = async () => (await agent.mailed(thread.number)).at(-1)?.content;
  const found = words.slice(0, 2).join('\n');
  await until('the mail is in the conversation', async () => (await said()) === found);

  const browser = await Browser.launch(t);
  const page = await browser.person('agent');
  const desk = new DeskPage(page, server.url);
  await desk.signIn(agent);
  await desk.conversations.first().click();
  const fold = desk.thread.getByRole('button', { name: 'Show the earlier text' });
  await fold.click();
  await desk.thread.getByText(/^earlier mail, introduced by .* — certain$/).waitFor();
  await keepScreen(page, 'cut-1-why');

  await desk.thread.getByRole('button', { name: 'Move the cut' }).click();
  const slider = desk.thread.getByRole('slider', { name: 'Where the message ends' });
  assert.equal(await slider.getAttribute('aria-valuenow'), '2');
  await page.keyboard.press('ArrowUp');
  assert.match(await slider.getAttribute('aria-valuetext'), /^Cut below line 1 of 6: Then I take/);
  await keepScreen(page, 'cut-2-moving');
  await page.emulateMedia({ colorScheme: 'dark' });
  await keepScreen(page, 'cut-2-moving-dark');
  await page.keyboard.press('Escape');
  assert.equal(await slider.count(), 0);
  assert.equal(await said(), found, 'left as it was');

  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await desk.thread.getByText('Cut moved by Ada Byron').waitFor();
  await until('the words end above the cut', async () => (await said()) === words[0]);
  await keepScreen(page, 'cut-3-moved-dark');
  await page.emulateMedia({ colorScheme: 'light' });

  await page.setViewportSize(sizes.phone);
  await desk.thread.getByRole('button', { name: 'Move the cut' }).click();
  await slider.getByText('> It is.', { exact: true }).click({ position: { x: 20, y: 20 } });
  await keepScreen(page, 'cut-4-moving-phone');
  await desk.thread.getByRole('button', { name: 'Cut here' }).click();
  await until('the words end below that line', async () => (await said()).endsWith('> It is.'));
  await keepScreen(page, 'cut-5-moved-phone');
  await desk.thread.getByRole('button', { name: 'Show everything' }).click();
  await until('everything is shown', async () => (await said()) === words.join('\n'));
  await desk.thread.getByRole('button', { name: 'undo' }).click();
  await until('it is as it was found', async () => (await said()) === found);
  await page.setViewportSize(sizes.desk);
  await desk.thread.getByRole('button', { name: 'Original' }).click();
  await page.getByText('Folded away: quoted line by line — certain').waitFor();
  await keepScreen(page, 'cut-6-original');
  assert.deepEqual(browser.errors, []);
});
