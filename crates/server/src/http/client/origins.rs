//! Pages of any origin may use the client API (Fetch §3.3, CORS): no cookie counts there. A browser that asks for leave first
//! gets it; every answer may be read.

use axum::{
    extract::Request,
    http::{
        HeaderValue, Method, StatusCode,
        header::{
            ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
            ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD,
        },
    },
    middleware::Next,
    response::{IntoResponse, Response},
};

const ANY: HeaderValue = HeaderValue::from_static("*");
/// A day, as long as browsers remember it at most.
const REMEMBERED: HeaderValue = HeaderValue::from_static("86400");

/// Lets pages of any origin ask below `/public/api`.
pub(in crate::http) async fn any(request: Request, next: Next) -> Response {
    if !request.uri().path().starts_with("/public/api/") {
        return next.run(request).await;
    }
    let asks = request.method() == Method::OPTIONS && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let mut answer = if asks { StatusCode::NO_CONTENT.into_response() } else { next.run(request).await };
    let headers = answer.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
    if asks {
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, ANY);
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, ANY);
        headers.insert(ACCESS_CONTROL_MAX_AGE, REMEMBERED);
    }
    answer
}
