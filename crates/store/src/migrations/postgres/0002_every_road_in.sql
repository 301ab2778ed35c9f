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
-- A mail to conversations of several accounts belongs to none alone: what each of them sees of it.
CREATE TABLE inbound_shares (
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    inbound_mail_id BIGINT NOT NULL REFERENCES inbound_mails (id) ON DELETE CASCADE,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    trace TEXT NOT NULL,
    -- whether the account still sees the bytes
    raw BOOLEAN NOT NULL,
    PRIMARY KEY (account_id, inbound_mail_id)
);
CREATE INDEX inbound_shares_by_mail ON inbound_shares (inbound_mail_id);

-- Mails that belong to nobody, by the hosts they were addressed to.
CREATE TABLE inbound_hosts (
    host TEXT NOT NULL,
    inbound_mail_id BIGINT NOT NULL REFERENCES inbound_mails (id) ON DELETE CASCADE,
    PRIMARY KEY (host, inbound_mail_id)
);
CREATE INDEX inbound_hosts_by_mail ON inbound_hosts (inbound_mail_id);
INSERT INTO inbound_hosts (host, inbound_mail_id)
    SELECT DISTINCT lower(split_part(each.address, '@', 2)), inbound_mails.id
    FROM inbound_mails, jsonb_array_elements_text(CAST(inbound_mails.recipients AS JSONB)) AS each (address)
    WHERE inbound_mails.account_id IS NULL AND each.address LIKE '%@%' AND length(each.address) < 320;

-- When the bytes of a mail went.
ALTER TABLE inbound_mails ADD COLUMN erased_at BIGINT;
CREATE INDEX inbound_mails_kept ON inbound_mails (id) WHERE erased_at IS NULL;
CREATE INDEX inbound_mails_by_blob ON inbound_mails (blob_key) WHERE blob_key IS NOT NULL;
ALTER TABLE mails ADD COLUMN erased_at BIGINT;
CREATE INDEX mails_kept ON mails (id) WHERE erased_at IS NULL;

-- The log is read by state, or searched in the index alone; PostgreSQL keeps no index entry above 2.7 kB.
UPDATE inbound_mails SET search = substr(search, 1, 450);
DROP INDEX inbound_mails_by_account;
CREATE INDEX inbound_mails_by_state ON inbound_mails (account_id, state, id);
CREATE INDEX inbound_mails_log ON inbound_mails (account_id, id, state, ingress, kind, received_at, search);

-- What belongs to a conversation that is erased is found without reading everything.
CREATE INDEX inbound_conclusions_by_conversation ON inbound_conclusions (conversation_id, inbound_mail_id);
CREATE INDEX mails_by_conversation ON mails (conversation_id, id);
CREATE INDEX tokens_by_conversation ON tokens (conversation_id);
