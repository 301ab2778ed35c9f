-- Mailboxes that mail is fetched from, at most one for each e-mail inbox: how far fetching has come, and how it goes.
CREATE TABLE mailboxes (
    inbox_id BIGINT PRIMARY KEY REFERENCES inboxes (id) ON DELETE CASCADE,
    -- with another folder everything begins anew
    folder TEXT NOT NULL,
    -- log-in and host: with another one the numbers are others
    server TEXT NOT NULL,
    -- what the server calls its numbering (0: the server is another), and the first number that has not been dealt with
    uid_validity BIGINT,
    next_uid BIGINT NOT NULL,
    -- below this number only mail is taken that arrived after that time: the server has numbered everything anew
    renumbered_below BIGINT NOT NULL,
    arrived_after BIGINT,
    -- mail that arrived before is not ours to take
    began_at BIGINT,
    -- the one node that fetches
    claimed_by TEXT,
    lease_until BIGINT,
    -- how the last look went, and when one went well
    ok BOOLEAN,
    words TEXT NOT NULL,
    looked_at BIGINT,
    fetched_at BIGINT,
    fetched BIGINT NOT NULL
);

-- Mails of a mailbox that could not be had, so that they hold up no other.
CREATE TABLE mails_set_aside (
    inbox_id BIGINT NOT NULL REFERENCES mailboxes (inbox_id) ON DELETE CASCADE,
    uid BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    reason TEXT NOT NULL,
    at BIGINT NOT NULL,
    -- when it is tried again; never where null
    next_try_at BIGINT,
    PRIMARY KEY (inbox_id, uid)
);
