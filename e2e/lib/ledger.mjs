// Looking into the database behind the server's back, and what must be true of it whenever no mail is under way, however
// often the server died.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { query } from './postgres.mjs';
import { until } from './until.mjs';

/** The rows of a SELECT, as objects, from whichever database the server has. */
export function select(server, statement) {
  if (server.env.DATABASE_URL) return JSON.parse(query(server.env.DATABASE_URL, `SELECT coalesce(json_agg(row), '[]') FROM (${statement}) AS row`));
  const file = join(server.folder, 'segue.sqlite3');
  const rows = execFileSync('sqlite3', ['-readonly', '-json', '-cmd', '.timeout 5000', file, statement], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  return rows.trim() ? JSON.parse(rows) : [];
}

/** Statements that find a fault each; none may find a row. */
const faults = {
  'a mail without an end': "SELECT id, state FROM inbound_mails WHERE state = 'pending'",
  'a mail with an end and no time of it': 'SELECT id FROM inbound_mails WHERE processed_at IS NULL',
  'work left over': "SELECT id, kind, state, last_error FROM jobs WHERE kind = 'route_mail'",
  'a Message-ID kept twice': 'SELECT message_id_header, count(*) FROM inbound_mails GROUP BY message_id_header HAVING count(*) > 1',
  'a message twice in a conversation':
    'SELECT conversation_id, source_id, count(*) FROM messages WHERE source_id IS NOT NULL GROUP BY conversation_id, source_id HAVING count(*) > 1',
  'a delivered mail without a message':
    "SELECT m.id FROM inbound_mails m WHERE m.state = 'delivered' AND NOT EXISTS (SELECT 1 FROM inbound_conclusions c WHERE c.inbound_mail_id = m.id)",
  'a conclusion without its message':
    'SELECT c.inbound_mail_id FROM inbound_conclusions c LEFT JOIN messages m ON m.id = c.message_id WHERE m.id IS NULL OR m.conversation_id <> c.conversation_id',
  'a mailed message without a mail':
    "SELECT m.id FROM messages m WHERE m.content_type = 'incoming_email' AND NOT EXISTS (SELECT 1 FROM inbound_conclusions c WHERE c.message_id = m.id)",
  'a message told never or twice':
    "SELECT m.id, count(e.id) FROM messages m LEFT JOIN events e ON e.message_id = m.id AND e.kind = 'message.created' WHERE m.content_type = 'incoming_email' GROUP BY m.id HAVING count(e.id) <> 1",
  'an attachment of no message': 'SELECT a.id FROM attachments a LEFT JOIN messages m ON m.id = a.message_id WHERE m.id IS NULL',
  'a mail without its bytes': 'SELECT id FROM inbound_mails WHERE raw IS NULL AND blob_key IS NULL',
};

/** Waits until no mail is under way. */
export const settled = (agent, within = 60_000) =>
  until('no mail is pending', async () => (await agent.inboundMails('?state=pending')).length === 0, { within });

/** The ends of all mails: `{delivered: 12, …}`. */
export function ends(server) {
  const rows = select(server, 'SELECT state, count(*) AS mails FROM inbound_mails GROUP BY state');
  return Object.fromEntries(rows.map(({ state, mails }) => [state, mails]));
}

/**
 * Holds the database to the rules above. `accepted` maps the Message-ID (without brackets) of each mail that was answered
 * with success to the conversations' numbers in which it has to stand.
 */
export async function assertLedger(server, accepted, note = '') {
  await until('the last job is done', () => select(server, faults['work left over']).length === 0, { within: 30_000 }).catch(() => {});
  for (const [fault, statement] of Object.entries(faults)) {
    assert.deepEqual(select(server, statement), [], `${fault} ${note}`);
  }
  const placed = select(server, `SELECT m.source_id, v.display_id FROM messages m JOIN conversations v ON v.id = m.conversation_id
    WHERE m.content_type = 'incoming_email'`);
  const places = (pairs) => pairs.map(([id, number]) => `${id} in ${number}`).sort();
  const found = places(placed.map(({ source_id, display_id }) => [source_id, display_id]));
  const wanted = places([...accepted].flatMap(([id, numbers]) => numbers.map((number) => [id, number])));
  assert.deepEqual(found, wanted, `every accepted mail stands where it belongs, once, and no other ${note}`);

  const keys = select(server, 'SELECT blob_key FROM attachments UNION SELECT blob_key FROM inbound_mails WHERE blob_key IS NOT NULL');
  for (const { blob_key } of keys) {
    assert.ok(existsSync(join(server.blobs, blob_key.slice(0, 2), blob_key)), `the file ${blob_key} is there ${note}`);
  }
  if (!server.env.DATABASE_URL) {
    const check = (pragma) => execFileSync('sqlite3', ['-readonly', join(server.folder, 'segue.sqlite3'), `PRAGMA ${pragma}`], { encoding: 'utf8' });
    assert.equal(check('integrity_check'), 'ok\n');
    assert.equal(check('foreign_key_check'), '');
  }
}
