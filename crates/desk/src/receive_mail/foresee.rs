//! A dry run: what would become of a mail that came now. Reads, and writes nothing.

use super::{
    Incoming, UnderWay,
    plan::{self, Part, Plan},
    read, route,
    trace::{ELSEWHERE, Trace},
    words_of,
};
use crate::{Desk, Outcome, Problem, accept_mail::Transport, verify_mail::AtHand};
use bytes::Bytes;
use mail::Kind;
use model::{
    ids::{AccountId, InboxId},
    inbound::InboundState,
    trust::Verdict,
};
use std::sync::Arc;
use store::inbound_mails::InboundMail;

/// What would become of a mail that came now; nothing is written.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Foreseen {
    /// `human`, `bounce`, …
    pub kind: &'static str,
    /// Message-ID without brackets.
    pub message_id: String,
    /// The conversations it would go to.
    pub conversations: Vec<ForeseenIn>,
    /// The e-mail inboxes in which it would open a conversation.
    pub opens: Vec<ForeseenOpening>,
    /// The state of a mail that goes to none.
    pub state: Option<&'static str>,
    /// The decisions, in words, in order.
    pub trace: Vec<String>,
}

/// What would become of a mail in one conversation.
#[derive(Clone, Debug, serde::Serialize)]
pub struct ForeseenIn {
    /// Its account.
    pub account_id: AccountId,
    /// Its number.
    pub conversation_id: i64,
    /// `append`, `append withheld`, or why it would be held.
    pub verdict: String,
    /// The newly written words.
    pub content: Option<String>,
}

/// An e-mail inbox in which a mail that came now would open a conversation.
#[derive(Clone, Debug, serde::Serialize)]
pub struct ForeseenOpening {
    /// Its account.
    pub account_id: AccountId,
    /// The inbox.
    pub inbox_id: InboxId,
    /// Its name.
    pub inbox: String,
}

/// Routes and attributes a mail to those envelope recipients without keeping anything. `reader` is told of their own
/// account alone; the operator (`None`) of all.
///
/// # Errors
/// Storage trouble, or the parser failed on it.
pub async fn foresee(
    desk: &Desk,
    raw: Bytes,
    envelope_to: Vec<String>,
    reader: Option<AccountId>,
) -> Outcome<Foreseen> {
    let unread = || Problem::Invalid("the mail could not be parsed: the parser failed on it".into());
    let read = read::parse(vec![(raw, envelope_to.clone())], desk.parser).await?.pop().flatten().ok_or_else(unread)?;
    let mut trace = Trace::default();
    trace.note(format!("looks {}: {}", words_of(read.classified.kind), read.classified.because));
    let (kind, message_id) = (read.classified.kind, read.mail.message_id.clone());
    let now = desk.now();
    let log = InboundMail { envelope_to, ..InboundMail::unkept(now) };
    let incoming = Arc::new(Incoming::new(log, read, Transport::default(), AtHand::Nothing, now));
    let routed = route::route(desk, &[UnderWay { incoming, trace }]).await?;
    let planned = plan::plan(routed).await?.pop().ok_or_else(unread)?;
    let mut foreseen = Foreseen {
        kind: kind.as_str(),
        message_id,
        conversations: Vec::new(),
        opens: Vec::new(),
        state: None,
        trace: planned.trace.lines(reader),
    };
    foreseen.trace.retain(|line| line != ELSEWHERE);
    match planned.plan {
        _ if kind == Kind::Bounce => foreseen.state = Some("bounce"),
        Plan::Nowhere { state, .. } => foreseen.state = Some(state.as_str()),
        Plan::Unreadable => return Err(unread()),
        Plan::Append(parts) => {
            let concerned = |part: &Part| reader.is_none_or(|reader| reader == part.route.conversation.account_id);
            let (opens, shares): (Vec<Part>, Vec<Part>) =
                parts.into_iter().filter(concerned).partition(|part| part.route.opening.is_some());
            foreseen.opens = opens.into_iter().map(opening).collect();
            foreseen.conversations = shares.into_iter().map(share).collect();
            if foreseen.conversations.is_empty() && foreseen.opens.is_empty() {
                foreseen.state = Some(InboundState::Unrouted.as_str());
            }
        }
    }
    Ok(foreseen)
}

fn opening(part: Part) -> ForeseenOpening {
    let inbox = part.route.inbox;
    ForeseenOpening { account_id: inbox.account_id, inbox_id: inbox.id, inbox: inbox.name }
}

fn share(part: Part) -> ForeseenIn {
    ForeseenIn {
        account_id: part.route.conversation.account_id,
        conversation_id: part.route.conversation.display_id,
        verdict: match part.verdict.verdict {
            Verdict::Append(_) => "append".into(),
            Verdict::AppendWithheld => "append withheld".into(),
            Verdict::Hold(reason) => reason.into(),
        },
        content: part.letter.content,
    }
}
