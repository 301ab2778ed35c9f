//! The web parts, built into the program: the loader websites embed, the widget's app, the dashboard.
//!
//! Files whose names carry a hash (or that are asked for by hash, `?v=`) may be kept for ever; all others are asked for
//! again with their ETag (RFC 9110 §8.8.3). Text goes gzipped to those who take it.

use super::problem::Refusal;
use axum::{
    Router,
    body::Body,
    extract::{Path, RawQuery},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use flate2::{Compression, write::GzEncoder};
use rust_embed::RustEmbed;
use std::{collections::HashMap, io::Write, sync::OnceLock};

#[derive(RustEmbed)]
#[folder = "$SEGUE_WEB_DIST"]
struct Dist;

/// A file as it is sent.
struct Asset {
    bytes: Vec<u8>,
    gzip: Option<Vec<u8>>,
    /// Hexadecimal; the ETag without its quotes.
    hash: String,
    content_type: &'static str,
}

/// How long a browser may keep a file without asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keep {
    /// Ask each time.
    Ask,
    /// Ten minutes: the loader, which other people's pages wait for.
    Minutes,
    /// The name says what is in it.
    Forever,
}

impl Keep {
    fn header(self) -> &'static str {
        match self {
            Self::Ask => "no-cache",
            Self::Minutes => "public, max-age=600, stale-while-revalidate=86400",
            Self::Forever => "public, max-age=31536000, immutable",
        }
    }
}

/// What the dashboard's page may do.
const DASHBOARD_POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data: blob: http: https:; media-src 'self' blob: http: https:; font-src 'self' data:; \
    connect-src 'self' ws: wss:; frame-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The routes that serve them.
pub(super) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/", get(async || Redirect::to("/app")))
        .route("/packs/js/sdk.js", get(async |headers: HeaderMap| file("packs/js/sdk.js", Keep::Minutes, &headers)))
        .route("/widget/assets/{*path}", get(widget))
        .route("/app", get(async |headers: HeaderMap| page(&headers)))
        .route("/app/", get(async |headers: HeaderMap| page(&headers)))
        .route("/app/{*path}", get(dashboard))
}

/// The URL of one of the widget's files, which changes with its content.
pub(super) fn widget_url(name: &str) -> String {
    let version = all().get(&format!("widget/{name}")).map_or("", |asset| &asset.hash[..12]);
    format!("/widget/assets/{name}?v={version}")
}

async fn widget(Path(path): Path<String>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let name = format!("widget/{path}");
    let asked = query.as_deref().and_then(|query| query.strip_prefix("v=")).unwrap_or_default();
    let same = asked.len() >= 12 && all().get(&name).is_some_and(|asset| asset.hash.starts_with(asked));
    file(&name, if same { Keep::Forever } else { Keep::Ask }, &headers)
}

/// A file of the dashboard, or its page: the dashboard knows its own paths.
async fn dashboard(Path(path): Path<String>, headers: HeaderMap) -> Response {
    let name = format!("dashboard/{path}");
    if path.starts_with("assets/") {
        return file(&name, Keep::Forever, &headers);
    }
    if path != "index.html" && all().contains_key(&name) {
        return file(&name, Keep::Ask, &headers);
    }
    page(&headers)
}

fn page(headers: &HeaderMap) -> Response {
    let page = file("dashboard/index.html", Keep::Ask, headers);
    let policy = [
        (header::CONTENT_SECURITY_POLICY, DASHBOARD_POLICY),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    (policy, page).into_response()
}

fn file(name: &str, keep: Keep, headers: &HeaderMap) -> Response {
    let Some(asset) = all().get(name) else { return Refusal::not_found().into_response() };
    let tag = format!("\"{}\"", asset.hash);
    let sent = [
        (header::ETAG, tag.as_str()),
        (header::CACHE_CONTROL, keep.header()),
        (header::VARY, "Accept-Encoding"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let known = text(header::IF_NONE_MATCH);
    if known.split(',').any(|known| known.trim().trim_start_matches("W/") == tag) {
        return (StatusCode::NOT_MODIFIED, sent).into_response();
    }
    let kind = [(header::CONTENT_TYPE, asset.content_type)];
    match asset.gzip.as_deref().filter(|_| takes_gzip(text(header::ACCEPT_ENCODING))) {
        Some(gzip) => (sent, kind, [(header::CONTENT_ENCODING, "gzip")], Body::from(gzip)).into_response(),
        None => (sent, kind, Body::from(asset.bytes.as_slice())).into_response(),
    }
}

/// RFC 9110 §12.5.3, as far as browsers use it.
fn takes_gzip(accepted: &str) -> bool {
    accepted.split(',').any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        matches!(name.trim(), "gzip" | "*") && !matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
    })
}

fn all() -> &'static HashMap<String, Asset> {
    static ALL: OnceLock<HashMap<String, Asset>> = OnceLock::new();
    ALL.get_or_init(|| {
        let read = |name: std::borrow::Cow<'static, str>| {
            let bytes = Dist::get(&name)?.data.into_owned();
            let content_type = content_type(&name);
            let gzip = if is_text(content_type) { gzip(&bytes) } else { None };
            let hash = desk::signing::sha256(&bytes);
            Some((name.into_owned(), Asset { bytes, gzip, hash, content_type }))
        };
        Dist::iter().filter_map(read).collect()
    })
}

fn gzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok().filter(|packed| packed.len() < bytes.len())
}

fn is_text(content_type: &str) -> bool {
    content_type.ends_with("charset=utf-8") || content_type == "image/svg+xml" || content_type.ends_with("json")
}

const CONTENT_TYPES: [(&str, &str); 14] = [
    ("html", "text/html; charset=utf-8"),
    ("js", "text/javascript; charset=utf-8"),
    ("css", "text/css; charset=utf-8"),
    ("txt", "text/plain; charset=utf-8"),
    ("json", "application/json"),
    ("map", "application/json"),
    ("webmanifest", "application/manifest+json"),
    ("svg", "image/svg+xml"),
    ("png", "image/png"),
    ("ico", "image/x-icon"),
    ("webp", "image/webp"),
    ("woff2", "font/woff2"),
    ("mp3", "audio/mpeg"),
    ("wasm", "application/wasm"),
];

fn content_type(name: &str) -> &'static str {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    CONTENT_TYPES.iter().find(|(known, _)| *known == extension).map_or("application/octet-stream", |row| row.1)
}

#[cfg(test)]
mod tests {
    use super::takes_gzip;

    #[test]
    fn gzip_goes_to_those_who_take_it() {
        let rows = [
            ("gzip, deflate, br", true),
            ("*", true),
            ("br", false),
            ("", false),
            ("gzip;q=0", false),
            ("br, gzip;q=0.5", true),
        ];
        for (accepted, takes) in rows {
            assert_eq!(takes_gzip(accepted), takes, "{accepted}");
        }
    }
}
