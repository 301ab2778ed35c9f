//! The account and whether its inbound mail is on.

use desk::House;
use model::{account::Account as Row, user::Role};
use serde::Serialize;
use utoipa::ToSchema;

/// An account as its members see it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Account {
    /// Row id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Language of automatic texts.
    pub locale: String,
    /// Inbound domain of its own.
    pub domain: Option<String>,
    /// Sender address of its own.
    pub support_email: Option<String>,
    /// What is switched on and off.
    pub features: Features,
    /// Whether answers by mail come back.
    pub inbound: Inbound,
    /// One's own role here.
    pub role: &'static str,
}

/// The account's switches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Features {
    /// Mails carry a reply address.
    pub inbound_emails: bool,
}

/// Whether answers by mail come back, and to which domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Inbound {
    /// The feature is on and there is a domain.
    pub on: bool,
    /// The inbound domain: the account's own, else the installation's.
    pub domain: Option<String>,
}

impl Account {
    /// The account as a member in that role sees it.
    #[must_use]
    pub fn of(account: &Row, house: &House, role: Role) -> Self {
        let installation = house.inbound_domain.as_deref();
        Self {
            id: account.id.0,
            name: account.name.clone(),
            locale: account.locale.clone(),
            domain: account.domain.clone(),
            support_email: account.support_email.clone(),
            features: Features { inbound_emails: account.features.inbound_emails },
            inbound: Inbound {
                on: account.inbound(installation).is_some(),
                domain: account.inbound_domain(installation).map(str::to_owned),
            },
            role: role.as_str(),
        }
    }
}
