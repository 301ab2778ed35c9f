//! From a reading to mails that are ours: checks that need the database or Amazon, then [`accept`].

use super::{Envelope, accept, verdicts::verdicts};
use crate::{app::App, http::problem::Refusal};
use axum::http::StatusCode;
use desk::accept_mail::Transport;
use futures_util::{StreamExt, TryStreamExt, stream};
use model::Timestamp;
use std::net::IpAddr;
use webhooks::{
    Delivery, Provider, Reading,
    mailgun::Once,
    ses::{Proven, Unproven},
};

/// So many mails of one batch are accepted at once; the database commits them together.
const AT_ONCE: usize = 32;

/// Why a request that could be read was not taken.
pub(super) enum Stopped {
    /// It is not what it says.
    Refused(webhooks::Refusal),
    /// Trouble of our own.
    Trouble(Refusal),
}

/// Accepts every mail of the reading; the status that says so. Where one cannot be stored the sender keeps the whole
/// batch, and what was stored of it is known when it comes again.
pub(super) async fn hand_over(
    app: &App,
    provider: &Provider,
    peer: IpAddr,
    reading: Reading,
) -> Result<StatusCode, Stopped> {
    let stored = StatusCode::from_u16(provider.success).unwrap_or(StatusCode::NO_CONTENT);
    let mails = match reading {
        Reading::Mails(mails) => mails,
        Reading::Once(once) => vec![claimed(app, *once).await?],
        Reading::Unproven(message) => match proven(app, *message).await? {
            Proven::Mail(mail) => vec![*mail],
            Proven::Confirm(url) => {
                app.amazon
                    .confirm(&url)
                    .await
                    .map_err(|words| Stopped::Refused(webhooks::Refusal::Invalid(words.into())))?;
                tracing::info!("the subscription of the SNS topic is confirmed");
                return Ok(StatusCode::OK);
            }
            Proven::Ended => {
                tracing::warn!("the subscription of the SNS topic has ended: no mail will come by it");
                return Ok(StatusCode::OK);
            }
        },
    };
    let accepted = stream::iter(mails).map(|mail| keep(app, provider, peer, mail)).buffered(AT_ONCE);
    accepted.try_collect::<Vec<()>>().await?;
    Ok(stored)
}

async fn keep(app: &App, provider: &Provider, peer: IpAddr, mail: Delivery) -> Result<(), Stopped> {
    let transport = Transport { peer: mail.client, verdicts: mail.said.map(verdicts), ..Transport::default() };
    let envelope = Envelope {
        ingress: provider.name.to_owned(),
        from: mail.from,
        to: mail.to,
        peer: Some(peer.to_string()),
        transport,
        ..Envelope::default()
    };
    let accepted = accept(&app.desk, envelope, mail.raw).await.map_err(|problem| Stopped::Trouble(problem.into()))?;
    tracing::info!(ingress = provider.name, id = %accepted.id, new = accepted.new, "a mail was accepted");
    Ok(())
}

/// The mail of a token that has brought no other.
async fn claimed(app: &App, once: Once) -> Result<Delivery, Stopped> {
    let Once { token, brings, until, delivery } = once;
    let now = app.desk.now();
    let until = Timestamp::from_second(until).unwrap_or(now);
    let claim = app.desk.db.write::<_, store::Error, _>(async move |tx| {
        store::ingress_tokens::claim(tx, &token, &brings, until, now).await
    });
    if claim.await.map_err(|error| Stopped::Trouble(error.into()))? {
        Ok(delivery)
    } else {
        Err(Stopped::Refused(webhooks::Refusal::Proof("the token has brought another mail before")))
    }
}

async fn proven(app: &App, message: Unproven) -> Result<Proven, Stopped> {
    let certificate = app.amazon.certificate(&message.certificate).await.map_err(|words| {
        tracing::error!(words, url = message.certificate, "the certificate of Amazon SNS cannot be had");
        let words = "The certificate of Amazon SNS cannot be had now";
        Stopped::Trouble(Refusal { retry_after: Some(5), ..Refusal::new(StatusCode::SERVICE_UNAVAILABLE, words) })
    })?;
    message.prove(&certificate, app.desk.now().as_second()).map_err(Stopped::Refused)
}
