// Starting and stopping the server under test.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Agent } from './agent.mjs';
import { freePorts } from './ports.mjs';
import { segueBinary, temporaryFolder } from './paths.mjs';
import { Program } from './process.mjs';
import { until } from './until.mjs';

/** Settings of the caller's shell must not reach the server under test. */
const ours = /^(SEGUE_|SMTP_|RAILS_|MAILER_|MAILGUN_|MANDRILL_|ACTION_MAILBOX_|FRONTEND_URL$|BIND$|PORT$|DATABASE_URL$|SECRET_KEY_BASE$|SAFE_FETCH_|TRUSTED_PROXIES$|RUST_LOG$|URL$|INGRESS_PASSWORD$)/;
const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)));

/** A `segue serve` with its data; it can be killed and started again on the same data. */
export class Segue {
  /**
   * `env` adds to or replaces the variables set here; `databaseUrl` absent means SQLite in the data folder, which is
   * `folder`, else a new one.
   */
  constructor({ port, databaseUrl, folder = temporaryFolder('data'), env = {} }) {
    this.folder = folder;
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
    this.ingressPassword = randomBytes(12).toString('hex');
    this.env = {
      ...clean,
      BIND: '127.0.0.1',
      PORT: String(port),
      FRONTEND_URL: this.url,
      SEGUE_DATA_DIR: this.folder,
      RAILS_INBOUND_EMAIL_PASSWORD: this.ingressPassword,
      MAILER_SENDER_EMAIL: 'Support <support@acme.example>',
      ...(databaseUrl ? { DATABASE_URL: databaseUrl, SECRET_KEY_BASE: 'f'.repeat(64) } : {}),
      ...env,
    };
  }

  /** A server on a free port, started. */
  static async start(options = {}) {
    const [port] = options.port ? [options.port] : await freePorts(1);
    const server = new Segue({ ...options, port });
    await server.start();
    return server;
  }

  /** The folder where its files lie. */
  get blobs() {
    return this.env.SEGUE_BLOBS_URL?.replace(/^file:/, '') ?? join(this.folder, 'blobs');
  }

  get ingressUrl() {
    return `${this.url}/rails/action_mailbox/relay/inbound_emails`;
  }

  /** Starts the server and waits until it is ready; returns how many milliseconds that took. */
  async start() {
    const begin = performance.now();
    this.spawn();
    await until('the server is ready', async () => {
      this.program.mustRun();
      return (await fetch(`${this.url}/ready`)).ok;
    }, { within: 20_000, every: 5 });
    return performance.now() - begin;
  }

  /** Starts the server without waiting for it. */
  spawn() {
    this.program = new Program(segueBinary, ['serve'], { env: this.env, only: true });
  }

  /** Runs another `segue` command on the same data and returns what it printed. */
  run(words, { input } = {}) {
    return execFileSync(segueBinary, words, { env: this.env, encoding: 'utf8', input: input ?? '', stdio: ['pipe', 'pipe', 'pipe'] });
  }

  /** `segue setup`: an account with one agent and one website inbox; resolves to that agent. */
  async setUp({ website = 'http://127.0.0.1/' } = {}) {
    const credentials = { email: 'ada@acme.example', password: 'correct horse battery' };
    const words = ['setup', '--account', 'Acme', '--name', 'Ada Byron', '--email', credentials.email, '--password', credentials.password, '--website', website];
    return new Agent(this.url, { ...JSON.parse(this.run(words)), ...credentials });
  }

  kill() {
    return this.program.kill();
  }

  /** Stops the server and removes its data. */
  async end() {
    await this.program?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
