// Databases of one's own on the PostgreSQL that `SEGUE_TEST_POSTGRES_URL` names, and servers of one's own that may die.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { temporaryFolder } from './paths.mjs';
import { freePorts } from './ports.mjs';
import { asMailUser, giveToMailUser } from './privilege.mjs';

/** Debian keeps the newest programs of PostgreSQL beside its servers; elsewhere they are on the path. */
function program(name) {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  return versions.map((version) => `${root}/${version}/bin/${name}`).find(existsSync) ?? name;
}

const run = (url, statement) => execFileSync(program('psql'), ['--no-psqlrc', '--quiet', '--set=ON_ERROR_STOP=1', '--command', statement, url], { encoding: 'utf8' });

/** What a SELECT of one column and row gives, as text. */
export const query = (url, statement) =>
  execFileSync(program('psql'), ['--no-psqlrc', '--quiet', '--tuples-only', '--no-align', '--command', statement, url], { encoding: 'utf8', maxBuffer: 2 ** 28 });

/** A new empty database: `{url, drop()}`. Throws when no server was named: such tests are not to be skipped. */
export function newDatabase() {
  const server = process.env.SEGUE_TEST_POSTGRES_URL;
  if (!server) throw new Error('SEGUE_TEST_POSTGRES_URL is not set; `cargo xtask test e2e` starts a PostgreSQL and sets it');
  const name = `e2e_${randomBytes(6).toString('hex')}`;
  run(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => run(server, `DROP DATABASE ${name} WITH (FORCE)`) };
}

/** A PostgreSQL server of one's own, for taking away: `{url, start(), stop(mode), end()}`. */
export async function ownServer() {
  const [port] = await freePorts(1);
  const folder = temporaryFolder('pg');
  const data = join(folder, 'data');
  giveToMailUser(folder);
  const control = (...words) => {
    const [command, all] = asMailUser(program('pg_ctl'), '--pgdata', data, '--wait', '--silent', ...words);
    execFileSync(command, all, { cwd: folder, stdio: 'ignore' });
  };
  const [initdb, words] = asMailUser(program('initdb'), '--username=segue', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync', '--pgdata', data);
  execFileSync(initdb, words, { cwd: folder, stdio: 'ignore' });
  const start = () => control('--options', `-h 127.0.0.1 -p ${port} -k ${folder}`, '--log', join(folder, 'log'), 'start');
  const stop = (mode) => control('--mode', mode, 'stop');
  start();
  const end = () => {
    try { stop('immediate'); } catch { /* it was down */ }
    rmSync(folder, { recursive: true, force: true });
  };
  return { url: `postgres://segue@127.0.0.1:${port}/postgres`, start, stop, end };
}
