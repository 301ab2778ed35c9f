-- When a person was last heard on a messaging channel, which opens its reply window, and why the channel cannot reach
-- them any more.
ALTER TABLE contact_inboxes ADD COLUMN heard_at BIGINT;
ALTER TABLE contact_inboxes ADD COLUMN unreachable TEXT;

-- By a channel: goes by e-mail instead where the channel cannot deliver it.
ALTER TABLE deliveries ADD COLUMN falls_back BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX deliveries_on_channels ON deliveries (conversation_id, message_id) WHERE channel <> 'email' AND state IN ('queued', 'deferred');

-- The ids that providers know our messages by, each once in an inbox.
CREATE TABLE provider_ids (
    inbox_id BIGINT NOT NULL REFERENCES inboxes (id) ON DELETE CASCADE,
    provider_id TEXT NOT NULL,
    -- null where the message is erased, or has not come yet and only a mark on it has
    message_id BIGINT REFERENCES messages (id) ON DELETE SET NULL,
    -- which part of a message that went in several, from 0
    part BIGINT NOT NULL,
    -- JSON: a mark that came before its message
    early TEXT,
    at BIGINT NOT NULL,
    PRIMARY KEY (inbox_id, provider_id)
);
CREATE INDEX provider_ids_by_message ON provider_ids (message_id, part);
CREATE INDEX provider_ids_early ON provider_ids (at) WHERE early IS NOT NULL;

-- What providers posted, accepted before it is read; the hash outlives the body.
CREATE TABLE channel_posts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    inbox_id BIGINT NOT NULL REFERENCES inboxes (id) ON DELETE CASCADE,
    hash TEXT NOT NULL,
    -- null once it is dealt with
    body TEXT,
    -- why it could not be dealt with
    failure TEXT,
    received_at BIGINT NOT NULL,
    UNIQUE (inbox_id, hash)
);
CREATE INDEX channel_posts_waiting ON channel_posts (inbox_id, id) WHERE body IS NOT NULL AND failure IS NULL;
CREATE INDEX channel_posts_by_age ON channel_posts (received_at);

-- How the inbox of a channel is doing.
CREATE TABLE channel_health (
    inbox_id BIGINT PRIMARY KEY REFERENCES inboxes (id) ON DELETE CASCADE,
    heard_at BIGINT,
    sent_at BIGINT,
    registered_at BIGINT,
    failed_at BIGINT,
    failure TEXT
);
