//! Agents of an account: invited, given another role, taken out.
//!
//! An address that has no user yet gets one, with the password the administrator chose or one made for them. A user of
//! another account on this installation joins with their own password, which is never touched.

use crate::{Desk, Outcome, Problem};
use mail::address::is_address;
use model::{
    ids::{AccountId, UserId},
    user::{Role, User},
};
use store::{Tx, accounts, conversations, users};

/// Who is invited.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// Full name; the address's local part where empty.
    pub name: String,
    /// Log-in address.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// Their first password; one is made where `None`.
    pub password: Option<String>,
}

/// Gives someone a place in the account. Where a user was made without a password, the made one comes along: it is
/// known to nobody else and shown this once.
///
/// # Errors
/// The address is none, the password too short, or they have a place already.
pub async fn invite_agent(desk: &Desk, account: AccountId, asked: Invitation) -> Outcome<(User, Option<String>)> {
    let email = asked.email.trim().to_lowercase();
    if !is_address(&email) {
        return Err(Problem::invalid("email", "is not an e-mail address"));
    }
    let name = match asked.name.trim() {
        "" => email.split('@').next().unwrap_or_default().to_owned(),
        name => name.to_owned(),
    };
    let made = asked.password.is_none().then(|| desk.random.hex_128());
    let password = asked.password.as_ref().or(made.as_ref()).cloned().unwrap_or_default();
    let new = users::NewUser {
        name,
        email,
        password_hash: desk.hash_password(&password).await?,
        access_token: desk.random.hex_128(),
        pubsub_token: desk.random.hex_128(),
    };
    let now = desk.now();
    desk.db
        .write(async move |tx| {
            accounts::lock(tx, account).await?.ok_or(Problem::NotFound("account"))?;
            let inserted = users::insert(tx, &new, now).await?;
            let user = users::by_email(tx, &new.email).await?.ok_or(Problem::NotFound("user"))?;
            if users::role_in(tx, account, user.id).await?.is_some() {
                return Err(Problem::invalid("email", "is an agent of this account already"));
            }
            users::join(tx, account, user.id, asked.role).await?;
            Ok((user, made.clone().filter(|_| inserted.is_some())))
        })
        .await
}

/// Gives a colleague another role.
///
/// # Errors
/// They have no place in the account, or are its last administrator.
pub async fn change_role(desk: &Desk, account: AccountId, id: UserId, role: Role) -> Outcome<User> {
    desk.db
        .write(async move |tx| {
            let before = place(tx, account, id).await?;
            if before == Role::Administrator && role != Role::Administrator {
                keep_an_administrator(tx, account).await?;
            }
            users::join(tx, account, id, role).await?;
            users::by_id(tx, id).await?.ok_or(Problem::NotFound("agent"))
        })
        .await
}

/// Takes a colleague's place in the account away, and their conversations from them.
///
/// # Errors
/// They have no place in the account, or are its last administrator.
pub async fn remove_agent(desk: &Desk, account: AccountId, id: UserId) -> Outcome<()> {
    let now = desk.now();
    desk.db
        .write(async move |tx| {
            if place(tx, account, id).await? == Role::Administrator {
                keep_an_administrator(tx, account).await?;
            }
            users::leave(tx, account, id).await?;
            conversations::unassign_all(tx, account, id, now).await?;
            Ok(())
        })
        .await
}

/// The role of `id`, with the account locked: of two administrators who take each other out only one succeeds.
async fn place(tx: &mut Tx<'_>, account: AccountId, id: UserId) -> Outcome<Role> {
    accounts::lock(tx, account).await?.ok_or(Problem::NotFound("account"))?;
    users::role_in(tx, account, id).await?.ok_or(Problem::NotFound("agent"))
}

async fn keep_an_administrator(tx: &mut Tx<'_>, account: AccountId) -> Outcome<()> {
    if users::administrators(tx, account).await? > 1 {
        return Ok(());
    }
    Err(Problem::Invalid("the account's last administrator must stay one".into()))
}
