-- Times are milliseconds since 1970. JSON is text: the program reads it, the database need not.

CREATE TABLE installation (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE accounts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    locale TEXT NOT NULL,
    domain TEXT,
    support_email TEXT,
    features TEXT NOT NULL,
    last_display_id BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL
);

CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    email TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    access_token TEXT NOT NULL UNIQUE,
    pubsub_token TEXT NOT NULL UNIQUE,
    ui_settings TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE memberships (
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    PRIMARY KEY (account_id, user_id)
);
CREATE INDEX memberships_by_user ON memberships (user_id);

CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE inboxes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    -- what outside callers name the inbox by: a website token, an address, a provider's id
    outside_key TEXT NOT NULL UNIQUE,
    channel TEXT NOT NULL,
    settings TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX inboxes_by_account ON inboxes (account_id);

CREATE TABLE contacts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    email TEXT,
    email_verified BOOLEAN NOT NULL,
    additional_emails TEXT NOT NULL,
    phone_number TEXT,
    identifier TEXT,
    blocked BOOLEAN NOT NULL,
    additional_attributes TEXT NOT NULL,
    custom_attributes TEXT NOT NULL,
    -- name, address, number and identifier in lower case, for search
    search TEXT NOT NULL,
    last_activity_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX contacts_by_email ON contacts (account_id, email);
CREATE UNIQUE INDEX contacts_by_identifier ON contacts (account_id, identifier) WHERE identifier IS NOT NULL;
CREATE INDEX contacts_by_activity ON contacts (account_id, last_activity_at, id);

CREATE TABLE contact_inboxes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    contact_id BIGINT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    inbox_id BIGINT NOT NULL REFERENCES inboxes (id) ON DELETE CASCADE,
    source_id TEXT NOT NULL,
    pubsub_token TEXT NOT NULL UNIQUE,
    hmac_verified BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (inbox_id, source_id)
);
CREATE INDEX contact_inboxes_by_contact ON contact_inboxes (contact_id);

CREATE TABLE conversations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    inbox_id BIGINT NOT NULL REFERENCES inboxes (id) ON DELETE CASCADE,
    contact_id BIGINT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    contact_inbox_id BIGINT NOT NULL REFERENCES contact_inboxes (id) ON DELETE CASCADE,
    display_id BIGINT NOT NULL,
    uuid TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    snoozed_until BIGINT,
    assignee_id BIGINT REFERENCES users (id) ON DELETE SET NULL,
    priority TEXT,
    mail_subject TEXT,
    contact_last_seen_at BIGINT,
    agent_last_seen_at BIGINT,
    assignee_last_seen_at BIGINT,
    first_reply_created_at BIGINT,
    waiting_since BIGINT,
    last_activity_at BIGINT NOT NULL,
    additional_attributes TEXT NOT NULL,
    custom_attributes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (account_id, display_id)
);
CREATE INDEX conversations_by_activity ON conversations (account_id, status, last_activity_at, id);
CREATE INDEX conversations_by_contact_inbox ON conversations (contact_inbox_id, id);
CREATE INDEX conversations_by_contact ON conversations (contact_id, id);
CREATE INDEX conversations_snoozed ON conversations (snoozed_until) WHERE status = 'snoozed';

CREATE TABLE messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    inbox_id BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    kind BIGINT NOT NULL,
    content TEXT,
    content_type TEXT NOT NULL,
    content_attributes TEXT NOT NULL,
    private BOOLEAN NOT NULL,
    withheld BOOLEAN NOT NULL,
    status TEXT NOT NULL,
    source_id TEXT,
    echo_id TEXT,
    sender_type TEXT,
    sender_id BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX messages_by_conversation ON messages (conversation_id, id);
CREATE INDEX messages_by_source ON messages (account_id, source_id) WHERE source_id IS NOT NULL;

CREATE TABLE attachments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id BIGINT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    blob_key TEXT NOT NULL,
    inline BOOLEAN NOT NULL,
    content_id TEXT
);
CREATE INDEX attachments_by_message ON attachments (message_id);
CREATE INDEX attachments_by_blob ON attachments (blob_key);

-- An outgoing mail: rendered once, for one envelope recipient.
CREATE TABLE mails (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    conversation_id BIGINT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    message_id_header TEXT NOT NULL,
    envelope_from TEXT NOT NULL,
    envelope_to TEXT NOT NULL,
    header_from TEXT NOT NULL,
    reply_to TEXT,
    subject TEXT NOT NULL,
    raw BLOB NOT NULL,
    sandboxed BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX mails_by_account ON mails (account_id, id);
CREATE INDEX mails_by_recipient ON mails (envelope_to, created_at);

-- Addresses that asked an account for no more unasked-for mail.
CREATE TABLE suppressions (
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (account_id, address)
);

CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    mail_id BIGINT REFERENCES mails (id) ON DELETE SET NULL,
    channel TEXT NOT NULL,
    recipient TEXT NOT NULL,
    state TEXT NOT NULL,
    detail TEXT,
    code TEXT,
    next_try_at BIGINT,
    unless_seen BOOLEAN NOT NULL,
    at BIGINT NOT NULL,
    UNIQUE (message_id, channel, recipient)
);
CREATE INDEX deliveries_planned ON deliveries (conversation_id, id) WHERE state = 'planned';
CREATE INDEX deliveries_by_mail ON deliveries (mail_id);

-- Secrets that lead into a conversation: reply and bounce addresses, link-backs (those by hash).
CREATE TABLE tokens (
    token TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    conversation_id BIGINT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    contact_id BIGINT,
    user_id BIGINT,
    mail_id BIGINT,
    address TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    revoked_at BIGINT
);
CREATE UNIQUE INDEX tokens_for_replies ON tokens (conversation_id, address) WHERE kind = 'reply' AND revoked_at IS NULL;

-- Every Message-ID known in a conversation, ours and theirs, in the order of the thread.
CREATE TABLE mail_ids (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    message_id_header TEXT NOT NULL,
    -- hash of the text for incoming mail, '' for ours
    text_hash TEXT NOT NULL,
    outgoing BOOLEAN NOT NULL,
    -- who sent it to us, or got it from us
    party TEXT NOT NULL,
    message_id BIGINT,
    at BIGINT NOT NULL,
    UNIQUE (conversation_id, message_id_header, text_hash, party)
);
CREATE INDEX mail_ids_by_header ON mail_ids (message_id_header);

CREATE TABLE inbound_mails (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- SHA-256 of bytes and envelope; outlives the bytes
    hash TEXT NOT NULL UNIQUE,
    account_id BIGINT,
    ingress TEXT NOT NULL,
    envelope_from TEXT,
    envelope_to TEXT NOT NULL,
    peer TEXT,
    -- zstd; NULL where the bytes lie in the blob store or are erased
    raw BLOB,
    blob_key TEXT,
    size BIGINT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    trace TEXT NOT NULL,
    kind TEXT,
    message_id_header TEXT,
    from_address TEXT,
    recipients TEXT NOT NULL,
    subject TEXT,
    search TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    processed_at BIGINT
);
CREATE INDEX inbound_mails_by_account ON inbound_mails (account_id, id);
CREATE INDEX inbound_mails_pending ON inbound_mails (id) WHERE state = 'pending';

-- What became of a mail in each conversation it was addressed to.
CREATE TABLE inbound_conclusions (
    inbound_mail_id BIGINT NOT NULL REFERENCES inbound_mails (id) ON DELETE CASCADE,
    conversation_id BIGINT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    message_id BIGINT,
    PRIMARY KEY (inbound_mail_id, conversation_id)
);
CREATE INDEX inbound_conclusions_by_message ON inbound_conclusions (message_id);

CREATE TABLE presences (
    -- the pubsub token that is here, once per connection
    connection TEXT PRIMARY KEY,
    account_id BIGINT NOT NULL,
    contact_inbox_id BIGINT,
    user_id BIGINT,
    visible BOOLEAN NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX presences_by_account ON presences (account_id);
CREATE INDEX presences_by_contact_inbox ON presences (contact_inbox_id);

CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    -- at most one waiting job of a kind with the same key
    unique_key TEXT,
    -- waiting, running, or failed for good; done jobs are deleted
    state TEXT NOT NULL,
    run_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    claimed_by TEXT,
    lease_until BIGINT,
    last_error TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX jobs_waiting ON jobs (run_at, id) WHERE state = 'waiting';
CREATE INDEX jobs_running ON jobs (lease_until) WHERE state = 'running';
CREATE UNIQUE INDEX jobs_unique ON jobs (kind, unique_key) WHERE state = 'waiting' AND unique_key IS NOT NULL;

CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- always 0: one writer, so ids are in commit order
    xact BIGINT NOT NULL DEFAULT 0,
    kind TEXT NOT NULL,
    account_id BIGINT NOT NULL,
    conversation_id BIGINT,
    message_id BIGINT,
    contact_id BIGINT,
    performer BIGINT,
    data TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX events_in_order ON events (xact, id);
CREATE INDEX events_by_age ON events (at);
