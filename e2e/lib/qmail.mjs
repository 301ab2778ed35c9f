// A stand-in for the delivering half of qmail, which Debian no longer has: it reads `control/virtualdomains` and
// `.qmail-default` from the administrator's page and runs the latter's commands as qmail-local does: `/bin/sh -c` in the
// user's home folder, the mail on a file as standard input, the envelope in these variables and in no others
// (qmail-command(8)), and it takes the exit code for an answer as qmail-command(8) lists them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, closeSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { followed, pipes, says } from './page.mjs';
import { temporaryFolder } from './paths.mjs';
import { asMailUser, giveToMailUser } from './privilege.mjs';

/** Exit codes that make qmail bounce a mail; 0 and 99 are success, everything else is tried again. */
const hard = new Set([64, 65, 70, 76, 77, 78, 100, 112]);

/** What qmail-send does to words before it logs them. */
const logged = (words) => words.replaceAll('\n', '/').replaceAll(' ', '_').replace(/[^!-~]/g, '?');

/** `HOST2`, `HOST3`, `HOST4`: the host without its last one, two, three labels. */
const shorter = (host, labels) => host.split('.').slice(0, -labels).join('.');

/** `EXT2`, `EXT3`, `EXT4`: what follows the first, second, third dash. */
const after = (extension, dashes) => extension.split('-').slice(dashes).join('-');

export class Qmail {
  #folder = temporaryFolder('qmail');

  /** `pipe` is `{binary, url, passwordFile}` of the piped command. */
  constructor({ domain, pipe }) {
    const controlled = followed('qmail virtualdomains', { [says.domain]: domain }).trim().split(':');
    [this.domain, this.user] = controlled;
    this.home = join(this.#folder, 'home');
    mkdirSync(this.home);
    this.commands = followed('qmail .qmail-default', pipes(pipe)).split('\n').filter((line) => line && !line.startsWith('#'));
    this.mail = join(this.#folder, 'mail');
    giveToMailUser(this.#folder);
  }

  /** What qmail-local tells its commands. `to` is the recipient as the sender wrote it. */
  #environment(from, to) {
    const at = to.lastIndexOf('@');
    const [extension, host] = [to.slice(0, at), to.slice(at + 1)];
    const local = `${this.user}-${extension}`;
    const recipient = `${local}@${host}`.replaceAll('\n', '_');
    return {
      PATH: '/var/qmail/bin:/usr/local/bin:/usr/bin:/bin',
      SENDER: from,
      NEWSENDER: from,
      RECIPIENT: recipient,
      USER: this.user,
      HOME: this.home,
      HOST: host,
      HOST2: shorter(host, 1),
      HOST3: shorter(host, 2),
      HOST4: shorter(host, 3),
      LOCAL: local,
      EXT: extension,
      EXT2: after(extension, 1),
      EXT3: after(extension, 2),
      EXT4: after(extension, 3),
      DEFAULT: extension,
      DTLINE: `Delivered-To: ${recipient}\n`,
      RPLINE: `Return-Path: <${from}>\n`,
      UFLINE: `From ${from || 'MAILER-DAEMON'} Sun Nov 22 10:00:00 2026\n`,
    };
  }

  /**
   * Delivers one mail to one recipient, once; resolves to `{outcome, code, log}`: `success`, `deferral` (it stays in the
   * queue) or `failure` (it bounces), the last exit code, and the line of qmail-send's log.
   */
  async deliver({ from, to, message }) {
    if (to.slice(to.lastIndexOf('@') + 1).toLowerCase() !== this.domain) throw new Error(`${to} is not below ${this.domain}`);
    writeFileSync(this.mail, message.replaceAll('\r\n', '\n'), { mode: 0o644 });
    const env = this.#environment(from, to);
    let [code, words] = [0, ''];
    for (const line of this.commands) {
      if (!line.startsWith('|')) throw new Error(`this stand-in only pipes: ${line}`);
      const ran = await this.#run(line.slice(1), env);
      [code, words] = [ran.code, words + ran.words];
      if (code !== 0) break;
    }
    const outcome = code === 0 || code === 99 ? 'success' : hard.has(code) ? 'failure' : 'deferral';
    return { outcome, code, log: `${outcome}: ${outcome === 'success' ? 'did_0+0+1/' : logged(words)}` };
  }

  /** A command that was killed counts as one to be tried again. */
  async #run(command, env) {
    const input = openSync(this.mail, 'r');
    const [program, words] = asMailUser('/bin/sh', '-c', command);
    const child = spawn(program, words, { cwd: this.home, env, stdio: [input, 'pipe', 'pipe'] });
    closeSync(input);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => { output += text; });
    const [code] = await once(child, 'close');
    return { code: code ?? 111, words: output };
  }

  end() {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
