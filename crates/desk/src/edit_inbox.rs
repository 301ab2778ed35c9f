//! Making a website inbox and changing its settings.

use crate::{Desk, Outcome, Problem, setup};
use model::{
    ids::{AccountId, InboxId},
    inbox::{Channel, Inbox, SenderName, Settings, WebWidget},
};
use store::inboxes;

/// What is to change; `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct InboxChange {
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
const REPLY_TIMES: [&str; 3] = ["in_a_few_minutes", "in_a_few_hours", "in_a_day"];

/// Makes a website inbox with fresh tokens.
///
/// # Errors
/// A value makes no sense, or name or website are missing.
pub async fn create_inbox(desk: &Desk, account: AccountId, asked: InboxChange) -> Outcome<Inbox> {
    let now = desk.now();
    let mut inbox = Inbox {
        id: InboxId(0),
        account_id: account,
        name: String::new(),
        channel: Channel::WebWidget(setup::new_widget(desk, String::new())),
        settings: Settings::default(),
        created_at: now,
    };
    let required = InboxChange {
        name: Some(asked.name.clone().unwrap_or_default()),
        website_url: Some(asked.website_url.clone().unwrap_or_default()),
        ..asked
    };
    apply(&mut inbox, &required)?;
    desk.db
        .write(async move |tx| {
            let Inbox { name, channel, settings, .. } = &inbox;
            let id = inboxes::insert(tx, account, name, channel, settings, now).await?;
            Ok(Inbox { id, ..inbox.clone() })
        })
        .await
}

/// Changes an inbox of the account.
///
/// # Errors
/// There is no such inbox, or a value makes no sense: nothing is changed then.
pub async fn update_inbox(desk: &Desk, account: AccountId, id: InboxId, change: InboxChange) -> Outcome<Inbox> {
    desk.db
        .write(async move |tx| {
            let found = inboxes::lock(tx, id).await?.filter(|inbox| inbox.account_id == account);
            let mut inbox = found.ok_or(Problem::NotFound("inbox"))?;
            apply(&mut inbox, &change)?;
            inboxes::update(tx, &inbox).await?;
            Ok(inbox)
        })
        .await
}

/// Changes the values of `inbox`, checked.
///
/// # Errors
/// One makes no sense; the words name it.
fn apply(inbox: &mut Inbox, change: &InboxChange) -> Outcome<()> {
    if let Some(name) = &change.name {
        inbox.name = text("name", name, 255)?;
        if inbox.name.is_empty() {
            return Err(Problem::invalid("name", "must not be empty"));
        }
    }
    if let Channel::WebWidget(widget) = &mut inbox.channel {
        apply_to_website(widget, change)?;
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
    ];
    for (asked, value) in switches {
        *value = asked.unwrap_or(*value);
    }
    Ok(())
}

fn apply_to_website(widget: &mut WebWidget, change: &InboxChange) -> Outcome<()> {
    if let Some(url) = &change.website_url {
        let url = url.trim();
        setup::check_website_url(url)?;
        url.clone_into(&mut widget.website_url);
    }
    if let Some(color) = &change.widget_color {
        widget.widget_color = checked_color(color)?;
    }
    if let Some(time) = &change.reply_time {
        widget.reply_time = one_of("reply_time", time, &REPLY_TIMES)?;
    }
    if let Some(title) = &change.welcome_title {
        widget.welcome_title = text("welcome_title", title, 255)?;
    }
    if let Some(tagline) = &change.welcome_tagline {
        widget.welcome_tagline = text("welcome_tagline", tagline, 1000)?;
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

fn checked_color(color: &str) -> Outcome<String> {
    let color = color.trim();
    let digits = color.strip_prefix('#').unwrap_or_default();
    let good = matches!(digits.len(), 3 | 6) && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    if good {
        Ok(color.to_ascii_lowercase())
    } else {
        Err(Problem::invalid("widget_color", "must be a colour such as #4f46e5"))
    }
}

fn checked_delay(delay: i64) -> Outcome<u32> {
    let seconds = u32::try_from(delay).ok().filter(|seconds| *seconds <= LONGEST_DELAY);
    seconds.ok_or_else(|| Problem::invalid("continuity_delay", "must be between 0 and 86400 seconds"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Timestamp;

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
            ("website_url", InboxChange { website_url: some("javascript:alert(1)"), ..none() }),
            ("website_url", InboxChange { website_url: some(""), ..none() }),
            ("widget_color", InboxChange { widget_color: some("red;background:url(//x)"), ..none() }),
            ("reply_time", InboxChange { reply_time: some("soon"), ..none() }),
            ("continuity_delay", InboxChange { continuity_delay: Some(-1), ..none() }),
            ("continuity_delay", InboxChange { continuity_delay: Some(86_401), ..none() }),
            ("sender_name_type", InboxChange { sender_name_type: some("rude"), ..none() }),
            ("greeting_message", InboxChange { greeting_message: Some("x".repeat(10_001)), ..none() }),
        ];
        for (field, change) in rows {
            let problem = apply(&mut inbox(), &change).expect_err(field);
            assert!(problem.to_string().starts_with(field), "{problem}");
        }
    }

    #[test]
    fn what_is_not_named_stays() {
        let mut changed = inbox();
        let change = InboxChange { continuity_delay: Some(0), greeting_enabled: Some(true), ..InboxChange::default() };
        apply(&mut changed, &change).unwrap();
        let settings = Settings { continuity_delay: 0, greeting_enabled: true, ..Settings::default() };
        assert_eq!(changed, Inbox { settings, ..inbox() });
    }
}
