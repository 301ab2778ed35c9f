//! The few statements whose text differs between the databases.

use crate::tx::Tx;

/// One statement in both dialects.
pub(crate) struct Pair {
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

impl Pair {
    /// The text for this transaction's database.
    pub(crate) fn for_(&self, tx: &Tx<'_>) -> &'static str {
        if tx.is_postgres() { self.postgres } else { self.sqlite }
    }
}

/// Claims waiting jobs: `$1` now, `$2` how many, `$3` by whom, `$4` until when, `$5` in which lane. One node's claim must not wait for
/// another's.
pub(crate) const CLAIM_JOBS: Pair = Pair {
    sqlite: "UPDATE jobs SET state = 'running', claimed_by = $3, lease_until = $4, attempts = attempts + 1 WHERE id IN \
             (SELECT id FROM jobs WHERE lane = $5 AND state = 'waiting' AND run_at <= $1 ORDER BY run_at, id LIMIT $2) \
             RETURNING id, kind, payload, attempts, run_at",
    postgres: "UPDATE jobs SET state = 'running', claimed_by = $3, lease_until = $4, attempts = attempts + 1 WHERE id IN \
               (SELECT id FROM jobs WHERE lane = $5 AND state = 'waiting' AND run_at <= $1 ORDER BY run_at, id LIMIT $2 FOR UPDATE SKIP LOCKED) \
               RETURNING id, kind, payload, attempts, run_at",
};

/// A statement over the rows one of whose columns is in the JSON list `$1`: of numbers or of texts.
macro_rules! among {
    (numbers, $head:literal, $tail:literal, $postgres:literal) => {
        Pair {
            sqlite: concat!($head, " IN (SELECT value FROM json_each($1))", $tail),
            postgres: concat!(
                $head,
                " IN (SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST(CAST($1 AS TEXT) AS JSON)))",
                $tail,
                $postgres
            ),
        }
    };
    (texts, $head:literal, $tail:literal) => {
        Pair {
            sqlite: concat!($head, " IN (SELECT value FROM json_each($1))", $tail),
            postgres: concat!(
                $head,
                " IN (SELECT value FROM json_array_elements_text(CAST(CAST($1 AS TEXT) AS JSON)))",
                $tail
            ),
        }
    };
}

/// Deletes jobs.
pub(crate) const JOBS_DONE: Pair = among!(numbers, "DELETE FROM jobs WHERE id", "", "");

/// Lets the claims of `$1` on the jobs in the JSON list `$3` hold until `$2`.
pub(crate) const RENEW_JOBS: Pair = Pair {
    sqlite: "UPDATE jobs SET lease_until = $2 WHERE claimed_by = $1 AND state = 'running' AND id IN (SELECT value FROM json_each($3))",
    postgres: "UPDATE jobs SET lease_until = $2 WHERE claimed_by = $1 AND state = 'running' AND id IN \
               (SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST(CAST($3 AS TEXT) AS JSON)))",
};

/// Accepted mails with their bytes.
pub(crate) const MAILS_WITH_RAW: Pair = among!(numbers, "SELECT * FROM inbound_mails WHERE id", " ORDER BY id", "");

/// Conversations.
pub(crate) const CONVERSATIONS_AMONG: Pair = among!(numbers, "SELECT * FROM conversations WHERE id", "", "");

/// Conversations, their rows locked for the rest of the transaction, in one order by everybody.
pub(crate) const LOCK_CONVERSATIONS: Pair =
    among!(numbers, "SELECT * FROM conversations WHERE id", " ORDER BY id", " FOR UPDATE");

/// Contacts.
pub(crate) const CONTACTS_AMONG: Pair = among!(numbers, "SELECT * FROM contacts WHERE id", "", "");

/// Tokens.
pub(crate) const TOKENS_AMONG: Pair = among!(texts, "SELECT * FROM tokens WHERE token", "");

/// Where Message-IDs are known.
pub(crate) const MAIL_IDS_AMONG: Pair = among!(texts, "SELECT * FROM mail_ids WHERE message_id_header", " ORDER BY id");

/// Records the events in the JSON list `$1`, in order.
pub(crate) const RECORD_EVENTS: Pair = Pair {
    sqlite: "INSERT INTO events (kind, account_id, conversation_id, message_id, contact_id, performer, data, at) \
             SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7 \
             FROM json_each($1) ORDER BY key",
    postgres: "INSERT INTO events (kind, account_id, conversation_id, message_id, contact_id, performer, data, at) \
               SELECT value ->> 0, CAST(value ->> 1 AS BIGINT), CAST(value ->> 2 AS BIGINT), CAST(value ->> 3 AS BIGINT), \
               CAST(value ->> 4 AS BIGINT), CAST(value ->> 5 AS BIGINT), value ->> 6, CAST(value ->> 7 AS BIGINT) \
               FROM json_array_elements(CAST(CAST($1 AS TEXT) AS JSON)) WITH ORDINALITY AS listed (value, place) ORDER BY place",
};

/// A statement over one row on SQLite; on PostgreSQL over the rows in the JSON list `$1`, each a list of the same values.
macro_rules! rows {
    ($sqlite:literal, $head:literal, $tail:literal) => {
        Pair {
            sqlite: $sqlite,
            postgres: concat!(
                $head,
                " FROM jsonb_array_elements(CAST(CAST($1 AS TEXT) AS JSONB)) AS listed (value) ",
                $tail
            ),
        }
    };
}

/// Draws the ids of that many messages. SQLite gives them as they are written.
pub(crate) static DRAW_MESSAGE_IDS: Pair = Pair {
    sqlite: "SELECT $1 AS id WHERE 1 = 0",
    postgres: "SELECT nextval(pg_get_serial_sequence('messages', 'id')) AS id FROM generate_series(1, CAST($1 AS BIGINT))",
};

/// Keeps conversations.
pub(crate) static UPDATE_CONVERSATION: Pair = rows!(
    "UPDATE conversations SET status = $2, snoozed_until = $3, assignee_id = $4, priority = $5, contact_last_seen_at = $6, \
     agent_last_seen_at = $7, assignee_last_seen_at = $8, first_reply_created_at = $9, waiting_since = $10, \
     last_activity_at = $11, additional_attributes = $12, custom_attributes = $13, updated_at = $14 WHERE id = $1",
    "UPDATE conversations SET status = value ->> 1, snoozed_until = CAST(value ->> 2 AS BIGINT), \
     assignee_id = CAST(value ->> 3 AS BIGINT), priority = value ->> 4, contact_last_seen_at = CAST(value ->> 5 AS BIGINT), \
     agent_last_seen_at = CAST(value ->> 6 AS BIGINT), assignee_last_seen_at = CAST(value ->> 7 AS BIGINT), \
     first_reply_created_at = CAST(value ->> 8 AS BIGINT), waiting_since = CAST(value ->> 9 AS BIGINT), \
     last_activity_at = CAST(value ->> 10 AS BIGINT), additional_attributes = value ->> 11, custom_attributes = value ->> 12, \
     updated_at = CAST(value ->> 13 AS BIGINT)",
    "WHERE conversations.id = CAST(value ->> 0 AS BIGINT)"
);

/// Notes that contacts did something.
pub(crate) static TOUCH_CONTACT: Pair = rows!(
    "UPDATE contacts SET last_activity_at = $2 WHERE id = $1 AND last_activity_at < $2",
    "UPDATE contacts SET last_activity_at = CAST(value ->> 1 AS BIGINT)",
    "WHERE contacts.id = CAST(value ->> 0 AS BIGINT) AND last_activity_at < CAST(value ->> 1 AS BIGINT)"
);

/// Notes Message-IDs.
pub(crate) static RECORD_MAIL_ID: Pair = rows!(
    "INSERT INTO mail_ids (account_id, conversation_id, message_id_header, text_hash, outgoing, party, message_id, at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (conversation_id, message_id_header, text_hash, party) DO NOTHING",
    "INSERT INTO mail_ids (account_id, conversation_id, message_id_header, text_hash, outgoing, party, message_id, at) \
     SELECT CAST(value ->> 0 AS BIGINT), CAST(value ->> 1 AS BIGINT), value ->> 2, value ->> 3, CAST(value ->> 4 AS BOOLEAN), \
     value ->> 5, CAST(value ->> 6 AS BIGINT), CAST(value ->> 7 AS BIGINT)",
    "ON CONFLICT (conversation_id, message_id_header, text_hash, party) DO NOTHING"
);

/// Keeps what became of mails in conversations.
pub(crate) static SET_CONCLUSION: Pair = rows!(
    "INSERT INTO inbound_conclusions (inbound_mail_id, conversation_id, state, reason, message_id) VALUES ($1, $2, $3, $4, $5) \
     ON CONFLICT (inbound_mail_id, conversation_id) DO UPDATE SET state = excluded.state, reason = excluded.reason, message_id = excluded.message_id",
    "INSERT INTO inbound_conclusions (inbound_mail_id, conversation_id, state, reason, message_id) \
     SELECT CAST(value ->> 0 AS BIGINT), CAST(value ->> 1 AS BIGINT), value ->> 2, value ->> 3, CAST(value ->> 4 AS BIGINT)",
    "ON CONFLICT (inbound_mail_id, conversation_id) DO UPDATE SET state = excluded.state, reason = excluded.reason, message_id = excluded.message_id"
);

/// Keeps what became of pending mails.
pub(crate) static CONCLUDE_MAIL: Pair = rows!(
    "UPDATE inbound_mails SET account_id = $2, state = $3, reason = $4, trace = $5, kind = $6, message_id_header = $7, \
     from_address = $8, recipients = $9, subject = $10, search = $11, processed_at = $12, verdicts = COALESCE($13, verdicts) \
     WHERE id = $1 AND state = 'pending'",
    "UPDATE inbound_mails SET account_id = CAST(value ->> 1 AS BIGINT), state = value ->> 2, reason = value ->> 3, \
     trace = value ->> 4, kind = value ->> 5, message_id_header = value ->> 6, from_address = value ->> 7, recipients = value ->> 8, \
     subject = value ->> 9, search = value ->> 10, processed_at = CAST(value ->> 11 AS BIGINT), \
     verdicts = COALESCE(value ->> 12, verdicts)",
    // not `state = …`: the index of pending mails would be read for each row, however many wait
    "WHERE inbound_mails.id = CAST(value ->> 0 AS BIGINT) AND COALESCE(state, '') = 'pending'"
);

/// Events after the place (`$1` transaction, `$2` id), at most `$3`. On PostgreSQL only those of transactions that no
/// running one can precede; otherwise a late commit would be skipped for ever. On SQLite the transaction is always 0.
pub(crate) const EVENTS_AFTER: Pair = Pair {
    sqlite: "SELECT xact, id, kind, account_id, conversation_id, message_id, contact_id, performer, data, at FROM events \
             WHERE id > $2 AND xact >= $1 ORDER BY id LIMIT $3",
    postgres: "SELECT xact, id, kind, account_id, conversation_id, message_id, contact_id, performer, data, at FROM events \
               WHERE (xact, id) > ($1, $2) AND xact < CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT) \
               ORDER BY xact, id LIMIT $3",
};

/// Where the event log stands now: everything at or before this place is already past.
pub(crate) const EVENTS_END: Pair = Pair {
    sqlite: "SELECT 0 AS xact, COALESCE(MAX(id), 0) AS id FROM events",
    postgres: "SELECT CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT) - 1 AS xact, \
               CAST(9223372036854775807 AS BIGINT) AS id",
};

/// The conversation `$1`, its row locked for the rest of the transaction. On SQLite there is one writer anyway.
pub(crate) const LOCK_CONVERSATION: Pair = Pair {
    sqlite: "SELECT * FROM conversations WHERE id = $1",
    postgres: "SELECT * FROM conversations WHERE id = $1 FOR UPDATE",
};

/// The contact `$1` of the account `$2`, its row locked against new rows that refer to it. On SQLite there is one writer
/// anyway.
pub(crate) const SEIZE_CONTACT: Pair = Pair {
    sqlite: "SELECT * FROM contacts WHERE id = $1 AND account_id = $2",
    postgres: "SELECT * FROM contacts WHERE id = $1 AND account_id = $2 FOR UPDATE",
};

/// All of them, for the test that prepares every statement.
pub(crate) static LISTED: &[&Pair] = &[
    &CLAIM_JOBS,
    &JOBS_DONE,
    &RENEW_JOBS,
    &MAILS_WITH_RAW,
    &CONVERSATIONS_AMONG,
    &LOCK_CONVERSATIONS,
    &CONTACTS_AMONG,
    &TOKENS_AMONG,
    &MAIL_IDS_AMONG,
    &RECORD_EVENTS,
    &DRAW_MESSAGE_IDS,
    &UPDATE_CONVERSATION,
    &TOUCH_CONTACT,
    &RECORD_MAIL_ID,
    &SET_CONCLUSION,
    &CONCLUDE_MAIL,
    &EVENTS_AFTER,
    &EVENTS_END,
    &LOCK_CONVERSATION,
    &SEIZE_CONTACT,
];
