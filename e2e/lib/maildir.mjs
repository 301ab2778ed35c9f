// Reading a Maildir: mails that were delivered, and waiting for the next one.
import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from './mime.mjs';
import { until } from './until.mjs';

/** A mailbox in Maildir form at `path` (folders `new`, `cur`, `tmp`; the server makes them at the first mail). */
export class Maildir {
  #taken = new Set();

  constructor(path) {
    this.path = path;
  }

  /** The file names of all delivered mails, oldest first. */
  names() {
    const folder = join(this.path, 'new');
    return existsSync(folder) ? readdirSync(folder).sort() : [];
  }

  /** Waits for a mail that `next` has not returned yet, and returns it parsed. */
  async next({ within = 20_000 } = {}) {
    const name = await until(`a new mail lies in ${this.path}`, () => this.names().find((name) => !this.#taken.has(name)), { within });
    this.#taken.add(name);
    return parse(readFileSync(join(this.path, 'new', name), 'utf8'));
  }
}
