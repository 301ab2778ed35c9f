// A headless Chromium, with one context for each person.
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { screensFolder } from './paths.mjs';

const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** Widths at which screens are kept for looking. */
export const sizes = { desk: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

/** Chromium logs each answer of 4xx; asking who is signed in before anyone is, is no mistake. */
const expected = (message) => message.text().includes('401') && message.location().url.endsWith('/api/v1/profile');

/** A browser for the length of a test; it and all its pages are closed when the test ends. */
export class Browser {
  /** Errors that pages threw or logged, with the page they came from. */
  errors = [];

  static async launch(t) {
    const browser = new Browser();
    browser.program = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags });
    t.after(async () => {
      await browser.keepLastScreens(t.name);
      await browser.program.close();
    });
    return browser;
  }

  /** What every open page showed when the test ended: after a failure, the first thing to look at. */
  async keepLastScreens(test) {
    const pages = this.program.contexts().flatMap((context) => context.pages());
    await Promise.all(pages.map((page, index) => keepScreen(page, `last-${test.replace(/\W+/g, '-')}-${index + 1}`).catch(() => {})));
  }

  /** A new person: a page in a context of its own, with no cookies. */
  async person(name, { size = 'desk', ...options } = {}) {
    const context = await this.program.newContext({ viewport: sizes[size], locale: 'en-GB', timezoneId: 'UTC', reducedMotion: 'reduce', ...options });
    context.setDefaultTimeout(10_000);
    const page = await context.newPage();
    page.on('pageerror', (error) => this.errors.push(`${name}: ${error.stack ?? error}`));
    page.on('console', (message) => message.type() === 'error' && !expected(message) && this.errors.push(`${name}: ${message.text()} (${message.location().url})`));
    return page;
  }
}

/** Keeps a picture of the page under `target/e2e-screens`. */
export const keepScreen = (page, name) => page.screenshot({ path: join(screensFolder(), `${name}.png`) });
