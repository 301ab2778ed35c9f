// A messaging channel in a browser: the inbox is made and tested on its page, a person writes, the agent answers on the
// channel and, once the person has blocked us, by e-mail; the composer says beforehand which it will be.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BotApi, atBotApi, botToken } from '../lib/bot-api.mjs';
import { Browser, keepScreen } from '../lib/browser.mjs';
import { DeskPage } from '../lib/desk-page.mjs';
import { Segue } from '../lib/segue.mjs';
import { until } from '../lib/until.mjs';

const carla = 4711;

test('a channel is set up, used, and gives way to e-mail', async (t) => {
  const browser = await Browser.launch(t);
  const api = await BotApi.start(t);
  const server = await Segue.start({ env: atBotApi(api) });
  t.after(() => server.end());
  const agent = await server.setUp();
  await agent.enableInbound('in.acme.example');
  const page = await browser.person('Ada');
  await page.goto(`${server.url}/app`);
  await page.getByLabel(/e-?mail/i).fill(agent.email);
  await page.getByLabel(/password/i).first().fill(agent.password);
  await page.getByRole('button', { name: /^(log|sign) in$/i }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();

  const settings = `${server.url}/app/accounts/${agent.account_id}/settings/inboxes`;
  await page.goto(`${settings}/new`);
  await page.getByText('Telegram', { exact: true }).click();
  await page.getByLabel('Name', { exact: true }).fill('Acme on Telegram');
  await page.getByLabel('Bot token').fill('not a token');
  await page.getByRole('button', { name: 'Make the inbox' }).click();
  await page.getByLabel('Bot token').and(page.locator('[aria-invalid="true"]')).waitFor();
  await keepScreen(page, 'channel-new-wrong');
  await page.getByLabel('Bot token').fill(botToken);
  await page.getByRole('button', { name: 'Make the inbox' }).click();
  await page.getByRole('heading', { name: 'How it is doing' }).waitFor();
  await until('the webhook is registered', () => api.webhook);
  await page.getByRole('button', { name: 'Test the settings' }).click();
  await page.getByText('Telegram knows the bot @acme_bot').waitFor();
  await page.getByText(/^The provider knows the webhook since/).waitFor();
  assert.equal((await page.content()).includes(botToken.split(':')[1]), false, 'the token is not shown');
  await keepScreen(page, 'channel-settings');

  await api.delivers(server, api.saying(carla, 'Carla', 'Where is my order?'));
  await page.goto(`${server.url}/app`);
  const desk = new DeskPage(page, server.url);
  await page.getByRole('tab', { name: /^All/ }).click();
  await desk.opens('Where is my order?');
  assert.equal(await desk.composer.getAttribute('placeholder'), 'Reply on Telegram');
  await desk.replies('On its way');
  await until('Carla has the reply', () => api.reached(carla).includes('On its way'));
  await keepScreen(page, 'channel-thread');

  const [conversation] = await agent.conversations();
  await agent.call('PATCH', `/contacts/${conversation.meta.sender.id}`, { email: 'carla@customer.example' });
  await page.getByPlaceholder('Reply on Telegram; by e-mail to carla@customer.example if it cannot be delivered').waitFor();
  api.blocked.add(carla);
  await desk.replies('Here is the number');
  await page.getByText(/by e-mail instead/).first().waitFor();
  await page.getByPlaceholder(/^Telegram cannot reach the person.*Your reply goes by e-mail to carla@customer\.example$/).waitFor();
  await keepScreen(page, 'channel-fallback');
  await page.setViewportSize({ width: 390, height: 844 });
  await keepScreen(page, 'channel-fallback-phone');
  await page.emulateMedia({ colorScheme: 'dark' });
  await keepScreen(page, 'channel-fallback-phone-dark');

  await page.setViewportSize({ width: 1440, height: 900 });
  api.blocked.clear();
  await api.delivers(server, api.saying(carla, 'Carla', 'I am back'));
  await desk.message('I am back').waitFor();
  await page.getByPlaceholder(/^Reply on Telegram; by e-mail/).waitFor();
  await keepScreen(page, 'channel-back-dark');
  for (const kind of (await agent.call('GET', '/channels')).payload.filter(({ carried }) => carried)) {
    await page.goto(`${settings}/new?kind=${kind.type}`);
    await page.getByRole('heading', { name: 'At the provider' }).waitFor();
    await keepScreen(page, `channel-new-${kind.type}`);
  }

  const own = await agent.makeInbox({ name: 'Our app', channel: { type: 'api' } });
  await page.goto(`${settings}/${own.id}`);
  await page.getByText('Your front end has not been told anything yet').waitFor();
  await page.getByLabel(/^Mail what was not seen/).check();
  await page.getByLabel('Wait before mailing').fill('30');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  const { continuity_via_email, continuity_delay } = await agent.call('GET', `/inboxes/${own.id}`);
  assert.deepEqual({ continuity_via_email, continuity_delay }, { continuity_via_email: true, continuity_delay: 30 });
  await keepScreen(page, 'channel-api-settings');
  assert.deepEqual(browser.errors.filter((error) => !error.includes('422')), []);
});
