//! The settings of a website inbox.

use super::{InboxChange, one_of, text};
use crate::{Outcome, Problem, setup};
use model::inbox::WebWidget;

const REPLY_TIMES: [&str; 3] = ["in_a_few_minutes", "in_a_few_hours", "in_a_day"];

/// What is asked for a new one: without name or website it is refused.
pub(super) fn required(asked: InboxChange) -> InboxChange {
    InboxChange {
        name: Some(asked.name.unwrap_or_default()),
        website_url: Some(asked.website_url.unwrap_or_default()),
        ..asked
    }
}

/// Changes the values, checked.
///
/// # Errors
/// One makes no sense; the words name it.
pub(super) fn apply(widget: &mut WebWidget, change: &InboxChange) -> Outcome<()> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_checked_and_named() {
        let none = InboxChange::default;
        let some = |value: &str| Some(value.to_owned());
        let rows = [
            ("website_url", InboxChange { website_url: some("javascript:alert(1)"), ..none() }),
            ("website_url", InboxChange { website_url: some(""), ..none() }),
            ("widget_color", InboxChange { widget_color: some("red;background:url(//x)"), ..none() }),
            ("reply_time", InboxChange { reply_time: some("soon"), ..none() }),
            ("welcome_title", InboxChange { welcome_title: Some("x".repeat(256)), ..none() }),
        ];
        for (field, change) in rows {
            let problem = apply(&mut WebWidget::default(), &change).expect_err(field);
            assert!(problem.to_string().starts_with(field), "{problem}");
        }
    }
}
