//! Asking the Graph API for Messenger and Instagram.

use super::{Meaning, refused};
use crate::channels::{Part, Wire};
use desk::send_on_channel::End;
use model::{Json, channel::Standing};
use reqwest::RequestBuilder;
use serde_json::json;

/// The version of the Graph API whose documentation we follow.
pub(in crate::channels) const VERSION: &str = "v25.0";

/// Sends a request; the answer as JSON.
///
/// # Errors
/// The API cannot be reached, or refuses: what that means by the table of what is asked.
pub(in crate::channels) async fn ask(wire: &Wire, request: RequestBuilder, table: &[Meaning]) -> Result<Json, End> {
    let reply = wire.client().send(request).await.map_err(|trouble| End::Later(trouble, None))?;
    if reply.is_good() { Ok(reply.json()) } else { Err(refused(wire.kind.title, &reply, table)) }
}

/// What goes to the Send API with the `message` itself (Send API, "Parameters"): to whom, as what, and what it answers.
pub(in crate::channels) fn sends(part: &Part<'_>, message: &Json) -> Json {
    let mut body = json!({"recipient": {"id": part.to()}, "messaging_type": "RESPONSE", "message": message});
    if matches!(part.errand.window, Standing::Tagged(_)) {
        body["messaging_type"] = json!("MESSAGE_TAG");
        body["tag"] = json!("HUMAN_AGENT");
    }
    if let Some(mid) = part.answers().filter(|id| !id.starts_with(super::event::PRESSED)) {
        body["reply_to"] = json!({"mid": mid});
    }
    body
}
