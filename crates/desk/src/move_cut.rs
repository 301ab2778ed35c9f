//! An agent moves the cut between what a mail newly says and the rest, shows the whole mail, or takes that back.

use crate::{
    Desk, Outcome, Problem,
    change_status::locked,
    cut::{BY_HAND, Before, Cut, Found, confidence, full_text, parts, word},
    strangers::name,
};
use mail::reply::{Body, Hints, has_words, take_apart_plain};
use model::{
    Json, Timestamp,
    event::{Event, EventKind},
    ids::{AccountId, MessageId, UserId},
    message::Message,
};
use serde_json::json;
use store::{Tx, conversations, events, messages};

/// A mail's text, and where it is cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CutShown {
    /// The whole text, line by line.
    pub lines: Vec<String>,
    /// How many lines from the top an agent chose to show; `None` while it is as it was found.
    pub kept: Option<usize>,
    /// Who chose, and their name.
    pub by: Option<(UserId, String)>,
    /// What decided when the mail came: `whole` where nothing was cut.
    pub rule: String,
    /// How sure that is: `unsure`, `likely` or `certain`.
    pub confidence: String,
    /// What was found, from the top; the first begins with the first line.
    pub parts: Vec<PartShown>,
}

/// A run of lines that was taken for one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartShown {
    /// The line it begins with; the first is 0.
    pub line: usize,
    /// `written`, `quoted`, `quote_header`, `signature`, `footer` or `forwarded`.
    pub kind: String,
    /// The rule that told.
    pub rule: String,
    /// How sure that is: `unsure`, `likely` or `certain`.
    pub confidence: String,
    /// Whether it stood in the message as it was found.
    pub shown: bool,
}

/// Where the mail behind a message is cut, and where else it could be.
///
/// # Errors
/// There is no such message, or it came by no mail.
pub async fn show_cut(desk: &Desk, account: AccountId, display_id: i64, id: MessageId) -> Outcome<CutShown> {
    let found = desk.db.read::<_, Problem, _>(async move |tx| {
        let conversation = conversations::by_display_id(tx, account, display_id).await?;
        let conversation = conversation.ok_or(Problem::NotFound("conversation"))?;
        let message = messages::by_id(tx, conversation.id, id).await?.ok_or(Problem::NotFound("message"))?;
        let email = came_by_mail(&message)?.clone();
        let cut = Cut::of(&email);
        let by = match cut.as_ref().and_then(|cut| cut.by) {
            Some(by) => Some((by, name(tx, by).await?)),
            None => None,
        };
        Ok((email, cut, by))
    });
    let (email, cut, by) = found.await?;
    // Away from the async threads: what was not kept is read again.
    let shown = tokio::task::spawn_blocking(move || shown(full_text(&email), cut, by)).await;
    shown.map_err(|_| Problem::NotFound("text"))
}

/// Shows the first `kept` lines of the mail behind a message and folds the rest away; `None` is as it was found.
///
/// # Errors
/// There is no such message, it came by no mail or by one without words, or nothing would be left of it.
pub async fn move_cut(
    desk: &Desk,
    account: AccountId,
    display_id: i64,
    id: MessageId,
    by: UserId,
    kept: Option<usize>,
) -> Outcome<Message> {
    let now = desk.now();
    desk.db
        .write(async move |tx| {
            let conversation = locked(tx, account, display_id).await?;
            let message = messages::by_id(tx, conversation.id, id).await?.ok_or(Problem::NotFound("message"))?;
            came_by_mail(&message)?;
            let moved = match kept {
                Some(kept) => moved(&message, kept, by)?,
                None => as_found(&message),
            };
            let Some(moved) = moved else { return Ok(message) };
            keep(tx, moved, by, now).await
        })
        .await
}

async fn keep(tx: &mut Tx<'_>, mut message: Message, by: UserId, now: Timestamp) -> Outcome<Message> {
    message.updated_at = now;
    messages::update(tx, &message).await?;
    let event = Event::new(EventKind::MessageUpdated, message.account_id, now).by(Some(by));
    events::record(tx, &event.conversation(message.conversation_id).message(message.id)).await?;
    Ok(message)
}

/// `content_attributes.email`.
fn came_by_mail(message: &Message) -> Outcome<&Json> {
    let email = &message.content_attributes["email"];
    if email.is_object() { Ok(email) } else { Err(Problem::Invalid("the message came by no mail".into())) }
}

fn shown(full: &str, cut: Option<Cut>, by: Option<(UserId, String)>) -> CutShown {
    let kept = cut.as_ref().and_then(|cut| cut.lines);
    let (known, decided) = match cut {
        Some(Cut { parts, found: Some(Before { rule, confidence, .. }), .. }) => (parts, rule.zip(confidence)),
        Some(Cut { parts, rule, confidence, .. }) => (parts, Some((rule, confidence))),
        None => (Vec::new(), None),
    };
    let whole = decided.as_ref().is_some_and(|(rule, _)| rule == "whole");
    let (parts, decided) = match (known.is_empty(), decided) {
        (false, Some(decided)) => (known, decided),
        (true, Some(decided)) if whole => (written(full), decided),
        (_, decided) => read(full, decided),
    };
    let lines = full.lines().map(str::to_owned).collect();
    let part = |Found(line, kind, rule, confidence, shown)| PartShown { line, kind, rule, confidence, shown };
    let (rule, confidence) = decided;
    CutShown { lines, kept, by, rule, confidence, parts: parts.into_iter().map(part).collect() }
}

/// The parts of a text that is all the person's.
fn written(full: &str) -> Vec<Found> {
    let body = Body::whole(full);
    parts(full, &body.parts)
}

/// The parts of a text of which none were kept.
fn read(full: &str, decided: Option<(String, String)>) -> (Vec<Found>, (String, String)) {
    let body = take_apart_plain(full, &Hints::default());
    let decided = decided.unwrap_or_else(|| (body.rule.to_owned(), word(&confidence(&body.parts))));
    (parts(full, &body.parts), decided)
}

/// The message with its first `kept` lines; `None` where they are what it has.
fn moved(message: &Message, kept: usize, by: UserId) -> Outcome<Option<Message>> {
    let email = &message.content_attributes["email"];
    let full = full_text(email);
    let count = full.lines().count();
    match () {
        () if !has_words(full) => return Err(Problem::Invalid("the mail has no words that could be cut".into())),
        () if kept == 0 => return Err(Problem::invalid("lines", "must be at least 1, so that something is left")),
        () if kept > count => return Err(Problem::invalid("lines", &format!("the mail has only {count}"))),
        () => {}
    }
    let at = full.split_inclusive('\n').take(kept).map(str::len).sum();
    let content = Body::cut_at(full, at).reply().text.trim().to_owned();
    if !has_words(&content) {
        return Err(Problem::invalid("lines", "nothing would be left of the message: it needs a line with words"));
    }
    let cut = Cut::of(email);
    let before = match &cut {
        Some(Cut { found: Some(before), .. }) => before.clone(),
        _ => before(message, cut.as_ref()),
    };
    if before.content.as_deref() == Some(content.as_str()) {
        return Ok(as_found(message));
    }
    if cut.as_ref().is_some_and(|cut| cut.lines == Some(kept)) {
        return Ok(None);
    }
    let noted = Cut {
        rule: BY_HAND.to_owned(),
        confidence: "certain".to_owned(),
        html: cut.as_ref().is_some_and(|cut| cut.html),
        parts: cut.map(|cut| cut.parts).unwrap_or_default(),
        by: Some(by),
        lines: Some(kept),
        found: Some(before),
    };
    let mut moved = message.clone();
    write(&mut moved, Some(content), &Json::Null, Some(noted));
    Ok(Some(moved))
}

/// What the message is before its cut is moved for the first time.
fn before(message: &Message, cut: Option<&Cut>) -> Before {
    let email = &message.content_attributes["email"];
    let other = BODIES.iter().filter_map(|body| {
        let quoted = email[body].get("quoted")?;
        (quoted.as_str() != message.content.as_deref()).then(|| ((*body).to_owned(), quoted.clone()))
    });
    let other: serde_json::Map<String, Json> = other.collect();
    Before {
        content: message.content.clone(),
        quoted: if other.is_empty() { Json::Null } else { other.into() },
        rule: cut.map(|cut| cut.rule.clone()),
        confidence: cut.map(|cut| cut.confidence.clone()),
    }
}

/// The message as it was found; `None` where it is.
fn as_found(message: &Message) -> Option<Message> {
    let mut cut = Cut::of(&message.content_attributes["email"])?;
    let Before { content, quoted, rule, confidence } = cut.found.take()?;
    (cut.by, cut.lines) = (None, None);
    let noted = rule.zip(confidence).map(|(rule, confidence)| Cut { rule, confidence, ..cut });
    let mut found = message.clone();
    write(&mut found, content, &quoted, noted);
    Some(found)
}

/// The bodies that say what was newly written, under `quoted`.
const BODIES: [&str; 2] = ["text_content", "html_content"];

/// Gives the message its words; `quoted` are those of a body that says something else.
fn write(message: &mut Message, content: Option<String>, quoted: &Json, cut: Option<Cut>) {
    let Some(email) = message.content_attributes.get_mut("email").and_then(Json::as_object_mut) else { return };
    for body in BODIES {
        if let Some(fresh) = email.get_mut(body).and_then(|body| body.get_mut("quoted")) {
            *fresh = quoted.get(body).cloned().unwrap_or_else(|| json!(content));
        }
    }
    match cut {
        Some(cut) => email.insert("cut".into(), json!(cut)),
        None => email.remove("cut"),
    };
    message.content = content;
}
