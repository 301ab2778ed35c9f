// Mail servers change users, so they start as root: directly, or through a sudo that asks nothing.
import { execFileSync } from 'node:child_process';
import { userInfo } from 'node:os';

const isRoot = process.getuid() === 0;

/** `[command, arguments]` that run the given command as root. */
export const asRoot = (command, ...args) => (isRoot ? [command, args] : ['sudo', ['-n', command, ...args]]);

/** Runs a command as root to its end and returns what it printed. */
export function runAsRoot(command, ...args) {
  const [program, words] = asRoot(command, ...args);
  return execFileSync(program, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Who owns delivered mail and runs piped commands: the caller, or nobody when the caller is root. */
export const mailUser = isRoot ? { name: 'nobody', uid: 65534, gid: 65534 } : { name: userInfo().username, uid: process.getuid(), gid: process.getgid() };

/** Makes a folder that belongs to `user` (a name or number) with the given octal mode. */
export const makeFolder = (path, user, mode = '0700') => runAsRoot('install', '-d', '-o', String(user), '-m', mode, path);

/** `[command, arguments]` that run the given command as `mailUser`. */
export const asMailUser = (command, ...args) =>
  (isRoot ? ['setpriv', [`--reuid=${mailUser.uid}`, `--regid=${mailUser.gid}`, '--clear-groups', command, ...args]] : [command, args]);

/** Makes a path and all below it belong to `mailUser`. */
export const giveToMailUser = (path) => isRoot && runAsRoot('chown', '-R', `${mailUser.uid}:${mailUser.gid}`, path);
