//! A user changes what is their own: name, password, settings of the dashboard.

use crate::{Desk, Outcome, Problem};
use model::{Json, ids::UserId, user::User};
use store::{sessions, users};

/// What is to change; `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct ProfileChange {
    /// Full name.
    pub name: Option<String>,
    /// The password there is and the new one.
    pub password: Option<(String, String)>,
    /// Settings to be set beside those there are; an object.
    pub ui_settings: Option<Json>,
    /// Hash of the session that asks; a new password ends all others.
    pub session: Option<String>,
}

/// The most bytes of dashboard settings.
const MOST_SETTINGS: usize = 64 * 1024;

/// Changes the user's own values. A new password also changes the API token and the token for the cable.
///
/// # Errors
/// The present password is wrong, the new one too short, or a value makes no sense: nothing is changed then.
pub async fn update_profile(desk: &Desk, user: &User, change: ProfileChange) -> Outcome<User> {
    let new_hash = match &change.password {
        Some((present, wanted)) => {
            if !desk.check_password(present, Some(&user.password_hash)).await {
                return Err(Problem::invalid("current_password", "is wrong"));
            }
            Some(desk.hash_password(wanted).await?)
        }
        None => None,
    };
    let name = change.name.map(|name| name.trim().to_owned());
    if name.as_ref().is_some_and(|name| name.is_empty() || name.chars().count() > 255) {
        return Err(Problem::invalid("name", "must have 1 to 255 characters"));
    }
    let settings = change.ui_settings.unwrap_or_else(|| Json::Object(serde_json::Map::new()));
    let Json::Object(settings) = settings else { return Err(Problem::invalid("ui_settings", "must be an object")) };
    let (access_token, pubsub_token) = (desk.random.hex_128(), desk.random.hex_128());
    let (id, kept): (UserId, _) = (user.id, change.session.unwrap_or_default());
    desk.db
        .write(async move |tx| {
            let mut user = users::lock(tx, id).await?.ok_or(Problem::NotFound("user"))?;
            if let Some(name) = &name {
                user.name.clone_from(name);
            }
            if let Some(hash) = &new_hash {
                user.password_hash.clone_from(hash);
                // Whoever knew the old password may know these too.
                user.access_token.clone_from(&access_token);
                user.pubsub_token.clone_from(&pubsub_token);
                sessions::delete_others(tx, id, &kept).await?;
            }
            let mut all = user.ui_settings.as_object().cloned().unwrap_or_default();
            all.extend(settings.clone());
            user.ui_settings = Json::Object(all);
            if user.ui_settings.to_string().len() > MOST_SETTINGS {
                return Err(Problem::invalid("ui_settings", "must have at most 64 KiB"));
            }
            users::update(tx, &user).await?;
            Ok(user)
        })
        .await
}
