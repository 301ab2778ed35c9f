// A private Dovecot on loopback, run from the unpacked Debian package, wholly as one unprivileged user. Debian's build
// looks for its parts in /usr/lib/dovecot and nowhere else; the copy here has another path of the same length in its place.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { libraryPath, unpacked } from './paths.mjs';
import { freePorts } from './ports.mjs';
import { asMailUser, giveToMailUser, mailUser } from './privilege.mjs';
import { Program } from './process.mjs';
import { until } from './until.mjs';

const theirs = '/usr/lib/dovecot';

/** Copies the package's programs to `folder`, whose path is as long as theirs, and lets them find each other there. */
function settle(folder) {
  const root = unpacked('dovecot');
  cpSync(join(root, theirs), folder, { recursive: true, verbatimSymlinks: true });
  for (const [from, to] of [['usr/sbin/dovecot', 'master'], ['usr/bin/doveconf', 'doveconf']]) cpSync(join(root, from), join(folder, to));
  for (const name of readdirSync(folder, { recursive: true })) {
    const path = join(folder, name);
    if (!lstatSync(path).isFile()) continue;
    const bytes = readFileSync(path, 'latin1');
    if (bytes.startsWith('\x7fELF') && bytes.includes(theirs)) writeFileSync(path, bytes.replaceAll(theirs, folder), 'latin1');
  }
  return libraryPath(root);
}

const configuration = ({ folder, imap, imaps }) => `
base_dir = ${folder}/at/run
state_dir = ${folder}/at/run
protocols = imap
listen = 127.0.0.1
log_path = ${folder}/at/dovecot.log
default_internal_user = ${mailUser.name}
default_internal_group = ${execFileSync('id', ['-gn', String(mailUser.name)], { encoding: 'utf8' }).trim()}
default_login_user = ${mailUser.name}
first_valid_uid = 1
import_environment = LD_LIBRARY_PATH
ssl = yes
ssl_cert = <${folder}/at/cert.pem
ssl_key = <${folder}/at/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain
mail_location = maildir:~/Maildir
passdb {
  driver = passwd-file
  args = ${folder}/at/users
}
userdb {
  driver = static
  args = uid=${mailUser.uid} gid=${mailUser.gid} home=${folder}/at/mail/%u
}
service anvil {
  chroot =
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${imap}
  }
  inet_listener imaps {
    port = ${imaps}
  }
}
`;

/** A Dovecot with one user, `support` with the password `pa55word`; it can be stopped and started again on the same mail. */
export class Dovecot {
  #names = 0;

  static async start() {
    const dovecot = new Dovecot();
    dovecot.folder = mkdtempSync('/tmp/dovec');
    dovecot.libraries = settle(dovecot.folder);
    const at = join(dovecot.folder, 'at');
    mkdirSync(join(at, 'run'), { recursive: true });
    [dovecot.imap, dovecot.imaps] = await freePorts(2);
    dovecot.certificate = join(at, 'cert.pem');
    const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
    const names = ['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-addext', 'basicConstraints=critical,CA:FALSE'];
    execFileSync('openssl', [...made, ...names, '-keyout', join(at, 'key.pem'), '-out', dovecot.certificate], { stdio: 'pipe' });
    writeFileSync(join(at, 'dovecot.conf'), configuration(dovecot));
    dovecot.password('pa55word');
    for (const part of ['new', 'cur', 'tmp']) mkdirSync(join(dovecot.mailbox(), part), { recursive: true });
    chmodSync(dovecot.folder, 0o755);
    giveToMailUser(dovecot.folder);
    await dovecot.begin();
    return dovecot;
  }

  /** Sets the user's password. */
  password(word) {
    writeFileSync(join(this.folder, 'at', 'users'), `support:{PLAIN}${word}\n`);
  }

  /** Starts the programs. */
  async begin() {
    const file = join(this.folder, 'at', 'dovecot.conf');
    const words = ['-f', 'service=master', '-c', file, '-m', 'master', '-e', join(this.folder, 'master'), '-F', '-c', file];
    this.program = new Program(...asMailUser('env', `LD_LIBRARY_PATH=${this.libraries}`, join(this.folder, 'doveconf'), ...words), { cwd: this.folder });
    await until('Dovecot has started', () => {
      this.program.mustRun();
      return this.log().match(/starting up/g)?.length > (this.starts ?? 0);
    }).catch((error) => { throw new Error(`${error.message}\n${this.log()}\n${this.program.output}`); });
    this.starts = this.log().match(/starting up/g).length;
  }

  /** Stops them; the mail stays. */
  stop() {
    return this.program.stop();
  }

  log() {
    const path = join(this.folder, 'at', 'dovecot.log');
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }

  /** The Maildir of the user's inbox, or of another folder of theirs. */
  mailbox(folder) {
    return join(this.folder, 'at', 'mail', 'support', 'Maildir', ...(folder ? [`.${folder}`] : []));
  }

  /** Makes a folder. */
  makeFolder(folder) {
    for (const part of ['new', 'cur', 'tmp']) mkdirSync(join(this.mailbox(folder), part), { recursive: true });
    giveToMailUser(this.mailbox(folder));
  }

  /** Delivers a mail as a mail server would, whether Dovecot runs or not; the name of its file. `arrived` may lie in the past. */
  deliver(mail, { arrived = new Date(), mode = 0o600 } = {}) {
    this.#names += 1;
    const name = `${Math.floor(arrived / 1000)}.M${String(this.#names).padStart(6, '0')}P1.segue`;
    const whole = join(this.mailbox(), 'tmp', name);
    writeFileSync(whole, mail);
    chmodSync(whole, mode);
    giveToMailUser(whole);
    utimesSync(whole, arrived, arrived);
    renameSync(whole, join(this.mailbox(), 'new', name));
    return name;
  }

  /** The files of a folder, with their flags. */
  files(folder) {
    const list = (part) => (existsSync(join(this.mailbox(folder), part)) ? readdirSync(join(this.mailbox(folder), part)).map((name) => join(part, name)) : []);
    return [...list('new'), ...list('cur')];
  }

  /** Lets it forget its numbering, as after a restored backup: at the next start everything has new numbers. */
  renumber() {
    for (const name of readdirSync(this.mailbox()).filter((name) => /^dovecot[.-]/.test(name))) unlinkSync(join(this.mailbox(), name));
  }

  /** Stops it and removes everything. */
  async end() {
    await this.program?.stop();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
