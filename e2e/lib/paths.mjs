// Where things lie: the repository, what Cargo built, the unpacked mail servers, the screenshots.
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const target = process.env.CARGO_TARGET_DIR ?? join(repository, 'target');
export const segueBinary = process.env.SEGUE_BINARY ?? join(target, 'debug', 'segue');
/** Claims about time are for release builds; a development build's unoptimised code gets this factor. */
export const slack = /\/debug\//.test(segueBinary) ? 2 : 1;
export const webDist = join(repository, 'web', 'dist');

/** The root of an unpacked Debian package (`postfix`, `exim4`), put there by `cargo xtask test`. */
export function unpacked(name) {
  const path = join(target, 'mta', name);
  if (!existsSync(path)) throw new Error(`${path} is missing: run \`cargo xtask test\` once, it unpacks the mail servers`);
  return path;
}

/** A folder for screenshots; its pictures are for looking at, no test compares them. */
export function screensFolder() {
  const path = join(target, 'e2e-screens');
  mkdirSync(path, { recursive: true });
  return path;
}

/**
 * A new temporary folder that other users may enter (the mail servers run as several). Its name is kept
 * short, since UNIX socket paths end at 107 bytes.
 */
export function temporaryFolder(name) {
  const path = mkdtempSync(join(tmpdir(), `segue-${name}-`));
  chmodSync(path, 0o755);
  return path;
}

/** The folders with shared libraries in an unpacked tree, as `LD_LIBRARY_PATH` wants them. */
export function libraryPath(root) {
  const folders = ['lib', 'usr/lib'].filter((folder) => existsSync(join(root, folder)));
  const triplets = folders.flatMap((folder) => readdirSync(join(root, folder)).filter((name) => name.endsWith('-linux-gnu')).map((name) => join(root, folder, name)));
  return [...triplets, join(root, 'usr/lib/postfix')].filter(existsSync).join(':');
}

/** A copy of a file or folder in `folder`, where users who may not enter the repository reach it. */
export function copyInto(folder, path) {
  const copy = join(folder, basename(path));
  cpSync(path, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}
