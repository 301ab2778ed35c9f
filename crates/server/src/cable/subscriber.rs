//! Who subscribes: an agent in an account, or a visitor, as their token says.

use crate::{app::App, http::widget::jwt::Claims};
use desk::link_back;
use model::{
    contact::ContactInbox,
    ids::{AccountId, ConversationId, UserId},
    user::Role,
};
use serde_json::Value;
use store::{Result, contact_inboxes, inboxes, users};

/// Who listens.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Subscriber {
    /// A user with a place in the account.
    Agent {
        /// Where.
        account: AccountId,
        /// Who.
        user: UserId,
        /// They see the mail log.
        administrator: bool,
    },
    /// A visitor.
    Visitor {
        /// Where.
        account: AccountId,
        /// Which session.
        session: Box<ContactInbox>,
        /// Came by a link that opens this conversation alone.
        only: Option<ConversationId>,
    },
}

impl Subscriber {
    /// The account whose events they may hear.
    pub(crate) fn account(&self) -> AccountId {
        match self {
            Self::Agent { account, .. } | Self::Visitor { account, .. } => *account,
        }
    }

    /// Who subscribes with that identifier (`{channel, pubsub_token, account_id?}`); `None` where nobody may.
    ///
    /// # Errors
    /// Storage trouble.
    pub(crate) async fn of(app: &App, identifier: &str) -> Result<Option<Self>> {
        let Ok(said) = serde_json::from_str::<Value>(identifier) else { return Ok(None) };
        let token = said["pubsub_token"].as_str().unwrap_or_default().to_owned();
        if said["channel"] != "RoomChannel" || token.is_empty() {
            return Ok(None);
        }
        let account = match &said["account_id"] {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        if token.contains('.') {
            return Self::by_link(app, &token).await;
        }
        app.desk
            .db
            .read(async move |tx| {
                if let Some(user) = users::by_pubsub_token(tx, &token).await? {
                    let places = users::memberships(tx, user.id).await?;
                    let place =
                        places.into_iter().find(|place| account.is_none_or(|asked| place.account_id.0 == asked));
                    return Ok(place.map(|place| Self::Agent {
                        account: place.account_id,
                        user: user.id,
                        administrator: place.role == Role::Administrator,
                    }));
                }
                let Some(session) = contact_inboxes::by_pubsub_token(tx, &token).await? else { return Ok(None) };
                let inbox = inboxes::by_id(tx, session.inbox_id).await?;
                Ok(inbox.map(|inbox| Self::Visitor {
                    account: inbox.account_id,
                    session: Box::new(session),
                    only: None,
                }))
            })
            .await
    }

    /// A visitor who came by a link in a mail listens with the session token made from it.
    async fn by_link(app: &App, token: &str) -> Result<Option<Self>> {
        let now = app.desk.now();
        let Some(Claims { inbox_id, link: Some(hash), .. }) = Claims::read(token, &app.desk.house.secret, now) else {
            return Ok(None);
        };
        app.desk
            .db
            .read(async move |tx| {
                let Some(opened) = link_back::opened(tx, inbox_id, &hash, now).await? else { return Ok(None) };
                let inbox = inboxes::by_id(tx, inbox_id).await?;
                Ok(inbox.map(|inbox| Self::Visitor {
                    account: inbox.account_id,
                    session: Box::new(opened.session),
                    only: Some(opened.conversation_id),
                }))
            })
            .await
    }
}
