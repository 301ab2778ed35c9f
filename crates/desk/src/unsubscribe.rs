//! Ending unasked-for mail with one click (RFC 8058): a signed link per account and address, and what it does.

use crate::{Desk, House, Outcome, Problem, letter::words::Words, signing::Secret};
use model::ids::AccountId;
use store::{accounts, suppressions};

const PURPOSE: &str = "unsubscribe";

/// The path under which the links are served.
pub const PATH: &str = "/unsubscribe";

/// The link for `address`; only where the house is reached by `https`, as the RFC wants.
#[must_use]
pub fn link(house: &House, account: AccountId, address: &str) -> Option<String> {
    let key = key(&house.secret, account, address);
    house.frontend_url.starts_with("https://").then(|| format!("{}{PATH}/{key}", house.frontend_url))
}

fn key(secret: &Secret, account: AccountId, address: &str) -> String {
    let values = hex::encode(format!("{account}:{}", address.to_lowercase()));
    let signature = secret.sign(PURPOSE, &values);
    format!("{values}-{signature}")
}

/// Whom a link's key is for.
fn opens(secret: &Secret, key: &str) -> Option<(AccountId, String)> {
    let (values, signature) = key.split_once('-')?;
    if !secret.verify(PURPOSE, values, signature) {
        return None;
    }
    let values = String::from_utf8(hex::decode(values).ok()?).ok()?;
    let (account, address) = values.split_once(':')?;
    Some((AccountId(account.parse().ok()?), address.to_owned()))
}

/// What a page for a link says: the fixed words in the account's language, and the account's name.
///
/// # Errors
/// The link is not ours.
pub async fn look(desk: &Desk, key: &str) -> Outcome<(&'static Words, String)> {
    let (account, _) = opens(&desk.house.secret, key).ok_or(Problem::NotFound("link"))?;
    let account = desk.db.read(async move |tx| accounts::by_id(tx, account).await).await?;
    let account = account.ok_or(Problem::NotFound("link"))?;
    Ok((Words::of(&account.locale), account.name))
}

/// Ends `auto` mail of the account to the link's address. Again changes nothing.
///
/// # Errors
/// The link is not ours.
pub async fn unsubscribe(desk: &Desk, key: &str) -> Outcome<()> {
    look(desk, key).await?;
    let (account, address) = opens(&desk.house.secret, key).ok_or(Problem::NotFound("link"))?;
    let now = desk.now();
    Ok(desk.db.write::<_, store::Error, _>(async move |tx| suppressions::add(tx, account, &address, now).await).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_for_one_address_of_one_account() {
        let secret = Secret::new("s");
        let good = key(&secret, AccountId(3), "Vera@example.org");
        assert_eq!(opens(&secret, &good), Some((AccountId(3), "vera@example.org".into())));
        let (_, signature) = good.split_once('-').unwrap();
        let forged = format!("{}-{signature}", hex::encode("4:vera@example.org"));
        for key in [forged.as_str(), "", "-", "zz-zz"] {
            assert_eq!(opens(&secret, key), None, "{key}");
        }
    }
}
