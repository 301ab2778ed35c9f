// Starting programs and making sure that they end.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * A started program whose output is kept for failure reports. It leads its own process group, so that a signal
 * reaches what it started in turn.
 */
export class Program {
  output = '';

  /** `env` is added to this process' environment, or with `only` replaces it. */
  constructor(command, args, { env = {}, only = false, cwd } = {}) {
    this.name = `${command} ${args.join(' ')}`;
    this.child = spawn(command, args, { env: only ? env : { ...process.env, ...env }, cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    this.ended = once(this.child, 'exit').catch((error) => { this.output += error.message; });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => { this.output = (this.output + text).slice(-200_000); });
    }
  }

  get pid() {
    return this.child.pid;
  }

  get running() {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Throws when the program is gone; call it while waiting for the program to become ready. */
  mustRun() {
    if (this.running) return;
    const error = new Error(`${this.name} ended with ${this.child.exitCode ?? this.child.signalCode}:\n${this.output}`);
    throw Object.assign(error, { fatal: true });
  }

  /** kill -9, without a chance to tidy up. */
  async kill() {
    if (this.running) this.child.kill('SIGKILL');
    await this.ended;
  }

  /** SIGTERM to the whole group, then SIGKILL to what is left after `grace` milliseconds. */
  async stop({ grace = 10_000 } = {}) {
    if (!this.running) return;
    const group = (signal) => { try { process.kill(-this.pid, signal); } catch { this.child.kill(signal); } };
    const timer = setTimeout(() => group('SIGKILL'), grace);
    group('SIGTERM');
    await this.ended;
    clearTimeout(timer);
  }
}
