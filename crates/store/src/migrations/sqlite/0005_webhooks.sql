-- Who in an account is told of what happens, by a post to their address.
CREATE TABLE webhooks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- of that inbox's affairs alone
    inbox_id BIGINT REFERENCES inboxes (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    -- JSON: names of what is told
    subscriptions TEXT NOT NULL,
    -- encrypted; signs the posts
    secret TEXT NOT NULL,
    sent_at BIGINT,
    failed_at BIGINT,
    failure TEXT,
    created_at BIGINT NOT NULL,
    UNIQUE (account_id, url)
);

-- Posts that have not been taken yet.
CREATE TABLE webhook_posts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- to a webhook of the account, or to the address of an API inbox
    webhook_id BIGINT REFERENCES webhooks (id) ON DELETE CASCADE,
    inbox_id BIGINT REFERENCES inboxes (id) ON DELETE CASCADE,
    -- those of one queue go one after the other
    queue TEXT NOT NULL,
    event TEXT NOT NULL,
    delivery_id TEXT NOT NULL UNIQUE,
    conversation_id BIGINT REFERENCES conversations (id) ON DELETE CASCADE,
    contact_id BIGINT REFERENCES contacts (id) ON DELETE CASCADE,
    message_id BIGINT,
    -- JSON: always the same bytes
    body TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX webhook_posts_by_queue ON webhook_posts (queue, id);
CREATE INDEX webhook_posts_by_conversation ON webhook_posts (conversation_id);
CREATE INDEX webhook_posts_by_contact ON webhook_posts (contact_id);

-- How far the event log has been told to webhooks; one row.
CREATE TABLE webhook_cursor (
    id BIGINT PRIMARY KEY,
    xact BIGINT NOT NULL,
    event_id BIGINT NOT NULL
);
