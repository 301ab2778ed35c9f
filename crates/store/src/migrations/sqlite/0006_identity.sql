-- Addresses among the additional ones that have not proved to be theirs, an address written in a chat that an agent may
-- take for theirs, and whether anybody vouches for the number.
ALTER TABLE contacts ADD COLUMN unverified_emails TEXT NOT NULL DEFAULT '[]';
ALTER TABLE contacts ADD COLUMN offered_email TEXT;
ALTER TABLE contacts ADD COLUMN phone_verified BOOLEAN NOT NULL DEFAULT FALSE;
-- Who never came by a channel was entered by an agent.
UPDATE contacts SET phone_verified = TRUE WHERE phone_number IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM contact_inboxes WHERE contact_inboxes.contact_id = contacts.id);
CREATE INDEX contacts_by_phone ON contacts (account_id, phone_number) WHERE phone_number IS NOT NULL;
CREATE INDEX contacts_with_more_emails ON contacts (account_id) WHERE additional_emails <> '[]';

-- Contacts that became part of another: the id still leads there, and for some time it can be undone.
CREATE TABLE contact_merges (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    base_id BIGINT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    mergee_id BIGINT NOT NULL,
    -- JSON: both as they were, and what they became; null once it cannot be undone
    snapshot TEXT,
    merged_by BIGINT,
    at BIGINT NOT NULL,
    undone_at BIGINT
);
CREATE INDEX contact_merges_by_base ON contact_merges (base_id, id);
CREATE UNIQUE INDEX contact_merges_by_mergee ON contact_merges (mergee_id) WHERE undone_at IS NULL;

-- What was moved from the one to the other: sessions, messages, earlier merges, and tokens.
CREATE TABLE contact_merge_rows (
    merge_id BIGINT NOT NULL REFERENCES contact_merges (id) ON DELETE CASCADE,
    what TEXT NOT NULL,
    row_id BIGINT NOT NULL,
    PRIMARY KEY (merge_id, what, row_id)
);
CREATE TABLE contact_merge_tokens (
    merge_id BIGINT NOT NULL REFERENCES contact_merges (id) ON DELETE CASCADE,
    token TEXT NOT NULL,
    PRIMARY KEY (merge_id, token)
);

-- Pairs that an agent has said are not one person.
CREATE TABLE contact_merge_dismissals (
    one_id BIGINT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    other_id BIGINT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    dismissed_by BIGINT,
    at BIGINT NOT NULL,
    PRIMARY KEY (one_id, other_id)
);
CREATE INDEX contact_merge_dismissals_by_other ON contact_merge_dismissals (other_id);
