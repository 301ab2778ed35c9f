// Databases of one's own on the PostgreSQL that `SEGUE_TEST_POSTGRES_URL` names.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { randomBytes } from 'node:crypto';

/** Debian keeps the newest client beside the servers; elsewhere it is on the path. */
function psql() {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  return versions.map((version) => `${root}/${version}/bin/psql`).find(existsSync) ?? 'psql';
}

const run = (url, statement) => execFileSync(psql(), ['--no-psqlrc', '--quiet', '--set=ON_ERROR_STOP=1', '--command', statement, url], { encoding: 'utf8' });

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
