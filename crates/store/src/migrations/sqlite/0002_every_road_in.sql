-- What the transport said of a mail (JSON: greeting, client, a provider's verdicts, the inbox it was fetched for), and
-- what SPF, DKIM and DMARC said of it (JSON).
ALTER TABLE inbound_mails ADD COLUMN transport TEXT;
ALTER TABLE inbound_mails ADD COLUMN verdicts TEXT;
