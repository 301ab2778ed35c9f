//! One post: its headers, its signature, and what an answer means.

use crate::{app::App, fetch::Unfetched};
use desk::{post_webhook::End, signing::hmac_sha256};
use jiff::SignedDuration;

/// Answers after which the same bytes never fare better (RFC 9110): bad request, gone, too large, wrong media type,
/// unprocessable.
const NEVER: [u16; 5] = [400, 410, 413, 415, 422];
/// Answers that speak of the server, not of what was posted: time out, too early, too many, bad gateway, unavailable.
const AWAY: [u16; 6] = [408, 425, 429, 502, 503, 504];

/// Posts `body` to `url`, signed: `X-Chatwoot-Signature` is `sha256=` and the hexadecimal HMAC-SHA256 of
/// `<X-Chatwoot-Timestamp>.<body>`; `X-Chatwoot-Delivery` is the same at every try.
pub(crate) async fn post(app: &App, url: &str, secret: &str, delivery: &str, body: String) -> End {
    let timestamp = app.desk.now().as_second().to_string();
    let signature = hmac_sha256(secret.as_bytes(), format!("{timestamp}.{body}").as_bytes());
    let headers = [
        ("x-chatwoot-delivery", delivery.to_owned()),
        ("x-chatwoot-timestamp", timestamp),
        ("x-chatwoot-signature", format!("sha256={signature}")),
    ];
    match app.config.fetcher.post(url, &headers, body, app.config.webhook_timeout).await {
        Ok((status, wait)) => end(status, wait),
        Err(Unfetched::Later(_)) => End::Away("the server of the webhook does not answer".into(), None),
        Err(Unfetched::Never(_)) => End::Never("the address of the webhook is in a private network, or none".into()),
    }
}

fn end(status: u16, wait: Option<u32>) -> End {
    let words = format!("the server of the webhook answers {status}");
    match status {
        200..300 => End::Taken,
        _ if NEVER.contains(&status) => End::Never(words),
        _ if AWAY.contains(&status) => End::Away(words, wait.map(|seconds| SignedDuration::from_secs(seconds.into()))),
        _ => End::Refused(words),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_mean_what_they_say() {
        assert_eq!(end(204, None), End::Taken);
        assert_eq!(
            end(503, Some(7)),
            End::Away("the server of the webhook answers 503".into(), Some(SignedDuration::from_secs(7)))
        );
        for status in [301, 401, 404, 500] {
            assert!(matches!(end(status, None), End::Refused(_)), "{status}");
        }
        for status in NEVER {
            assert!(matches!(end(status, None), End::Never(_)), "{status}");
        }
    }
}
