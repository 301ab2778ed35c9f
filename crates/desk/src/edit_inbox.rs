//! Making an inbox and changing its settings; what each kind has of its own stands in a file of its own.

mod email;
mod messaging;
mod website;

use crate::{Desk, House, Outcome, Problem, setup};
use model::{
    Timestamp,
    channel::{Continuity, Kind},
    ids::{AccountId, InboxId},
    inbox::{Channel, Email, Inbox, Messaging, Sealed, SenderName, Settings},
};
use serde_json::json;
use store::{
    Tx, inboxes,
    jobs::{self, NewJob},
};

pub use email::ImapChange;
use messaging::Checked;
pub use messaging::{Asked, as_asked, hmac_token, in_the_clear, secret};

/// The kinds of inbox that can be made.
#[derive(Clone, Copy, Debug, Default)]
pub enum InboxKind {
    /// A chat widget on a website.
    #[default]
    Website,
    /// An address of its own.
    Email,
    /// A channel that someone else carries.
    Messaging(&'static Kind),
}

impl InboxKind {
    /// The kind of that name.
    ///
    /// # Errors
    /// There is none.
    pub fn parse(name: &str, house: &House) -> Outcome<Self> {
        match (name, house.kind(name)) {
            ("web_widget", _) => Ok(Self::Website),
            ("email", _) => Ok(Self::Email),
            (_, Some(kind)) => Ok(Self::Messaging(kind)),
            (_, None) => {
                let known: Vec<&str> = house.channels.iter().map(|kind| kind.name).collect();
                let known = known.join(", ");
                Err(Problem::Invalid(format!("channel.type: must be one of web_widget, email, {known}")))
            }
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Website => "web_widget",
            Self::Email => "email",
            Self::Messaging(kind) => kind.name,
        }
    }
}

/// What is to change; `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct InboxChange {
    /// What kind of inbox it is; a new one's is a website where `None`, and it never changes.
    pub kind: Option<InboxKind>,
    /// Its name.
    pub name: Option<String>,
    /// The page the widget stands on.
    pub website_url: Option<String>,
    /// CSS colour: `#rrggbb` or `#rgb`.
    pub widget_color: Option<String>,
    /// First line of the widget's header.
    pub welcome_title: Option<String>,
    /// Second line of the widget's header.
    pub welcome_tagline: Option<String>,
    /// `in_a_few_minutes`, `in_a_few_hours` or `in_a_day`.
    pub reply_time: Option<String>,
    /// The own address of an e-mail inbox.
    pub email: Option<String>,
    /// Where its mail is fetched from.
    pub imap: ImapChange,
    /// The settings of a channel that someone else carries.
    pub channel: Asked,
    /// A person goes on with their last conversation, resolved or not.
    pub lock_to_single_conversation: Option<bool>,
    /// Unseen replies go on by e-mail.
    pub continuity_via_email: Option<bool>,
    /// Seconds a reply waits to be seen.
    pub continuity_delay: Option<i64>,
    /// A visitor without an address is asked for one.
    pub enable_email_collect: Option<bool>,
    /// The greeting is sent when a conversation starts.
    pub greeting_enabled: Option<bool>,
    /// The greeting's words.
    pub greeting_message: Option<String>,
    /// `friendly` or `professional`.
    pub sender_name_type: Option<String>,
    /// The business in the sender's name.
    pub business_name: Option<String>,
    /// Mail of strangers waits in the inbound log.
    pub hold_strangers: Option<bool>,
    /// Words after `[#N]` in the subject of mails.
    pub mail_subject: Option<String>,
}

/// The longest wait before a reply is mailed: a day.
const LONGEST_DELAY: u32 = 24 * 60 * 60;

/// Makes an inbox with fresh tokens.
///
/// # Errors
/// A value makes no sense, or name and website, or the address, are missing; or another inbox has the address.
pub async fn create_inbox(desk: &Desk, account: AccountId, asked: InboxChange) -> Outcome<Inbox> {
    let now = desk.now();
    let kind = asked.kind.unwrap_or_default();
    let mut inbox = Inbox {
        id: InboxId(0),
        account_id: account,
        name: String::new(),
        channel: match kind {
            InboxKind::Website => Channel::WebWidget(setup::new_widget(desk, String::new())),
            InboxKind::Email => Channel::Email(Email { forward_to: desk.random.hex_128(), ..Email::default() }),
            InboxKind::Messaging(_) => Channel::Messaging(Messaging::default()),
        },
        settings: Settings::default(),
        created_at: now,
    };
    let mut required = match kind {
        InboxKind::Website => website::required(asked),
        InboxKind::Email => email::required(asked),
        InboxKind::Messaging(kind) => {
            InboxChange { name: Some(asked.name.unwrap_or_else(|| kind.title.to_owned())), ..asked }
        }
    };
    inbox.settings = settings_at_first(kind, inbox.settings);
    let carried = match kind {
        InboxKind::Messaging(kind) => Some(messaging::check(desk, kind, &Messaging::default(), &required.channel)?),
        InboxKind::Website | InboxKind::Email => None,
    };
    required.channel = Asked::default();
    let (house, password) = (desk.house.clone(), required.imap.seal(desk)?);
    desk.db
        .write(async move |tx| {
            let mut inbox = inbox.clone();
            if let Some(checked) = &carried {
                checked.take(tx, InboxId(0), &mut inbox.channel).await?;
            }
            apply(tx, &house, &mut inbox, &required, password.as_ref()).await?;
            inbox.id = inboxes::insert(tx, account, &inbox.name, &inbox.channel, &inbox.settings, now).await?;
            register(tx, &inbox, now).await?;
            Ok(inbox)
        })
        .await
}

/// What an inbox of that kind begins with.
fn settings_at_first(kind: InboxKind, usual: Settings) -> Settings {
    match kind {
        InboxKind::Website => usual,
        // Nobody looks at a widget: an answer goes out at once, and who writes has given an address.
        InboxKind::Email => Settings { continuity_delay: 0, enable_email_collect: false, ..usual },
        InboxKind::Messaging(kind) => Settings {
            continuity_via_email: kind.continuity == Continuity::Undeliverable,
            enable_email_collect: false,
            ..usual
        },
    }
}

/// The job that tells a provider where the webhook of an inbox is; its key is the inbox's row id.
pub const REGISTER: &str = "register_channel";

async fn register(tx: &mut Tx<'_>, inbox: &Inbox, now: Timestamp) -> Outcome<()> {
    if inbox.messaging().is_some() {
        let (payload, unique_key) = (json!({"inbox_id": inbox.id}), Some(inbox.id.to_string()));
        jobs::enqueue(tx, &NewJob { kind: REGISTER, payload, unique_key, run_at: now }, now).await?;
    }
    Ok(())
}

/// Changes an inbox of the account.
///
/// # Errors
/// There is no such inbox, or a value makes no sense, or another inbox has the address: nothing is changed then.
pub async fn update_inbox(desk: &Desk, account: AccountId, id: InboxId, mut change: InboxChange) -> Outcome<Inbox> {
    let (desk, house, password, now) = (desk.clone(), desk.house.clone(), change.imap.seal(desk)?, desk.now());
    let db = desk.db.clone();
    db.write(async move |tx| {
        let found = inboxes::lock(tx, id).await?.filter(|inbox| inbox.account_id == account);
        let mut inbox = found.ok_or(Problem::NotFound("inbox"))?;
        if let Some(before) = inbox.messaging().cloned()
            && let Some(kind) = house.kind(&before.of)
        {
            let checked: Checked = messaging::check(&desk, kind, &before, &change.channel)?;
            checked.take(tx, id, &mut inbox.channel).await?;
            if inbox.messaging() != Some(&before) {
                register(tx, &inbox, now).await?;
            }
        }
        apply(tx, &house, &mut inbox, &change, password.as_ref()).await?;
        inboxes::update(tx, &inbox).await?;
        Ok(inbox)
    })
    .await
}

/// Draws what signs the webhooks of an API inbox anew.
///
/// # Errors
/// There is no such inbox, or it has no webhook.
pub async fn reset_secret(desk: &Desk, account: AccountId, id: InboxId) -> Outcome<Inbox> {
    let desk = desk.clone();
    let db = desk.db.clone();
    db.write(async move |tx| {
        let found = inboxes::lock(tx, id).await?.filter(|inbox| inbox.account_id == account);
        let mut inbox = found.ok_or(Problem::NotFound("inbox"))?;
        match &mut inbox.channel {
            Channel::Messaging(messaging) if messaging.of == API => {
                messaging::draw_anew(&desk, messaging, "secret");
            }
            _ => return Err(Problem::Invalid("only an API inbox has a webhook secret".into())),
        }
        inboxes::update(tx, &inbox).await?;
        Ok(inbox)
    })
    .await
}

/// The kind of inbox that a front end of one's own speaks to.
pub const API: &str = "api";

/// Changes the values of `inbox`, checked.
///
/// # Errors
/// One makes no sense; the words name it.
async fn apply(
    tx: &mut Tx<'_>,
    house: &House,
    inbox: &mut Inbox,
    change: &InboxChange,
    password: Option<&Sealed>,
) -> Outcome<()> {
    if change.kind.is_some_and(|kind| kind.name() != inbox.channel.kind()) {
        return Err(Problem::invalid("channel.type", "cannot be changed"));
    }
    apply_settings(inbox, change)?;
    match &mut inbox.channel {
        Channel::WebWidget(widget) => website::apply(widget, change),
        Channel::Email(email) => {
            email::apply(email, change, password)?;
            email::check_address(tx, house, inbox).await
        }
        Channel::Messaging(_) => Ok(()),
    }
}

fn apply_settings(inbox: &mut Inbox, change: &InboxChange) -> Outcome<()> {
    if let Some(name) = &change.name {
        inbox.name = text("name", name, 255)?;
        if inbox.name.is_empty() {
            return Err(Problem::invalid("name", "must not be empty"));
        }
    }
    let settings = &mut inbox.settings;
    if let Some(delay) = change.continuity_delay {
        settings.continuity_delay = checked_delay(delay)?;
    }
    if let Some(name) = &change.sender_name_type {
        settings.sender_name_type = match one_of("sender_name_type", name, &["friendly", "professional"])?.as_str() {
            "friendly" => SenderName::Friendly,
            _ => SenderName::Professional,
        };
    }
    let texts: [(&str, &Option<String>, &mut String, usize); 3] = [
        ("greeting_message", &change.greeting_message, &mut settings.greeting_message, 10_000),
        ("business_name", &change.business_name, &mut settings.business_name, 255),
        ("mail_subject", &change.mail_subject, &mut settings.mail_subject, 255),
    ];
    for (field, asked, value, longest) in texts {
        if let Some(asked) = asked {
            *value = text(field, asked, longest)?;
        }
    }
    let switches = [
        (change.continuity_via_email, &mut settings.continuity_via_email),
        (change.enable_email_collect, &mut settings.enable_email_collect),
        (change.greeting_enabled, &mut settings.greeting_enabled),
        (change.hold_strangers, &mut settings.hold_strangers),
        (change.lock_to_single_conversation, &mut settings.lock_to_single_conversation),
    ];
    for (asked, value) in switches {
        *value = asked.unwrap_or(*value);
    }
    Ok(())
}

fn text(field: &str, value: &str, longest: usize) -> Outcome<String> {
    let value = value.trim();
    if value.chars().count() > longest {
        return Err(Problem::Invalid(format!("{field}: must have at most {longest} characters")));
    }
    Ok(value.to_owned())
}

fn one_of(field: &str, value: &str, known: &[&str]) -> Outcome<String> {
    if known.contains(&value) {
        return Ok(value.to_owned());
    }
    Err(Problem::Invalid(format!("{field}: must be one of {}", known.join(", "))))
}

fn checked_delay(delay: i64) -> Outcome<u32> {
    let seconds = u32::try_from(delay).ok().filter(|seconds| *seconds <= LONGEST_DELAY);
    seconds.ok_or_else(|| Problem::invalid("continuity_delay", "must be between 0 and 86400 seconds"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::inbox::WebWidget;

    fn inbox() -> Inbox {
        Inbox {
            id: InboxId(1),
            account_id: AccountId(1),
            name: "Site".into(),
            channel: Channel::WebWidget(WebWidget::default()),
            settings: Settings::default(),
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn values_are_checked_and_named() {
        let none = InboxChange::default;
        let some = |value: &str| Some(value.to_owned());
        let rows = [
            ("name", InboxChange { name: some(" "), ..none() }),
            ("continuity_delay", InboxChange { continuity_delay: Some(-1), ..none() }),
            ("continuity_delay", InboxChange { continuity_delay: Some(86_401), ..none() }),
            ("sender_name_type", InboxChange { sender_name_type: some("rude"), ..none() }),
            ("greeting_message", InboxChange { greeting_message: Some("x".repeat(10_001)), ..none() }),
        ];
        for (field, change) in rows {
            let problem = apply_settings(&mut inbox(), &change).expect_err(field);
            assert!(problem.to_string().starts_with(field), "{problem}");
        }
    }

    #[test]
    fn what_is_not_named_stays() {
        let mut changed = inbox();
        let change = InboxChange { continuity_delay: Some(0), greeting_enabled: Some(true), ..InboxChange::default() };
        apply_settings(&mut changed, &change).unwrap();
        let settings = Settings { continuity_delay: 0, greeting_enabled: true, ..Settings::default() };
        assert_eq!(changed, Inbox { settings, ..inbox() });
    }
}
