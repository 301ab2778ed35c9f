//! The one problem type at the HTTP edge: a status and `{"error": "words"}`; of a value that is another one's also the
//! reference's `message` and `attributes` (§4.1).

use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use desk::Problem;
use serde_json::json;

/// Why a request is refused.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The status.
    pub status: StatusCode,
    /// The words.
    pub error: String,
    /// Seconds after which trying again makes sense (429, 503).
    pub retry_after: Option<u64>,
    /// The field whose value is another one's.
    pub taken: Option<&'static str>,
}

impl Refusal {
    /// A refusal with that status and those words.
    pub fn new(status: StatusCode, error: impl Into<String>) -> Self {
        Self { status, error: error.into(), retry_after: None, taken: None }
    }

    /// 404 in the reference's words.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "Resource could not be found")
    }

    /// 422: what was sent makes no sense, and why.
    pub fn invalid(error: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, error)
    }

    /// 401 in the reference's words.
    #[must_use]
    pub fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Invalid Access Token")
    }

    /// 429: too many requests; try again in `seconds`.
    #[must_use]
    pub fn too_many(seconds: u64) -> Self {
        let refusal = Self::new(StatusCode::TOO_MANY_REQUESTS, "Too many requests; try again later");
        Self { retry_after: Some(seconds), ..refusal }
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        match problem {
            Problem::NotFound(_) => Self::not_found(),
            Problem::Invalid(words) => Self::invalid(words),
            Problem::Taken(field) => Self { taken: Some(field), ..Self::invalid(problem.to_string()) },
            Problem::Forbidden(words) => Self::new(StatusCode::UNAUTHORIZED, words),
            Problem::Storage(error) => error.into(),
        }
    }
}

impl From<store::Error> for Refusal {
    fn from(error: store::Error) -> Self {
        tracing::error!(%error, "a request met storage trouble");
        if error.unavailable() {
            let refusal = Self::new(StatusCode::SERVICE_UNAVAILABLE, "The storage is away; try again in a moment");
            return Self { retry_after: Some(5), ..refusal };
        }
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong on our side; it has been logged")
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut body = json!({"error": self.error});
        if let Some(field) = self.taken {
            let words = field.replace('_', " ");
            let (first, rest) = words.split_at(1);
            body["message"] = json!(format!("{}{rest} has already been taken", first.to_uppercase()));
            body["attributes"] = json!([field]);
        }
        let body = Json(body);
        let after = self.retry_after.map(|seconds| [(header::RETRY_AFTER, seconds.to_string())]);
        match after {
            Some(headers) => (self.status, headers, body).into_response(),
            None => (self.status, body).into_response(),
        }
    }
}
