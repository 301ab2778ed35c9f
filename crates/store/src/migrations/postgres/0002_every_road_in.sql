-- What the transport said of a mail (JSON: greeting, client, a provider's verdicts, the inbox it was fetched for), and
-- what SPF, DKIM and DMARC said of it (JSON).
ALTER TABLE inbound_mails ADD COLUMN transport TEXT;
ALTER TABLE inbound_mails ADD COLUMN verdicts TEXT;

-- The addresses of e-mail inboxes, lower case: their own, and the local parts of their forwarding addresses.
CREATE TABLE inbox_addresses (
    address TEXT PRIMARY KEY,
    inbox_id BIGINT NOT NULL REFERENCES inboxes (id) ON DELETE CASCADE
);
CREATE INDEX inbox_addresses_by_inbox ON inbox_addresses (inbox_id);

-- Work that is done many at a time waits in a lane of its own, so that neither holds up the other.
ALTER TABLE jobs ADD COLUMN lane TEXT NOT NULL DEFAULT 'single';
DROP INDEX jobs_waiting;
CREATE INDEX jobs_waiting ON jobs (lane, run_at, id) WHERE state = 'waiting';
-- What we wrote to someone is found in a long conversation without reading all of it.
CREATE INDEX messages_outgoing ON messages (conversation_id, id) WHERE kind IN (1, 3) AND private = FALSE;

-- Bytes that are compressed already are not compressed again, and words quickly, where the server knows how.
ALTER TABLE inbound_mails ALTER COLUMN raw SET STORAGE EXTERNAL;
DO $$ BEGIN
    EXECUTE 'ALTER TABLE messages ALTER COLUMN content_attributes SET COMPRESSION lz4';
EXCEPTION WHEN OTHERS THEN
    NULL;
END $$;

-- Tokens of webhooks that sign nothing but the token (Mailgun): the hash of the bytes each one brought.
CREATE TABLE ingress_tokens (
    token TEXT PRIMARY KEY,
    brought TEXT NOT NULL,
    good_until BIGINT NOT NULL
);
CREATE INDEX ingress_tokens_by_time ON ingress_tokens (good_until);
