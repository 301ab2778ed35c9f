//! People who log in.

use crate::{
    Timestamp,
    ids::{AccountId, UserId},
};

/// A person who logs in.
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    /// Row id.
    pub id: UserId,
    /// Full name; also the name customers see.
    pub name: String,
    /// Log-in address, lower case, unique in the installation.
    pub email: String,
    /// Argon2 hash in PHC string format.
    pub password_hash: String,
    /// The user's own API token, sent as `api_access_token`.
    pub access_token: String,
    /// The token with which the user's dashboards subscribe to `/cable`.
    pub pubsub_token: String,
    /// Free settings of the dashboard.
    pub ui_settings: crate::Json,
    /// When the user was made.
    pub created_at: Timestamp,
}

/// What a user may do in an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Answers conversations.
    Agent,
    /// Also changes settings and sees the mail logs.
    Administrator,
}

impl Role {
    /// The name in the API and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Administrator => "administrator",
        }
    }

    /// The role of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Agent, Self::Administrator].into_iter().find(|role| role.as_str() == name)
    }
}

/// A user's place in an account.
#[derive(Clone, Debug, PartialEq)]
pub struct Membership {
    /// The account.
    pub account_id: AccountId,
    /// Its name.
    pub account_name: String,
    /// The user.
    pub user_id: UserId,
    /// What the user may do there.
    pub role: Role,
}
