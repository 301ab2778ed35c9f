//! JSON bodies: what cannot be read is answered like every other refusal, with words that name the field.

use super::problem::Refusal;
use crate::app::App;
use axum::{
    body::to_bytes,
    extract::{FromRequest, Request},
    http::StatusCode,
};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};

/// The most bytes a JSON body may have.
const LARGEST: usize = 2 * 1024 * 1024;

/// A JSON body. An empty one counts as `{}`; the media type is not looked at, as many scripts forget it. That forms of
/// other sites cannot use this is the business of [`super::auth`].
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &App) -> Result<Self, Refusal> {
        let bytes = to_bytes(request.into_body(), LARGEST).await;
        let bytes = bytes.map_err(|_| Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "The body is larger than 2 MiB"))?;
        let text: &[u8] = if bytes.iter().all(u8::is_ascii_whitespace) { b"{}" } else { &bytes };
        let value = serde_json::from_slice::<serde_json::Value>(text)
            .map_err(|error| Refusal::new(StatusCode::BAD_REQUEST, format!("The body is not JSON: {error}")))?;
        if !value.is_object() {
            return Err(Refusal::invalid("The body must be a JSON object"));
        }
        read(value).map(Self)
    }
}

/// `value` as the parameters `T`.
///
/// # Errors
/// 422: a field is missing or is something else.
pub fn read<T: DeserializeOwned>(value: serde_json::Value) -> Result<T, Refusal> {
    serde_json::from_value(value).map_err(|error| Refusal::invalid(error.to_string()))
}

/// Query parameters; those that make no sense are 422.
pub struct InQuery<T>(pub T);

impl<T: DeserializeOwned> axum::extract::FromRequestParts<App> for InQuery<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut axum::http::request::Parts, app: &App) -> Result<Self, Refusal> {
        let query = axum::extract::Query::<T>::from_request_parts(parts, app).await;
        query.map(|query| Self(query.0)).map_err(|rejection| Refusal::invalid(rejection.body_text()))
    }
}

/// Path parameters; those that are no numbers name nothing: 404.
pub struct InPath<T>(pub T);

impl<T: DeserializeOwned + Send> axum::extract::FromRequestParts<App> for InPath<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut axum::http::request::Parts, app: &App) -> Result<Self, Refusal> {
        let path = axum::extract::Path::<T>::from_request_parts(parts, app).await;
        path.map(|path| Self(path.0)).map_err(|_| Refusal::not_found())
    }
}

/// For fields that can be missing, null, or a value: missing is `None`, null is `Some(None)`. Stands in
/// `#[serde(deserialize_with = "given")]` beside `default`.
///
/// # Errors
/// The value is something else.
pub fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}
