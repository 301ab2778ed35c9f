// A private Exim on loopback, run from the unpacked Debian package, wholly as one unprivileged user: libnss-wrapper
// gives that user the name that Debian's build insists on. Mail for the customers' domain lands in one Maildir, mail
// for the inbound domain is piped to `segue ingress` by the very lines of the administrator's page; nothing else is accepted.
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Maildir } from './maildir.mjs';
import { followed, pipes, says } from './page.mjs';
import { copyInto, libraryPath, temporaryFolder, unpacked } from './paths.mjs';
import { asMailUser, giveToMailUser, mailUser } from './privilege.mjs';
import { Program } from './process.mjs';
import { greets } from './smtp.mjs';
import { until } from './until.mjs';

const configuration = ({ port, folder, inboundDomain, customerDomain, pipe }) => `
primary_hostname = mx.segue.test
qualify_domain = mx.segue.test
spool_directory = ${folder}/spool
log_file_path = ${folder}/spool/%slog
pid_file_path = ${folder}/spool/exim.pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = ${port}
disable_ipv6
host_lookup =
rfc1413_hosts =
rfc1413_query_timeout = 0s
tls_advertise_hosts =
deliver_drop_privilege
keep_environment = PATH : LD_LIBRARY_PATH : LD_PRELOAD : NSS_WRAPPER_PASSWD : NSS_WRAPPER_GROUP
add_environment = PATH=/usr/bin:/bin
acl_smtp_rcpt = acl_rcpt
message_size_limit = 50M
queue_run_in_order
begin acl
acl_rcpt:
  accept domains = ${inboundDomain} : ${customerDomain}
  deny message = no mail leaves this machine
begin routers
${followed('exim routers', { [says.domain]: inboundDomain })}customers:
  driver = accept
  domains = ${customerDomain}
  transport = customers_maildir
begin transports
${followed('exim transports', pipes(pipe))}customers_maildir:
  driver = appendfile
  directory = ${folder}/mail/customers
  maildir_format
  create_directory
  envelope_to_add
  return_path_add
  delivery_date_add
begin retry
* * F,1h,2s
`;

/**
 * Starts Exim on `port`. `pipe` is `{binary, url, passwordFile}` of the piped command. Returns
 * `{port, customers, log(), stop()}`; `customers` is the Maildir of `customerDomain`.
 */
export async function startExim({ port, inboundDomain, customerDomain, pipe }) {
  const folder = temporaryFolder('exim');
  const root = copyInto(folder, unpacked('exim4'));
  const file = join(folder, 'exim.conf');
  writeFileSync(file, configuration({ port, folder, inboundDomain, customerDomain, pipe }));
  chmodSync(file, 0o644);
  writeFileSync(join(folder, 'passwd'), `root:x:0:0:root:/root:/bin/sh\n${['Debian-exim', 'segue'].map((name) => `${name}:x:${mailUser.uid}:${mailUser.gid}::${folder}:/bin/false\n`).join('')}`);
  writeFileSync(join(folder, 'group'), `root:x:0:\nmail:x:8:\nDebian-exim:x:${mailUser.gid}:\n`);
  giveToMailUser(folder);
  const env = {
    LD_LIBRARY_PATH: libraryPath(root),
    LD_PRELOAD: 'libnss_wrapper.so',
    NSS_WRAPPER_PASSWD: join(folder, 'passwd'),
    NSS_WRAPPER_GROUP: join(folder, 'group'),
  };
  const assignments = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const server = new Program(...asMailUser('env', ...assignments, join(root, 'usr/sbin/exim4'), '-C', file, '-bdf', '-q2s'), { cwd: folder });
  const logs = ['mainlog', 'paniclog', 'rejectlog'].map((name) => join(folder, 'spool', name));
  const log = () => logs.filter(existsSync).map((path) => readFileSync(path, 'utf8')).join('') + server.output;
  const stop = async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await until('Exim greets', () => { server.mustRun(); return greets(port); });
  } catch (error) {
    const reported = log();
    await stop();
    throw new Error(`${error.message}\n${reported}`);
  }
  return { port, customers: new Maildir(join(folder, 'mail', 'customers')), log, stop };
}
