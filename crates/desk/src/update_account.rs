//! Changing an account's settings, by API or console (contract §3).

use crate::{Desk, Outcome, Problem};
use mail::address;
use model::{
    account::Account,
    event::{Event, EventKind},
    ids::{AccountId, UserId},
};
use store::{accounts, events};

/// What is to change; `None` stays as it is, an empty text takes the value away.
#[derive(Clone, Debug, Default)]
pub struct AccountChange {
    /// Its name.
    pub name: Option<String>,
    /// Language of automatic texts.
    pub locale: Option<String>,
    /// Inbound domain.
    pub domain: Option<String>,
    /// Sender: `addr` or `Name <addr>`.
    pub support_email: Option<String>,
    /// Features by name.
    pub features: Vec<(String, bool)>,
}

/// The longest domain.
const LONGEST_DOMAIN: usize = 100;
/// The longest name.
const LONGEST_NAME: usize = 255;

/// Changes the account; `by` is nobody for the console.
///
/// # Errors
/// There is no such account, or a value makes no sense: nothing is changed then.
pub async fn update_account(desk: &Desk, id: AccountId, by: Option<UserId>, change: AccountChange) -> Outcome<Account> {
    let now = desk.now();
    desk.db
        .write(async move |tx| {
            let mut account = accounts::lock(tx, id).await?.ok_or(Problem::NotFound("account"))?;
            apply(&mut account, &change)?;
            accounts::update(tx, &account).await?;
            events::record(tx, &Event::new(EventKind::AccountUpdated, id, now).by(by)).await?;
            Ok(account)
        })
        .await
}

/// Changes the values of `account`, checked.
///
/// # Errors
/// One makes no sense; the words name it.
pub fn apply(account: &mut Account, change: &AccountChange) -> Outcome<()> {
    if let Some(name) = &change.name {
        account.name = checked_name(name)?;
    }
    if let Some(locale) = &change.locale {
        account.locale = checked_locale(locale)?;
    }
    if let Some(domain) = &change.domain {
        account.domain = checked_domain(domain)?;
    }
    if let Some(address) = &change.support_email {
        account.support_email = checked_sender(address)?;
    }
    for (name, on) in &change.features {
        if !account.features.set(name, *on) {
            return Err(Problem::Invalid(format!("features: there is no feature `{name}`")));
        }
    }
    Ok(())
}

fn checked_name(name: &str) -> Outcome<String> {
    let name = name.trim();
    match name.chars().count() {
        0 => Err(Problem::invalid("name", "must not be empty")),
        length if length > LONGEST_NAME => Err(Problem::invalid("name", "must have at most 255 characters")),
        _ => Ok(name.to_owned()),
    }
}

fn checked_locale(locale: &str) -> Outcome<String> {
    let locale = locale.trim();
    let (language, rest) = locale.split_once(['_', '-']).map_or((locale, None), |(first, rest)| (first, Some(rest)));
    let letters = |text: &str, range: std::ops::RangeInclusive<usize>| {
        range.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let good = letters(language, 2..=3) && rest.is_none_or(|rest| letters(rest, 2..=8));
    if good { Ok(locale.to_owned()) } else { Err(Problem::invalid("locale", "must be a language such as en or pt_BR")) }
}

fn checked_domain(domain: &str) -> Outcome<Option<String>> {
    let domain = domain.trim().trim_end_matches('.').to_ascii_lowercase();
    if domain.is_empty() {
        return Ok(None);
    }
    if domain.len() > LONGEST_DOMAIN {
        return Err(Problem::invalid("domain", "must have at most 100 characters"));
    }
    if !address::is_host_name(&domain) {
        return Err(Problem::invalid("domain", "must be a host name such as mail.example.org"));
    }
    Ok(Some(domain))
}

fn checked_sender(sender: &str) -> Outcome<Option<String>> {
    let sender = sender.trim();
    if sender.is_empty() {
        return Ok(None);
    }
    if sender.chars().any(char::is_control) || !address::is_address(address::bare(sender)) {
        return Err(Problem::invalid("support_email", "must be an address, or a name with an address in <>"));
    }
    Ok(Some(sender.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Timestamp, account::Features};

    fn account() -> Account {
        Account {
            id: AccountId(1),
            name: "Acme".into(),
            locale: "en".into(),
            domain: None,
            support_email: None,
            features: Features::default(),
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn values_are_checked() {
        let long = format!("{}.example", "a".repeat(63));
        let longer = format!("{}.{}.example", "a".repeat(60), "b".repeat(60));
        let rows: [(&str, &str, bool); 20] = [
            ("domain", "mail.example.org", true),
            ("domain", " Mail.Example.Org. ", true),
            ("domain", "", true),
            ("domain", &long, true),
            ("domain", &longer, false),
            ("domain", "not a host", false),
            ("domain", "http://example.org", false),
            ("domain", "-x.example", false),
            ("support_email", "help@example.org", true),
            ("support_email", "Help <help@example.org>", true),
            ("support_email", "help", false),
            ("support_email", "Help <help>", false),
            ("support_email", "a@example.org\r\nBcc: b@example.org", false),
            ("name", "Bücher & Co", true),
            ("name", "  ", false),
            ("locale", "pt_BR", true),
            ("locale", "de", true),
            ("locale", "english please", false),
            ("locale", "", false),
            ("locale", "e", false),
        ];
        for (field, value, good) in rows {
            let value = Some(value.to_owned());
            let change = match field {
                "domain" => AccountChange { domain: value, ..AccountChange::default() },
                "support_email" => AccountChange { support_email: value, ..AccountChange::default() },
                "name" => AccountChange { name: value, ..AccountChange::default() },
                _ => AccountChange { locale: value, ..AccountChange::default() },
            };
            let result = apply(&mut account(), &change);
            assert_eq!(result.is_ok(), good, "{change:?}");
            if let Err(problem) = result {
                assert!(problem.to_string().starts_with(field), "{problem}");
            }
        }
    }

    #[test]
    fn features_go_by_name() {
        let mut changed = account();
        let change = |name: &str| AccountChange { features: vec![(name.into(), true)], ..AccountChange::default() };
        assert!(apply(&mut changed, &change("inbound_emails")).is_ok());
        assert!(changed.features.inbound_emails);
        assert!(apply(&mut changed, &change("teleport")).is_err());
    }
}
