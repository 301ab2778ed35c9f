//! The list of every statement. In debug builds a statement that is not listed cannot run, so the test that prepares
//! them all on both databases is complete.

use crate::{
    accounts, attachments, channel_health, channel_posts, contact_inboxes, contact_merges, contacts, conversations,
    deliveries, erasure, events, inbound_conclusions, inbound_hosts, inbound_log, inbound_mails, inbound_shares,
    inboxes, ingress_tokens, installation, jobs, mail_ids, mailboxes, mails, mails_set_aside, messages, presences,
    provider_ids, sessions, suppressions, tokens, users, webhook_posts, webhooks,
};

/// The statements of each module, the same text for both databases.
const SHARED: &[&[&str]] = &[
    accounts::STATEMENTS,
    attachments::STATEMENTS,
    channel_health::STATEMENTS,
    channel_posts::STATEMENTS,
    contact_inboxes::STATEMENTS,
    contact_merges::STATEMENTS,
    contacts::STATEMENTS,
    conversations::STATEMENTS,
    deliveries::STATEMENTS,
    erasure::STATEMENTS,
    events::STATEMENTS,
    inbound_conclusions::STATEMENTS,
    inbound_hosts::STATEMENTS,
    inbound_log::STATEMENTS,
    inbound_mails::STATEMENTS,
    inbound_shares::STATEMENTS,
    inboxes::STATEMENTS,
    ingress_tokens::STATEMENTS,
    installation::STATEMENTS,
    jobs::STATEMENTS,
    mail_ids::STATEMENTS,
    mailboxes::STATEMENTS,
    mails::STATEMENTS,
    mails_set_aside::STATEMENTS,
    messages::STATEMENTS,
    presences::STATEMENTS,
    provider_ids::STATEMENTS,
    sessions::STATEMENTS,
    suppressions::STATEMENTS,
    tokens::STATEMENTS,
    users::STATEMENTS,
    webhook_posts::STATEMENTS,
    webhooks::STATEMENTS,
];

/// Stops a debug build at a statement that is in no list.
pub(crate) fn expect_listed(sql: &'static str) {
    debug_assert!(
        SHARED.iter().flat_map(|list| list.iter()).any(|listed| *listed == sql)
            || crate::driver::differing::LISTED
                .iter()
                .flat_map(|pair| [pair.sqlite, pair.postgres])
                .any(|listed| listed == sql),
        "not in any STATEMENTS list: {sql}"
    );
}

#[cfg(test)]
mod tests {
    use super::SHARED;
    use crate::driver::{differing, sqlite};

    #[test]
    fn every_statement_can_be_prepared_on_sqlite() {
        let connection = sqlite::in_memory().unwrap();
        let own = differing::LISTED.iter().map(|pair| pair.sqlite);
        for sql in SHARED.iter().flat_map(|list| list.iter().copied()).chain(own) {
            sqlite::prepare(&connection, sql).unwrap_or_else(|error| panic!("{error}\n{sql}"));
        }
    }

    #[tokio::test]
    async fn every_statement_can_be_prepared_on_postgres() {
        let Some(url) = crate::testkit::postgres_url().await else { return };
        drop(crate::Db::open(&crate::DatabaseUrl::Postgres(url.clone())).await.unwrap());
        let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        let own = differing::LISTED.iter().map(|pair| pair.postgres);
        for sql in SHARED.iter().flat_map(|list| list.iter().copied()).chain(own) {
            client.prepare(sql).await.unwrap_or_else(|error| panic!("{error:?}\n{sql}"));
        }
    }
}
