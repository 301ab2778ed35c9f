// The administrator's page, docs/conversation-continuity.md, as the tests follow it: its blocks are configuration that
// is run as it stands, with only the names of this machine put in place of the page's.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './paths.mjs';

const page = readFileSync(join(repository, 'docs', 'conversation-continuity.md'), 'utf8');

/** The fenced block that stands below the comment `<!-- name -->`; throws unless there is exactly one. */
export function block(name) {
  const marked = page.split(`<!-- ${name} -->\n`);
  if (marked.length !== 2) throw new Error(`the page has ${marked.length - 1} blocks called ${name}`);
  const fenced = /^```\w*\n([\s\S]*?)^```$/m.exec(marked[1]);
  if (fenced?.index !== 0) throw new Error(`no block follows the mark ${name} at once`);
  return fenced[1];
}

/**
 * `block(name)` with this machine's names: `names` maps the page's words to ours. A word that the block does not have is
 * a mistake, so that the page cannot drift away from its tests.
 */
export function followed(name, names) {
  return Object.entries(names).reduce((text, [theirs, ours]) => {
    if (!text.includes(theirs)) throw new Error(`the block ${name} does not say ${theirs}:\n${text}`);
    return text.replaceAll(theirs, ours);
  }, block(name));
}

/** The variables of a block, with this machine's names: `{NAME: value}`. */
export const variables = (name, names) =>
  Object.fromEntries(followed(name, names).trim().split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));

/** The words of the page that stand for a machine's own. */
export const says = {
  domain: 'in.example.org',
  binary: '/usr/local/bin/segue',
  relay: 'https://support.example.org/rails/action_mailbox/relay/inbound_emails',
  site: 'https://support.example.org',
  passwordFile: '/etc/segue/ingress-password',
};

/** The replacements for a block that pipes mail to the command: `{binary, url, passwordFile}` of this machine. */
export const pipes = ({ binary, url, passwordFile }) => ({ [says.binary]: binary, [says.relay]: url, [says.passwordFile]: passwordFile });

/** The commands of a block whose lines begin with `$ `, each as a list of words. */
export const commands = (name) => block(name).split('\n').filter((line) => line.startsWith('$ ')).map((line) => line.slice(2).split(' '));
