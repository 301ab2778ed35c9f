//! What the console's statements do: a table of words over the same use cases as the API.

use super::grammar::{Literal, Statement, Value, parse};
use desk::{
    Desk,
    edit_inbox::{InboxChange, update_inbox},
    update_account::{self, AccountChange, update_account},
};
use model::{
    account::Account,
    ids::{AccountId, InboxId},
    inbox::Inbox,
};
use std::collections::HashMap;
use store::{accounts, inboxes};

/// What a statement answers.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Nothing,
    Shown(String),
    Exit,
}

/// What has been kept under names so far. Changes wait here until `save!`.
pub(super) struct Session {
    desk: Desk,
    kept: HashMap<String, Subject>,
}

#[expect(clippy::large_enum_variant, reason = "a handful of them live at once")]
#[derive(Clone)]
enum Subject {
    Account(Account, AccountChange),
    Inbox(Inbox, InboxChange),
}

const ACCOUNT_WORDS: &[&str] =
    &["id", "name", "domain", "support_email", "enabled_features", "enable_features", "disable_features", "save!"];
const INBOX_WORDS: &[&str] = &["id", "name", "continuity_via_email", "continuity_delay", "save!"];
const CLASS_WORDS: &[&str] = &["find", "all"];

const HELP: &str = "account = Account.find(1)                       an account
Account.all                                     all of them
account.enabled_features                        what is on
account.enable_features('inbound_emails')       mails carry a reply address
account.disable_features('inbound_emails')
account.domain = 'domain.com'                   the inbound domain
account.support_email = 'help@domain.com'       the sender
inbox = Inbox.find(1)
inbox.continuity_via_email = false              unseen replies are not mailed
inbox.continuity_delay = 60                     seconds a reply waits to be seen
account.save!                                   keeps the changes
exit";

impl Session {
    pub(super) fn new(desk: Desk) -> Self {
        Self { desk, kept: HashMap::new() }
    }

    pub(super) async fn run(&mut self, line: &str) -> Result<Answer, String> {
        match parse(line)? {
            Statement::Empty => Ok(Answer::Nothing),
            Statement::Keep(name, value) => {
                let subject = self.subject(&value).await?;
                let shown = shown(&subject);
                self.kept.insert(name, subject);
                Ok(Answer::Shown(shown))
            }
            Statement::Set(name, word, literal) => self.set(&name, &word, &literal).map(Answer::Shown),
            Statement::Show(value) => self.show(&value).await,
        }
    }

    async fn show(&mut self, value: &Value) -> Result<Answer, String> {
        match (value.subject.as_str(), value.word.as_deref()) {
            ("help", None) => Ok(Answer::Shown(HELP.into())),
            ("exit" | "quit", None) => Ok(Answer::Exit),
            ("Account", Some("all")) => self.all_accounts().await.map(Answer::Shown),
            ("Account" | "Inbox", _) => self.subject(value).await.map(|subject| Answer::Shown(shown(&subject))),
            (name, word) if self.kept.contains_key(name) => match word {
                None => Ok(Answer::Shown(shown(&self.kept[name]))),
                Some("save!") => self.save(name).await.map(Answer::Shown),
                Some(word) => self.ask(name, word, &value.arguments).map(Answer::Shown),
            },
            (unknown, _) => Err(self.unknown_subject(unknown)),
        }
    }

    /// `Account.find(1)`, `Inbox.find(2)`, or a name that was kept.
    async fn subject(&self, value: &Value) -> Result<Subject, String> {
        let id = || match value.arguments.as_slice() {
            [Literal::Number(id)] => Ok(*id),
            _ => Err(format!("{}.find needs a number: {}.find(1)", value.subject, value.subject)),
        };
        match (value.subject.as_str(), value.word.as_deref()) {
            ("Account", Some("find")) => self.account(AccountId(id()?)).await,
            ("Inbox", Some("find")) => self.inbox(InboxId(id()?)).await,
            ("Account" | "Inbox", word) => Err(unknown_word(word.unwrap_or_default(), &value.subject, CLASS_WORDS)),
            (name, None) => self.kept.get(name).cloned().ok_or_else(|| self.unknown_subject(name)),
            (name, Some(_)) => {
                Err(format!("only accounts and inboxes can be kept under a name, as in {name} = Account.find(1)"))
            }
        }
    }

    async fn account(&self, id: AccountId) -> Result<Subject, String> {
        let found = self.desk.db.read::<_, store::Error, _>(async move |tx| accounts::by_id(tx, id).await).await;
        let account = found.map_err(|error| error.to_string())?.ok_or_else(|| format!("there is no account {id}"))?;
        Ok(Subject::Account(account, AccountChange::default()))
    }

    async fn inbox(&self, id: InboxId) -> Result<Subject, String> {
        let found = self.desk.db.read::<_, store::Error, _>(async move |tx| inboxes::by_id(tx, id).await).await;
        let inbox = found.map_err(|error| error.to_string())?.ok_or_else(|| format!("there is no inbox {id}"))?;
        Ok(Subject::Inbox(inbox, InboxChange::default()))
    }

    async fn all_accounts(&self) -> Result<String, String> {
        let found = self.desk.db.read::<_, store::Error, _>(async |tx| accounts::all(tx).await).await;
        let shown: Vec<_> = found.map_err(|error| error.to_string())?.iter().map(show_account).collect();
        Ok(format!("[{}]", shown.join(", ")))
    }

    fn ask(&mut self, name: &str, word: &str, arguments: &[Literal]) -> Result<String, String> {
        match (self.kept.get_mut(name), word) {
            (Some(Subject::Account(account, change)), "enable_features" | "disable_features") => {
                switch(account, change, word == "enable_features", arguments)
            }
            (Some(Subject::Account(account, _)), _) => match word {
                "id" => Ok(account.id.to_string()),
                "name" => Ok(text(Some(&account.name))),
                "domain" => Ok(text(account.domain.as_deref())),
                "support_email" => Ok(text(account.support_email.as_deref())),
                "enabled_features" => {
                    let on: Vec<_> =
                        account.features.enabled().iter().map(|name| format!("\"{name}\"=>true")).collect();
                    Ok(format!("{{{}}}", on.join(", ")))
                }
                unknown => Err(unknown_word(unknown, name, ACCOUNT_WORDS)),
            },
            (Some(Subject::Inbox(inbox, _)), _) => match word {
                "id" => Ok(inbox.id.to_string()),
                "name" => Ok(text(Some(&inbox.name))),
                "continuity_via_email" => Ok(inbox.settings.continuity_via_email.to_string()),
                "continuity_delay" => Ok(inbox.settings.continuity_delay.to_string()),
                unknown => Err(unknown_word(unknown, name, INBOX_WORDS)),
            },
            (None, _) => Err(self.unknown_subject(name)),
        }
    }

    /// Notes a change; `save!` checks and keeps it.
    fn set(&mut self, name: &str, word: &str, literal: &Literal) -> Result<String, String> {
        if !self.kept.contains_key(name) {
            return Err(self.unknown_subject(name));
        }
        match (self.kept.get_mut(name), word, literal) {
            (
                Some(Subject::Account(account, change)),
                "name" | "domain" | "support_email",
                Literal::Text(_) | Literal::Nil,
            ) => {
                let value = if let Literal::Text(text) = literal { text.clone() } else { String::new() };
                let kept = Some(value.clone()).filter(|value| !value.is_empty());
                match word {
                    "name" => (account.name, change.name) = (value.clone(), Some(value)),
                    "domain" => (account.domain, change.domain) = (kept, Some(value)),
                    _ => (account.support_email, change.support_email) = (kept, Some(value)),
                }
            }
            (Some(Subject::Inbox(inbox, change)), "continuity_via_email", Literal::Truth(on)) => {
                inbox.settings.continuity_via_email = *on;
                change.continuity_via_email = Some(*on);
            }
            (Some(Subject::Inbox(inbox, change)), "continuity_delay", Literal::Number(seconds)) => {
                inbox.settings.continuity_delay =
                    u32::try_from(*seconds).map_err(|_| "continuity_delay: must be 0 or more".to_owned())?;
                change.continuity_delay = Some(*seconds);
            }
            (Some(subject), word, _) => {
                let (known, settable): (_, &[&str]) = match subject {
                    Subject::Account(..) => (ACCOUNT_WORDS, &["name", "domain", "support_email"]),
                    Subject::Inbox(..) => (INBOX_WORDS, &["continuity_via_email", "continuity_delay"]),
                };
                return Err(if settable.contains(&word) {
                    format!("{word}: cannot be {}", show_literal(literal))
                } else if known.contains(&word) {
                    format!("{word}: cannot be set; what can: {}", settable.join(", "))
                } else {
                    unknown_word(word, name, settable)
                });
            }
            (None, ..) => return Err(self.unknown_subject(name)),
        }
        Ok(show_literal(literal))
    }

    async fn save(&mut self, name: &str) -> Result<String, String> {
        let saved = match self.kept.get(name) {
            Some(Subject::Account(account, change)) => {
                let saved = update_account(&self.desk, account.id, None, change.clone())
                    .await
                    .map_err(|problem| problem.to_string())?;
                Subject::Account(saved, AccountChange::default())
            }
            Some(Subject::Inbox(inbox, change)) => {
                let saved = update_inbox(&self.desk, inbox.account_id, inbox.id, change.clone()).await;
                Subject::Inbox(saved.map_err(|problem| problem.to_string())?, InboxChange::default())
            }
            None => return Err(self.unknown_subject(name)),
        };
        self.kept.insert(name.to_owned(), saved);
        Ok("true".into())
    }

    fn unknown_subject(&self, word: &str) -> String {
        let known = self.kept.keys().map(String::as_str).chain(["Account", "Inbox", "help", "exit"]);
        suggest(&format!("`{word}` is not known"), word, known)
    }
}

fn switch(
    account: &mut Account,
    change: &mut AccountChange,
    on: bool,
    arguments: &[Literal],
) -> Result<String, String> {
    let mut names = Vec::new();
    for argument in arguments {
        let Literal::Text(feature) = argument else {
            return Err("features are named in quotes: 'inbound_emails'".into());
        };
        let one = AccountChange { features: vec![(feature.clone(), on)], ..AccountChange::default() };
        let known = model::account::Features::NAMES;
        update_account::apply(account, &one)
            .map_err(|_| suggest(&format!("there is no feature `{feature}`"), feature, known))?;
        change.features.extend(one.features);
        names.push(format!("\"{feature}\""));
    }
    if names.is_empty() {
        Err("name a feature: 'inbound_emails'".into())
    } else {
        Ok(format!("[{}]", names.join(", ")))
    }
}

fn unknown_word(word: &str, subject: &str, known: &[&str]) -> String {
    suggest(&format!("`{subject}` does not know `{word}`"), word, known.iter().copied())
}

/// `words`, with the nearest of what is known.
fn suggest<'a>(words: &str, wrong: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let nearest =
        known.into_iter().max_by(|a, b| strsim::jaro_winkler(a, wrong).total_cmp(&strsim::jaro_winkler(b, wrong)));
    nearest.map_or_else(|| words.to_owned(), |nearest| format!("{words}; did you mean `{nearest}`?"))
}

fn shown(subject: &Subject) -> String {
    match subject {
        Subject::Account(account, _) => show_account(account),
        Subject::Inbox(inbox, _) => format!("#<Inbox id: {}, name: {:?}>", inbox.id, inbox.name),
    }
}

fn show_account(account: &Account) -> String {
    format!("#<Account id: {}, name: {:?}>", account.id, account.name)
}

fn show_literal(literal: &Literal) -> String {
    match literal {
        Literal::Text(value) => text(Some(value)),
        Literal::Number(number) => number.to_string(),
        Literal::Truth(truth) => truth.to_string(),
        Literal::Nil => "nil".into(),
    }
}

fn text(value: Option<&str>) -> String {
    value.map_or_else(|| "nil".into(), |value| format!("{value:?}"))
}
