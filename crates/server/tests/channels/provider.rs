//! A provider on loopback: it answers what a channel's file says, and remembers what it was asked.

use axum::{
    Router,
    body::{Bytes, to_bytes},
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
    response::IntoResponse,
};
use serde_json::Value;
use std::sync::{Arc, Mutex};
use url::Url;

/// What it was asked.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: String,
    pub path: String,
    pub query: Vec<(String, String)>,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// What it answers.
pub struct Answered(pub u16, pub &'static str, pub Vec<u8>);

impl Asked {
    /// The body as JSON; null where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The body as a form.
    pub fn form(&self) -> Vec<(String, String)> {
        url::form_urlencoded::parse(&self.body).into_owned().collect()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl Answered {
    pub fn json(status: u16, body: &Value) -> Self {
        Self(status, "application/json", body.to_string().into_bytes())
    }
}

/// How a provider deals with messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// It takes them.
    Takes,
    /// It says that trying later may help.
    Busy,
    /// It says that this never goes.
    Refuses,
    /// It says that the person is gone.
    Lost,
}

/// The provider.
pub struct Provider {
    pub url: Url,
    asked: Arc<Mutex<Vec<(Asked, u16)>>>,
    mood: Arc<Mutex<Mood>>,
}

impl Provider {
    /// Answers as `answer` says, given what was asked, how many times it has been asked, and its mood.
    pub async fn answering(answer: impl Fn(&Asked, usize, Mood) -> Answered + Send + Sync + 'static) -> Self {
        Self::with_headers(move |asked, count, mood| (answer(asked, count, mood), Vec::new())).await
    }

    /// As [`Self::answering`], with headers.
    pub async fn with_headers(
        answer: impl Fn(&Asked, usize, Mood) -> (Answered, Vec<(&'static str, String)>) + Send + Sync + 'static,
    ) -> Self {
        let asked: Arc<Mutex<Vec<(Asked, u16)>>> = Arc::default();
        let mood = Arc::new(Mutex::new(Mood::Takes));
        let (seen, now, answer) = (Arc::clone(&asked), Arc::clone(&mood), Arc::new(answer));
        let serve = move |request: Request| {
            let (seen, now, answer) = (Arc::clone(&seen), Arc::clone(&now), Arc::clone(&answer));
            async move {
                let asked = read(request).await;
                let mood = *now.lock().unwrap();
                let mut seen = seen.lock().unwrap();
                let (Answered(status, kind, body), more) = answer(&asked, seen.len() + 1, mood);
                seen.push((asked, status));
                let status = StatusCode::from_u16(status).unwrap();
                let mut answer = (status, [("content-type", kind)], body).into_response();
                let more = more.into_iter().map(|(name, value)| (name, value.parse::<HeaderValue>().unwrap()));
                answer.headers_mut().extend(more.map(|(name, value)| (HeaderName::from_static(name), value)));
                answer
            }
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        tokio::spawn(async move { axum::serve(listener, Router::new().fallback(serve)).await });
        Self { url, asked, mood }
    }

    /// What it was asked at paths that end so, in order.
    pub fn asked(&self, ending: &str) -> Vec<Asked> {
        let asked = self.asked.lock().unwrap();
        asked.iter().map(|(asked, _)| asked).filter(|asked| asked.path.ends_with(ending)).cloned().collect()
    }

    /// What of that it has taken.
    pub fn taken(&self, ending: &str) -> Vec<Asked> {
        let asked = self.asked.lock().unwrap();
        let taken = asked.iter().filter(|(asked, status)| asked.path.ends_with(ending) && *status < 300);
        taken.map(|(asked, _)| asked.clone()).collect()
    }

    pub fn set(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }
}

async fn read(request: Request) -> Asked {
    let (head, body) = request.into_parts();
    let query = url::form_urlencoded::parse(head.uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    Asked {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query,
        headers: head.headers,
        body: to_bytes(body, usize::MAX).await.unwrap(),
    }
}
