// A private Postfix on loopback, run from the unpacked Debian package: own configuration, queue and users.
// Mail for the customers' domain lands in one Maildir; mail for the inbound domain is piped to `segue ingress`, by the
// very lines of the administrator's page. Everything else is refused: nothing leaves the machine.
import { mkdirSync, readFileSync, writeFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { Maildir } from './maildir.mjs';
import { followed, pipes, says } from './page.mjs';
import { libraryPath, temporaryFolder, unpacked } from './paths.mjs';
import { asRoot, giveToMailUser, mailUser, makeFolder, runAsRoot } from './privilege.mjs';
import { Program } from './process.mjs';
import { greets } from './smtp.mjs';
import { until } from './until.mjs';

// Users and groups that every Debian has; Postfix wants three that differ.
const owner = 'daemon';
const dropGroup = 'operator';

const queueFolders = ['active', 'bounce', 'corrupt', 'defer', 'deferred', 'flush', 'hold', 'incoming', 'private', 'saved', 'trace'];

const settings = ({ root, folder, customerDomain }) => ({
  compatibility_level: '3.6',
  myhostname: 'mx.segue.test',
  mynetworks: '127.0.0.0/8',
  inet_interfaces: '127.0.0.1',
  inet_protocols: 'ipv4',
  mail_owner: owner,
  setgid_group: dropGroup,
  default_privs: 'nobody',
  queue_directory: `${folder}/queue`,
  data_directory: `${folder}/data`,
  daemon_directory: `${root}/usr/lib/postfix/sbin`,
  command_directory: `${root}/usr/sbin`,
  shlib_directory: `${root}/usr/lib/postfix`,
  meta_directory: folder,
  import_environment: 'MAIL_CONFIG LANG=C LD_LIBRARY_PATH',
  maillog_file: `${folder}/log/mail.log`,
  maillog_file_prefixes: folder,
  smtpd_peername_lookup: 'no',
  smtpd_relay_restrictions: 'permit_mynetworks, reject',
  local_recipient_maps: '',
  alias_database: '',
  default_transport: 'error:5.1.2 no mail leaves this machine',
  virtual_mailbox_domains: customerDomain,
  virtual_mailbox_base: `${folder}/mail`,
  virtual_mailbox_maps: 'static:customers/',
  virtual_minimum_uid: '1',
  virtual_uid_maps: `static:${mailUser.uid}`,
  virtual_gid_maps: `static:${mailUser.gid}`,
  // an answer that must wait is tried again soon, not after five minutes
  queue_run_delay: '2s',
  minimal_backoff_time: '2s',
  maximal_backoff_time: '5s',
});

const services = (port) => [
  `127.0.0.1:${port} inet n - n - - smtpd`,
  'pickup unix n - n 60 1 pickup',
  'cleanup unix n - n - 0 cleanup',
  'qmgr unix n - n 300 1 qmgr',
  'rewrite unix - - n - - trivial-rewrite',
  'bounce unix - - n - 0 bounce',
  'defer unix - - n - 0 bounce',
  'trace unix - - n - 0 bounce',
  'verify unix - - n - 1 verify',
  'flush unix n - n 1000? 0 flush',
  'proxymap unix - - n - - proxymap',
  'error unix - - n - - error',
  'retry unix - - n - - error',
  'virtual unix - n n - - virtual',
  'anvil unix - - n - 1 anvil',
  'postlog unix-dgram n - n - 1 postlogd',
  'local unix - n n - - local',
  'lmtp unix - - n - - lmtp',
];

/** The ways the page shows; each gives what it adds to `main.cf` and to `master.cf`. */
const ways = {
  transport: ({ inboundDomain, pipe }) => [
    `mydestination =\nalias_maps =\n${followed('postfix main.cf', { [says.domain]: inboundDomain })}`,
    followed('postfix master.cf', { ...pipes(pipe), 'user=segue': `user=${mailUser.name}` }),
  ],
  /** Handed over by LMTP to `lmtpPort`, without a command. */
  lmtp: ({ inboundDomain, lmtpPort }) => [
    `mydestination =\nalias_maps =\n${followed('postfix lmtp main.cf', { [says.domain]: inboundDomain, ':24': `:${lmtpPort}` })}`,
    '',
  ],
  /** D is a domain of the server's own, and the command is an alias in a file that belongs to the mail user. */
  alias: ({ inboundDomain, pipe, folder, postalias }) => {
    const aliases = join(folder, 'aliases');
    writeFileSync(aliases, followed('postfix aliases', pipes(pipe)));
    postalias(aliases);
    for (const file of [aliases, `${aliases}.db`]) giveToMailUser(file);
    const main = followed('postfix aliases main.cf', { 'hash:/etc/aliases, ': '', '/etc/segue/aliases': aliases });
    return [`mydestination = ${inboundDomain}\n${main}`, ''];
  },
};

/**
 * Starts Postfix on `port`. `pipe` is `{binary, url, passwordFile}` of the piped command, `way` one of the page's:
 * a transport, an alias, or LMTP to `lmtpPort`. Returns `{port, customers, log(), stop()}`; `customers` is the Maildir of `customerDomain`.
 */
export async function startPostfix({ port, inboundDomain, customerDomain, pipe, lmtpPort, way = 'transport' }) {
  const root = unpacked('postfix');
  const folder = temporaryFolder('postfix');
  const configuration = join(folder, 'etc');
  mkdirSync(configuration);
  const base = Object.entries(settings({ root, folder, customerDomain })).map(([name, value]) => `${name} = ${value}\n`).join('');
  const libraries = `LD_LIBRARY_PATH=${libraryPath(root)}`;
  writeFileSync(join(configuration, 'main.cf'), base);
  const postalias = (file) => runAsRoot('env', libraries, `${root}/usr/sbin/postalias`, '-c', configuration, `hash:${file}`);
  const [main, master] = ways[way]({ inboundDomain, pipe, lmtpPort, folder, postalias });
  writeFileSync(join(configuration, 'main.cf'), base + main);
  writeFileSync(join(configuration, 'master.cf'), `${services(port).join('\n')}\n${master}`);
  makeFolder(join(folder, 'queue'), 'root', '0755');
  for (const name of queueFolders) makeFolder(join(folder, 'queue', name), owner);
  makeFolder(join(folder, 'queue/pid'), 'root', '0755');
  for (const name of ['public', 'maildrop']) makeFolder(join(folder, 'queue', name), owner, '0730');
  makeFolder(join(folder, 'data'), owner);
  makeFolder(join(folder, 'log'), 'root', '0755');
  makeFolder(join(folder, 'mail'), mailUser.uid, '0755');

  const server = new Program(...asRoot('env', libraries, `${root}/usr/lib/postfix/sbin/master`, '-c', configuration, '-d'));
  const logFile = join(folder, 'log', 'mail.log');
  const log = () => (existsSync(logFile) ? readFileSync(logFile, 'utf8') : '') + server.output;
  const stop = async () => {
    await server.stop();
    runAsRoot('rm', '-rf', folder);
  };
  try {
    await until('Postfix greets', () => { server.mustRun(); return greets(port); });
  } catch (error) {
    const reported = log();
    await stop();
    throw new Error(`${error.message}\n${reported}`);
  }
  return { port, customers: new Maildir(join(folder, 'mail', 'customers')), log, stop };
}
