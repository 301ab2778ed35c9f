//! The way to the provider of one inbox: its settings in the clear, where the provider is, and the client.

use super::{Client, Provider, provider};
use crate::app::App;
use desk::edit_inbox::in_the_clear;
use model::{
    channel::{Given, Kind},
    inbox::{Inbox, Messaging},
};
use reqwest::{Method, RequestBuilder};
use url::Url;

/// See the module. Shows no secret.
pub struct Wire {
    /// The house.
    pub app: App,
    /// The inbox.
    pub inbox: Inbox,
    /// Its kind.
    pub kind: &'static Kind,
    /// Who carries its messages.
    pub provider: &'static dyn Provider,
    /// Its settings.
    pub settings: Messaging,
    clear: Given,
}

impl Wire {
    /// The wire of an inbox; `None` where the house carries its messages itself.
    #[must_use]
    pub fn of(app: &App, inbox: &Inbox) -> Option<Self> {
        let settings = inbox.messaging()?.clone();
        let kind = app.desk.house.kind(&settings.of)?;
        let clear = in_the_clear(&app.desk.house, kind, &settings);
        Some(Self { app: app.clone(), inbox: inbox.clone(), kind, provider: provider(kind.name)?, settings, clear })
    }

    /// A setting in the clear; empty where there is none.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        self.clear.get(name).map_or("", String::as_str)
    }

    /// A setting in the clear, or what the operator set for the whole house (`FB_APP_SECRET`, …).
    #[must_use]
    pub fn value_or<'w>(&'w self, name: &str, variable: &str) -> &'w str {
        match self.value(name) {
            "" => self.app.config.channels.value(variable),
            own => own,
        }
    }

    /// The provider's address with those path segments below it, escaped.
    #[must_use]
    pub fn url(&self, segments: &[&str]) -> Url {
        self.url_at(self.provider.home(), segments)
    }

    /// As [`Self::url`], for a provider with several addresses; the operator's setting stands for all of them.
    #[must_use]
    pub fn url_at(&self, home: &'static str, segments: &[&str]) -> Url {
        let set = self.app.config.channels.base(self.kind.name).cloned();
        let mut url = set.or_else(|| Url::parse(home).ok()).unwrap_or_else(nowhere);
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }

    /// The client for providers.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.app.config.providers
    }

    /// A request to the provider.
    pub fn request(&self, method: Method, segments: &[&str]) -> RequestBuilder {
        self.client().request(method, self.url(segments))
    }

    /// A request that posts JSON.
    pub fn post_json(&self, segments: &[&str], body: &model::Json) -> RequestBuilder {
        self.request(Method::POST, segments).header("content-type", "application/json").body(body.to_string())
    }

    /// The address of the inbox's webhook.
    #[must_use]
    pub fn webhook(&self) -> Option<String> {
        Some(format!("{}{}", self.app.config.frontend_url, (self.kind.webhook)(&self.settings)?))
    }

    /// A secret of this inbox for one purpose that nobody has to keep: drawn from the installation's.
    #[must_use]
    pub fn own_secret(&self, purpose: &str) -> String {
        self.app.desk.house.secret.sign(purpose, &format!("{}:{}", self.kind.name, self.settings.key))
    }
}

/// Where nobody is; stands for a provider's address that is none, which a test forbids.
fn nowhere() -> Url {
    #[expect(clippy::unwrap_used, reason = "a constant, read in every test")]
    Url::parse("https://nowhere.invalid").unwrap()
}
