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

crate::named! {
    /// What a user may do in an account.
    pub enum Role {
        /// Answers conversations.
        Agent = "agent",
        /// Also changes settings and sees the mail logs.
        Administrator = "administrator",
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
