// The settings of an inbox's mailbox in a browser: the page checks the connection, and tells how fetching goes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Browser, keepScreen } from '../lib/browser.mjs';
import { address, house, mailTo } from '../lib/mailbox-house.mjs';

test('the settings page fills in, checks and tells of a mailbox', async (t) => {
  const browser = await Browser.launch(t);
  const { mailbox, server, agent, id, begun, looked } = await house(t);
  for (const colorScheme of ['light', 'dark']) {
    const page = await browser.person(`Ada, ${colorScheme}`, { colorScheme });
    await page.goto(`${server.url}/app`);
    await page.getByLabel(/e-?mail/i).fill(agent.email);
    await page.getByLabel(/password/i).first().fill(agent.password);
    await page.getByRole('button', { name: /^(log|sign) in$/i }).click();
    await page.getByRole('navigation', { name: 'Main' }).waitFor();
    await page.goto(`${server.url}/app/accounts/${agent.account_id}/settings/inboxes/${id}`);
    await page.getByRole('heading', { name: 'Help' }).waitFor();
    if (colorScheme === 'light') {
      await page.getByLabel(/^Fetch a mailbox by IMAP/).check();
      await page.getByLabel('Server', { exact: true }).fill('localhost');
      await page.getByLabel('Port', { exact: true }).fill(String(mailbox.imap));
      await page.getByLabel('Log-in', { exact: true }).fill('support');
      await page.getByLabel('Password', { exact: true }).fill('pa55word');
      await page.getByRole('button', { name: 'Save and check' }).click();
      await page.getByText('The connection does not work').waitFor({ timeout: 30_000 });
      await page.getByText('port 993 usually does').first().waitFor();
      await keepScreen(page, 'mailbox-trouble-light');
      await page.getByLabel('Port', { exact: true }).fill(String(mailbox.imaps));
      await page.getByLabel('Password', { exact: true }).fill('pa55word');
      await page.getByRole('button', { name: 'Save and check' }).click();
      await page.getByText('The connection works').waitFor({ timeout: 30_000 });
      await looked(0);
      mailbox.deliver(mailTo(address, 'first'));
      await begun(['first']);
      await page.reload();
    }
    await page.getByText(/1 mail fetched/).first().waitFor();
    await page.getByRole('button', { name: 'Check connection' }).click();
    await page.getByText('Logged in to localhost as support, and INBOX is open.').waitFor({ timeout: 30_000 });
    await page.getByText('The connection works').scrollIntoViewIfNeeded();
    await keepScreen(page, `mailbox-${colorScheme}`);
  }
  assert.deepEqual(browser.errors, []);
});
