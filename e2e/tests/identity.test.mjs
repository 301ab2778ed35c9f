// One person over two ways: an agent asks in a chat for the e-mail address, takes what is written, learns from the mail that
// comes that another contact is the same person, merges them, and takes that back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BotApi, atBotApi, telegramInbox } from '../lib/bot-api.mjs';
import { Browser, keepScreen, sizes } from '../lib/browser.mjs';
import { DeskPage } from '../lib/desk-page.mjs';
import { Segue } from '../lib/segue.mjs';
import { until } from '../lib/until.mjs';

const chat = 4711;
const address = 'carla@customer.example';

test('an address asked for in a chat leads to the same person, and back', async (t) => {
  const browser = await Browser.launch(t);
  const api = await BotApi.start(t);
  const server = await Segue.start({ env: atBotApi(api) });
  t.after(() => server.end());
  const agent = await server.setUp();
  await agent.enableInbound('in.acme.example');
  await telegramInbox(agent, api);
  await agent.call('POST', '/contacts', { name: 'Carla Customer', email: address, email_verified: true, phone_number: '+4930123456', custom_attributes: { plan: 'gold' } });
  await api.delivers(server, api.saying(chat, 'Carla', 'Where is my order?'));
  await until('the conversation is there', async () => (await agent.conversations()).length === 1);

  const page = await browser.person('Ada');
  const desk = new DeskPage(page, server.url);
  await desk.signIn(agent);
  await desk.opens('Where is my order?');
  await page.getByRole('button', { name: 'Ask for the e-mail address' }).click();
  assert.match(await desk.composer.inputValue(), /^Could you send me the e-mail address/);
  await keepScreen(page, 'identity-1-asked');
  await desk.composer.press('Control+Enter');
  await until('the question is on its way', () => api.reached(chat).length === 1);
  await api.delivers(server, api.saying(chat, 'Carla', `Sure: ${address}`));
  const take = desk.thread.getByRole('button', { name: 'Use as e-mail address' });
  await take.waitFor();
  const opensContact = () => page.getByRole('button', { name: /contact/i }).first().click();
  await opensContact();
  const panel = page.getByRole('complementary', { name: 'Contact' });
  await panel.getByText('They wrote').waitFor();
  await keepScreen(page, 'identity-2-offered');
  await page.emulateMedia({ colorScheme: 'dark' });
  await keepScreen(page, 'identity-2-offered-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await take.click();
  await panel.getByText('Not verified').waitFor();
  assert.equal(await take.count(), 0);
  assert.equal(await panel.getByText('May be the same person').count(), 0, 'nothing is proved yet');

  const [{ id: number }] = await agent.conversations();
  await agent.replies(number, 'Your number is 4711', 'email');
  const [mail] = await until('the mail is in the sandbox', async () => {
    const { payload } = await agent.call('GET', '/sandbox/mails');
    return payload.length > 0 && payload;
  });
  await agent.call('POST', `/sandbox/mails/${mail.id}/reply`, { text: 'Got it, thanks' });
  await desk.message('Got it, thanks').waitFor();
  await panel.getByText('Verified', { exact: true }).waitFor();
  await panel.getByText('May be the same person').waitFor();
  await keepScreen(page, 'identity-3-same');
  await panel.getByRole('button', { name: 'Merge…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Are they one person?' });
  await dialog.getByText('No conversation moves.').waitFor();
  await keepScreen(page, 'identity-4-preview');
  await page.emulateMedia({ colorScheme: 'dark' });
  await keepScreen(page, 'identity-4-preview-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await dialog.getByRole('button', { name: 'Merge', exact: true }).click();
  await page.getByText(/is part of .* now$/).waitFor();
  await panel.getByText('Merged into this contact').waitFor();
  await panel.getByText('plan').waitFor();
  await keepScreen(page, 'identity-5-merged');
  // Where there is no room beside the thread, the contact is opened anew.
  await page.setViewportSize(sizes.phone);
  await opensContact();
  await panel.getByText('Merged into this contact').waitFor();
  await keepScreen(page, 'identity-5-merged-phone');
  await panel.getByRole('button', { name: 'Undo' }).click();
  await page.getByText(/are two again$/).waitFor();
  await panel.getByText('May be the same person').waitFor();
  assert.equal(await panel.getByText('gold').count(), 0);
  await panel.getByRole('button', { name: 'Merge…' }).click();
  await dialog.getByText('No conversation moves.').waitFor();
  await page.emulateMedia({ colorScheme: 'dark' });
  await keepScreen(page, 'identity-6-preview-phone-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await panel.getByRole('button', { name: 'Not the same' }).click();
  await until('it is offered no more', async () => (await panel.getByText('May be the same person').count()) === 0);
  await keepScreen(page, 'identity-7-parted-phone');
  assert.deepEqual(browser.errors, []);
});
