//! An administrator accepts a held mail from the inbound log: it is appended under its author's own name.

use crate::{
    Desk, Outcome, Problem,
    inbound_log::{self, Entry},
    receive_mail::{Acceptance, receive_accepted},
    strangers::name,
};
use model::{
    ids::{AccountId, InboundMailId, UserId},
    inbound::InboundState,
};
use store::inbound_mails;

/// Appends a held mail to the conversations of this account that it was held for. Once more changes nothing. Its entry
/// afterwards.
///
/// # Errors
/// The account has no such entry, or the mail is not held.
pub async fn accept_held(desk: &Desk, account: AccountId, id: InboundMailId, by: UserId) -> Outcome<Entry> {
    let (entry, _) = inbound_log::show(desk, account, id).await?;
    match entry.mail.state {
        InboundState::Held => {}
        InboundState::Delivered | InboundState::Pending => return Ok(entry),
        state => return Err(Problem::Invalid(format!("the mail is {}, not held", state.as_str()))),
    }
    let reopened = desk.db.write::<_, Problem, _>(async move |tx| {
        let reopened = inbound_mails::reopen(tx, id).await?;
        Ok((reopened, name(tx, by).await?))
    });
    let (reopened, name) = reopened.await?;
    // Of several who accept it at once one does. Should this process die now, the sweep finds the mail and holds it again.
    if reopened {
        let acceptance = Acceptance { account, by, name, fresh: desk.random.hex_128() };
        receive_accepted(desk, id, acceptance).await?;
    }
    Ok(inbound_log::show(desk, account, id).await?.0)
}
