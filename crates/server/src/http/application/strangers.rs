//! What agents decide about strangers' mail that stands in a thread for them alone.

use super::messages::shown;
use crate::{
    app::App,
    http::{
        auth::Agent,
        body::{Body, InPath},
        problem::Refusal,
        shapes::message::Message,
    },
};
use axum::{Json, extract::State};
use desk::{accept_stranger::accept_stranger, reject_stranger::reject_stranger, split_stranger::split_stranger};
use model::ids::MessageId;
use serde::Deserialize;
use store::conversations;
use utoipa::ToSchema;

/// What to do with a stranger's mail.
#[derive(Deserialize, ToSchema)]
pub(in crate::http) struct StrangerAction {
    /// `accept`, `split`, `reject` or `unreject`.
    #[serde(default)]
    action: String,
}

/// Decide about a stranger's mail
///
/// `accept`: it is shown to everybody, and its author takes part. `split`: it moves to a new conversation with its author,
/// whose number the answer has. `reject`: it stays withheld. `unreject` takes that back. Of several agents who decide at
/// once one does; the others get the message as it is then.
#[utoipa::path(post, path = "/api/v1/accounts/{account_id}/conversations/{conversation_id}/messages/{message_id}/stranger", tag = "messages",
    params(("account_id" = i64, Path), ("conversation_id" = i64, Path), ("message_id" = i64, Path)), request_body = StrangerAction,
    responses((status = 200, description = "the message", body = Message), (status = 404, description = "no such message"),
        (status = 422, description = "the message never was withheld, or no such action")))]
pub(in crate::http) async fn decide(
    State(app): State<App>,
    agent: Agent,
    InPath(path): InPath<(i64, i64, i64)>,
    Body(asked): Body<StrangerAction>,
) -> Result<Json<Message>, Refusal> {
    let (_, number, id) = path;
    let (desk, account, by, id) = (&app.desk, agent.account, agent.user.id, MessageId(id));
    let message = match asked.action.as_str() {
        "accept" => accept_stranger(desk, account, number, id, by).await?,
        "split" => split_stranger(desk, account, number, id, by).await?,
        "reject" => reject_stranger(desk, account, number, id, by, true).await?,
        "unreject" => reject_stranger(desk, account, number, id, by, false).await?,
        _ => return Err(Refusal::invalid("action: must be accept, split, reject or unreject")),
    };
    let home = message.conversation_id;
    let home = desk.db.read::<_, store::Error, _>(async move |tx| conversations::by_id(tx, home).await).await?;
    shown(&app, account, home.map_or(number, |home| home.display_id), id).await
}
