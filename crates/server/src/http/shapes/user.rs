//! Users: as senders of messages, as colleagues, and as oneself.

use model::{
    Json,
    ids::AccountId,
    user::{Membership, Role, User},
};
use serde::Serialize;
use utoipa::ToSchema;

/// A user as others see them: the sender of a message, an assignee.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct AgentSender {
    /// Row id.
    pub id: i64,
    /// Full name.
    pub name: String,
    /// The name customers see.
    pub available_name: String,
    /// Picture, or empty.
    pub avatar_url: String,
    /// Small picture, or empty.
    pub thumbnail: String,
    /// `online` or `offline`.
    pub availability_status: &'static str,
    /// Always `user`.
    #[serde(rename = "type")]
    pub kind: &'static str,
}

impl AgentSender {
    /// The user as others see them.
    #[must_use]
    pub fn of(user: &User, online: bool) -> Self {
        Self {
            id: user.id.0,
            name: user.name.clone(),
            available_name: user.name.clone(),
            avatar_url: String::new(),
            thumbnail: String::new(),
            availability_status: availability(online),
            kind: "user",
        }
    }
}

/// A colleague in an account's list of agents.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Colleague {
    /// Row id.
    pub id: i64,
    /// The account.
    pub account_id: i64,
    /// Full name.
    pub name: String,
    /// The name customers see.
    pub available_name: String,
    /// Log-in address.
    pub email: String,
    /// `agent` or `administrator`.
    pub role: &'static str,
    /// `online` or `offline`.
    pub availability_status: &'static str,
    /// Always true: whoever closes the dashboard is offline.
    pub auto_offline: bool,
    /// Always true: users are made by administrators.
    pub confirmed: bool,
    /// Small picture, or empty.
    pub thumbnail: String,
}

impl Colleague {
    /// The user with their role in the account.
    #[must_use]
    pub fn of(user: &User, account: AccountId, role: Role, online: bool) -> Self {
        Self {
            id: user.id.0,
            account_id: account.0,
            name: user.name.clone(),
            available_name: user.name.clone(),
            email: user.email.clone(),
            role: role.as_str(),
            availability_status: availability(online),
            auto_offline: true,
            confirmed: true,
            thumbnail: String::new(),
        }
    }
}

/// Oneself (contract §7). Has one's own tokens; goes to nobody else.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Profile {
    /// Row id.
    pub id: i64,
    /// The log-in address, as the reference's clients expect it.
    pub uid: String,
    /// Full name.
    pub name: String,
    /// The name customers see.
    pub available_name: String,
    /// Log-in address.
    pub email: String,
    /// Picture, or empty.
    pub avatar_url: String,
    /// API token, sent as header `api_access_token`.
    pub access_token: String,
    /// Token for subscriptions at `/cable`.
    pub pubsub_token: String,
    /// The first account.
    pub account_id: Option<i64>,
    /// The role in the first account.
    pub role: Option<&'static str>,
    /// Every account one has a place in.
    pub accounts: Vec<ProfileAccount>,
    /// Free settings of the dashboard.
    #[schema(value_type = Object)]
    pub ui_settings: Json,
    /// Always true.
    pub confirmed: bool,
}

/// One's place in an account.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ProfileAccount {
    /// The account.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// `agent` or `administrator`.
    pub role: &'static str,
    /// Always `active`.
    pub status: &'static str,
}

impl Profile {
    /// The user to themselves.
    #[must_use]
    pub fn of(user: &User, memberships: &[Membership]) -> Self {
        let accounts = memberships.iter().map(|membership| ProfileAccount {
            id: membership.account_id.0,
            name: membership.account_name.clone(),
            role: membership.role.as_str(),
            status: "active",
        });
        let first = memberships.first();
        Self {
            id: user.id.0,
            uid: user.email.clone(),
            name: user.name.clone(),
            available_name: user.name.clone(),
            email: user.email.clone(),
            avatar_url: String::new(),
            access_token: user.access_token.clone(),
            pubsub_token: user.pubsub_token.clone(),
            account_id: first.map(|membership| membership.account_id.0),
            role: first.map(|membership| membership.role.as_str()),
            accounts: accounts.collect(),
            ui_settings: user.ui_settings.clone(),
            confirmed: true,
        }
    }
}

/// `online` or `offline`.
#[must_use]
pub fn availability(online: bool) -> &'static str {
    if online { "online" } else { "offline" }
}
