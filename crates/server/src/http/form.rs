//! Bodies of requests: JSON, a URL-encoded form, or a multipart form (RFC 7578). Forms name nested values
//! `message[content]`. Files are refused, except where a handler reads an [`Upload`] once it knows who asks: only then
//! do they go to the blob store, one at a time.

use super::problem::Refusal;
use crate::app::App;
use axum::{
    extract::{FromRequest, Multipart, Request, multipart::Field},
    http::{StatusCode, header},
};
use desk::Problem;
use model::Json;
use serde_json::{Map, json};
use store::{Blobs, attachments::NewAttachment};

/// The most bytes one file may have.
pub const LARGEST_FILE: usize = 40 * 1024 * 1024;
/// The most files one message may have.
pub const MOST_FILES: usize = 15;
/// The most bytes a body without files may have.
const LARGEST_TEXT: usize = 2 * 1024 * 1024;
/// The most bytes a body may have at all.
pub const LARGEST_BODY: usize = 100 * 1024 * 1024;

/// What was sent.
#[derive(Debug, Default)]
pub struct Form {
    /// The values, nested.
    pub values: Json,
    /// The files, whose bytes are in the blob store already.
    pub files: Vec<NewAttachment>,
}

impl FromRequest<App> for Form {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &App) -> Result<Self, Refusal> {
        read_form(request, app, &mut None).await
    }
}

/// A body that has not been read yet and may carry files.
pub struct Upload(Request);

impl FromRequest<App> for Upload {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &App) -> Result<Self, Refusal> {
        Ok(Self(request))
    }
}

impl Upload {
    /// Reads it and keeps its files; to be called once it is known that the sender may send any.
    ///
    /// # Errors
    /// The body cannot be read or is too large: no file is kept then.
    pub async fn read(self, app: &App) -> Result<Form, Refusal> {
        let mut kept = Some(Kept { blobs: app.desk.blobs.clone(), keys: Vec::new() });
        let form = read_form(self.0, app, &mut kept).await?;
        // From here on the files are the use case's.
        if let Some(mut kept) = kept {
            kept.keys.clear();
        }
        Ok(form)
    }
}

/// Files of a body that is still being read; they go again where it ends early, even because the client went.
struct Kept {
    blobs: Blobs,
    keys: Vec<String>,
}

impl Drop for Kept {
    fn drop(&mut self) {
        let (blobs, keys) = (self.blobs.clone(), std::mem::take(&mut self.keys));
        if !keys.is_empty() {
            tokio::spawn(async move { forget(&blobs, &keys).await });
        }
    }
}

/// Removes files that no message has.
pub async fn forget(blobs: &Blobs, keys: &[String]) {
    for key in keys {
        if let Err(error) = blobs.delete(key).await {
            tracing::warn!(%error, key, "a file that no message has could not be removed");
        }
    }
}

/// What the use case made of a message with those files; where it refused, they go. After storage trouble they stay: the
/// message may stand all the same.
///
/// # Errors
/// Those of the use case.
pub async fn or_forget<T>(app: &App, files: &[String], outcome: Result<T, Problem>) -> Result<T, Refusal> {
    if let Err(problem) = &outcome
        && !matches!(problem, Problem::Storage(_))
    {
        forget(&app.desk.blobs, files).await;
    }
    Ok(outcome?)
}

async fn read_form(request: Request, app: &App, kept: &mut Option<Kept>) -> Result<Form, Refusal> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if kind == "multipart/form-data" {
        let parts = Multipart::from_request(request, app).await;
        return multipart(app, parts.map_err(|error| Refusal::new(error.status(), error.body_text()))?, kept).await;
    }
    let body = axum::body::to_bytes(request.into_body(), LARGEST_TEXT).await;
    let body = body.map_err(|_| Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "The body is larger than 2 MiB"))?;
    let values = match kind.as_str() {
        _ if body.iter().all(u8::is_ascii_whitespace) => json!({}),
        "application/x-www-form-urlencoded" => {
            let mut values = json!({});
            for (name, value) in url::form_urlencoded::parse(&body) {
                put(&mut values, &name, Json::from(value.into_owned()));
            }
            values
        }
        _ => serde_json::from_slice(&body)
            .map_err(|error| Refusal::new(StatusCode::BAD_REQUEST, format!("The body is not JSON: {error}")))?,
    };
    if !values.is_object() {
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "The body must be a JSON object"));
    }
    Ok(Form { values, files: Vec::new() })
}

impl Form {
    /// The value at that path.
    #[must_use]
    pub fn get(&self, path: &[&str]) -> &Json {
        static NOTHING: Json = Json::Null;
        path.iter().try_fold(&self.values, |value, name| value.get(name)).unwrap_or(&NOTHING)
    }

    /// The keys of its files in the blob store.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        self.files.iter().map(|file| file.blob_key.clone()).collect()
    }

    /// The text at that path; numbers and truth values count as text, since forms have nothing else.
    #[must_use]
    pub fn text(&self, path: &[&str]) -> Option<String> {
        text(self.get(path))
    }
}

/// A value as text, if it is one; numbers and truth values count.
#[must_use]
pub fn text(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

async fn multipart(app: &App, mut parts: Multipart, kept: &mut Option<Kept>) -> Result<Form, Refusal> {
    let mut form = Form { values: json!({}), files: Vec::new() };
    let mut text_left = LARGEST_TEXT;
    let mut left = LARGEST_BODY;
    let broken = |error: axum::extract::multipart::MultipartError| Refusal::new(error.status(), error.body_text());
    while let Some(field) = parts.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        let Some(file_name) = field.file_name().map(str::to_owned) else {
            let value = read(field, text_left).await?;
            text_left -= value.len();
            put(&mut form.values, &name, Json::from(String::from_utf8_lossy(&value).into_owned()));
            continue;
        };
        let Some(kept) = kept.as_mut() else {
            // Browsers send a file field that nobody filled in, without a name.
            if file_name.is_empty() && read(field, 0).await.is_ok() {
                continue;
            }
            return Err(Refusal::invalid("attachments: no files are taken here"));
        };
        if form.files.len() == MOST_FILES {
            return Err(Refusal::invalid(format!("attachments: at most {MOST_FILES} files")));
        }
        let content_type = field.content_type().unwrap_or("application/octet-stream").trim().to_ascii_lowercase();
        let bytes = read(field, LARGEST_FILE.min(left)).await?;
        left -= bytes.len();
        if bytes.is_empty() && file_name.is_empty() {
            // A file field nobody filled in.
            continue;
        }
        let blob_key = app.desk.random.hex_128();
        let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        kept.keys.push(blob_key.clone());
        app.desk.blobs.put(&blob_key, bytes.into()).await?;
        form.files.push(NewAttachment {
            name: without_path(&file_name),
            content_type,
            size,
            blob_key,
            inline: false,
            content_id: None,
        });
    }
    Ok(form)
}

async fn read(mut field: Field<'_>, most: usize) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| Refusal::new(error.status(), error.body_text()))? {
        if bytes.len() + chunk.len() > most {
            let words = format!("attachments: more than {} MiB", most / (1024 * 1024));
            return Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, words));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn without_path(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control()).take(255).collect();
    if clean.is_empty() { "file".into() } else { clean }
}

/// Puts `value` under `a[b][]`: objects by name, lists by `[]`. Where a name is used both ways the first use wins.
fn put(values: &mut Json, name: &str, value: Json) {
    let mut path = name.split('[').map(|step| step.trim_end_matches(']'));
    let first = path.next().unwrap_or_default();
    if first.is_empty() {
        return;
    }
    let rest: Vec<&str> = path.take(8).collect();
    let mut place = values;
    let mut step = first;
    for next in rest {
        let Some(object) = place.as_object_mut() else { return };
        let fresh = if next.is_empty() { json!([]) } else { Json::Object(Map::new()) };
        place = object.entry(step).or_insert(fresh);
        step = next;
    }
    match place {
        Json::Array(list) if step.is_empty() => list.push(value),
        Json::Object(object) if !step.is_empty() => drop(object.entry(step).or_insert(value)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_names_become_nested_values() {
        let mut values = json!({});
        for (name, value) in [
            ("message[content]", "hi"),
            ("a[b][c]", "1"),
            ("list[]", "x"),
            ("list[]", "y"),
            ("plain", "z"),
            ("plain[x]", "lost"),
            ("[", "?"),
        ] {
            put(&mut values, name, value.into());
        }
        assert_eq!(
            values,
            json!({"message": {"content": "hi"}, "a": {"b": {"c": "1"}}, "list": ["x", "y"], "plain": "z"})
        );
    }

    #[test]
    fn file_names_have_no_path() {
        for (given, kept) in [
            ("a.txt", "a.txt"),
            ("../../etc/passwd", "passwd"),
            ("C:\\x\\y.doc", "y.doc"),
            ("a\r\nb", "ab"),
            ("", "file"),
            ("x/", "file"),
        ] {
            assert_eq!(without_path(given), kept);
        }
    }
}
