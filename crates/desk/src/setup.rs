//! Making an account with its first administrator, and a website inbox if a URL is given: what the onboarding page and
//! `segue setup` do (contract §1).

use crate::{Desk, Outcome, Problem};
use model::{
    ids::{AccountId, InboxId, UserId},
    inbox::{Channel, Settings, WebWidget},
    user::Role,
};
use serde::Serialize;
use store::{accounts, inboxes, installation, users};

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// The account's name.
    pub account: String,
    /// The administrator's name; the address's local part where empty.
    pub name: String,
    /// The administrator's log-in address.
    pub email: String,
    /// The administrator's password.
    pub password: String,
    /// The website of a first inbox.
    pub website_url: Option<String>,
    /// Only while there is no account at all (the onboarding page).
    pub only_first: bool,
}

/// What was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Made {
    /// The account.
    pub account_id: AccountId,
    /// The administrator.
    pub user_id: UserId,
    /// The administrator's API token.
    pub access_token: String,
    /// The website inbox.
    pub inbox_id: Option<InboxId>,
    /// The token for its snippet.
    pub website_token: Option<String>,
}

/// Makes them all, or nothing.
///
/// # Errors
/// A value makes no sense, the address is taken, or there is an account already and only the first was wanted.
pub async fn setup(desk: &Desk, asked: Setup) -> Outcome<Made> {
    let asked = check(asked)?;
    let password_hash = desk.hash_password(&asked.password).await?;
    let user = users::NewUser {
        name: asked.name.clone(),
        email: asked.email.clone(),
        password_hash,
        access_token: desk.random.hex_128(),
        pubsub_token: desk.random.hex_128(),
    };
    let widget = asked.website_url.clone().map(|website_url| new_widget(desk, website_url));
    let now = desk.now();
    desk.db
        .write(async move |tx| {
            if asked.only_first
                && (accounts::count(tx).await? > 0
                    || installation::claim(tx, "onboarded", &user.email).await? != user.email)
            {
                return Err(Problem::NotFound("onboarding"));
            }
            let account = accounts::insert(tx, &asked.account, "en", now).await?;
            let taken = || Problem::invalid("email", "a user with this address exists already");
            let user_id = users::insert(tx, &user, now).await?.ok_or_else(taken)?;
            users::join(tx, account.id, user_id, Role::Administrator).await?;
            let mut inbox_id = None;
            if let Some(widget) = &widget {
                let channel = Channel::WebWidget(widget.clone());
                inbox_id =
                    Some(inboxes::insert(tx, account.id, &account.name, &channel, &Settings::default(), now).await?);
            }
            Ok(Made {
                account_id: account.id,
                user_id,
                access_token: user.access_token.clone(),
                inbox_id,
                website_token: widget.as_ref().map(|widget| widget.website_token.clone()),
            })
        })
        .await
}

/// A website channel with fresh tokens.
#[must_use]
pub fn new_widget(desk: &Desk, website_url: String) -> WebWidget {
    WebWidget {
        website_token: desk.random.hex_128(),
        hmac_token: desk.random.hex_128(),
        website_url,
        ..WebWidget::default()
    }
}

fn check(mut asked: Setup) -> Outcome<Setup> {
    asked.account = asked.account.trim().to_owned();
    if asked.account.is_empty() {
        return Err(Problem::invalid("account name", "must not be empty"));
    }
    asked.email = asked.email.trim().to_lowercase();
    if !mail::address::is_address(&asked.email) {
        return Err(Problem::invalid("email", "is not an address"));
    }
    if asked.name.trim().is_empty() {
        asked.name = asked.email.split('@').next().unwrap_or_default().to_owned();
    }
    asked.website_url = asked.website_url.map(|url| url.trim().to_owned()).filter(|url| !url.is_empty());
    if let Some(url) = &asked.website_url {
        check_website_url(url)?;
    }
    Ok(asked)
}

/// Whether a website's address can stand in links: absolute, `http` or `https`.
///
/// # Errors
/// It cannot.
pub fn check_website_url(url: &str) -> Outcome<()> {
    let good = url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if good { Ok(()) } else { Err(Problem::invalid("website_url", "must be an http or https URL")) }
}
