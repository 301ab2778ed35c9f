//! `POST /api/v1/widget/config`, and the same facts for the widget's page.

use super::guest::Guest;
use crate::{app::App, http::problem::Refusal};
use axum::{Json, extract::State, http::HeaderMap};
use model::{account::Account, inbox::Inbox};
use serde_json::{Value, json};
use store::accounts;

/// What the widget may do.
const FEATURES: [&str; 3] = ["attachments", "emoji_picker", "end_conversation"];

/// The website's settings and who the visitor is.
#[utoipa::path(post, path = "/api/v1/widget/config", tag = "widget", params(("website_token" = String, Query,)),
    responses((status = 200, description = "settings and contact"), (status = 404, description = "no such website or session")))]
pub(crate) async fn config(State(app): State<App>, guest: Guest, headers: HeaderMap) -> Result<Json<Value>, Refusal> {
    let auth_token = headers.get("x-auth-token").and_then(|token| token.to_str().ok()).unwrap_or_default();
    let account = account(&app, &guest.inbox).await?;
    let mut channel = json!({
        "allow_messages_after_resolved": true,
        "api_host": app.config.frontend_url,
        "auth_token": auth_token,
        "avatar_url": "",
        "csat_survey_enabled": false,
        "disable_branding": false,
        "enabled_features": FEATURES,
        "enabled_languages": [],
        "locale": account.locale,
        "out_of_office_message": null,
        "portal": null,
        "pre_chat_form_enabled": false,
        "pre_chat_form_options": {},
        "timezone": "UTC",
        "utc_off_set": "+00:00",
        "website_name": guest.inbox.name,
        "working_hours": [],
        "working_hours_enabled": false,
    });
    if let Some(widget) = guest.inbox.web_widget() {
        channel["reply_time"] = widget.reply_time.clone().into();
        channel["website_token"] = widget.website_token.clone().into();
        channel["welcome_tagline"] = widget.welcome_tagline.clone().into();
        channel["welcome_title"] = widget.welcome_title.clone().into();
        channel["widget_color"] = widget.widget_color.clone().into();
    }
    let contact = &guest.contact;
    // A link may have been forwarded: it shows the conversation, in which the name stands, not who the contact is.
    let own = guest.own;
    let named = own || guest.visitor.only.is_some();
    Ok(Json(json!({
        "website_channel_config": channel,
        "contact": {
            "id": contact.id,
            "name": Some(&contact.name).filter(|_| named),
            "email": contact.email.as_deref().filter(|_| own),
            "phone_number": contact.phone_number.as_deref().filter(|_| own),
            "identifier": contact.identifier.as_deref().filter(|_| own),
            "pubsub_token": guest.pubsub_token(auth_token),
        },
        "global_config": global_config(),
    })))
}

/// The website's settings as the widget's page has them.
pub(crate) async fn for_page(app: &App, inbox: &Inbox) -> Result<Value, Refusal> {
    let account = account(app, inbox).await?;
    let Some(widget) = inbox.web_widget() else { return Err(Refusal::not_found()) };
    Ok(json!({
        "allowMessagesAfterResolved": true,
        "avatarUrl": "",
        "csatSurveyEnabled": false,
        "enabledFeatures": FEATURES,
        "enabledLanguages": [],
        "locale": account.locale,
        "outOfOfficeMessage": null,
        "preChatFormEnabled": false,
        "preChatFormOptions": {},
        "replyTime": widget.reply_time,
        "timezone": "UTC",
        "utcOffset": "+00:00",
        "websiteName": inbox.name,
        "websiteToken": widget.website_token,
        "welcomeTagline": widget.welcome_tagline,
        "welcomeTitle": widget.welcome_title,
        "widgetColor": widget.widget_color,
        "workingHours": [],
        "workingHoursEnabled": false,
    }))
}

/// Facts about the installation.
pub(crate) fn global_config() -> Value {
    json!({"BRAND_NAME": "Segue", "DISPLAY_MANIFEST": false})
}

async fn account(app: &App, inbox: &Inbox) -> Result<Account, Refusal> {
    let id = inbox.account_id;
    let found = app.desk.db.read::<_, store::Error, _>(async move |tx| accounts::by_id(tx, id).await).await?;
    found.ok_or_else(Refusal::not_found)
}
