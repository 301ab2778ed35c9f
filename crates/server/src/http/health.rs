//! Whether the server lives, and whether it can work.

use crate::{app::App, http::problem::Refusal};
use axum::{Json, extract::State};
use serde_json::{Value, json};

/// Whether the process lives.
#[utoipa::path(get, path = "/health", tag = "operations", responses((status = 200, description = "it lives")))]
pub(super) async fn health() -> Json<Value> {
    Json(json!({"status": "woot"}))
}

/// Whether database and files can be reached.
#[utoipa::path(get, path = "/ready", tag = "operations", responses((status = 200, description = "it can work"), (status = 503, description = "it cannot")))]
pub(super) async fn ready(State(app): State<App>) -> Result<Json<Value>, Refusal> {
    app.desk.db.read::<_, store::Error, _>(async |tx| store::installation::get(tx, "secret_fingerprint").await).await?;
    app.desk.blobs.get("0000").await?;
    Ok(Json(json!({"status": "ready"})))
}
