//! Where the providers of messaging channels are, and what is set for the whole house instead of in each inbox.

use super::values::{filled, truth};
use clap::Args;
use url::Url;

/// The variables as they are written down.
#[derive(Args, Clone, Debug)]
pub struct ChannelSettings {
    /// Where Facebook's Graph API is; its own address where empty, as with the others
    #[arg(long, env = "SEGUE_FACEBOOK_API_URL", default_value = "")]
    pub facebook_api_url: String,
    /// Where Instagram's Graph API is
    #[arg(long, env = "SEGUE_INSTAGRAM_API_URL", default_value = "")]
    pub instagram_api_url: String,
    /// Where the API of X/Twitter is
    #[arg(long, env = "SEGUE_TWITTER_API_URL", default_value = "")]
    pub twitter_api_url: String,
    /// Where Twilio's API is
    #[arg(long, env = "SEGUE_TWILIO_API_URL", default_value = "")]
    pub twilio_api_url: String,
    /// Where the API of WhatsApp is
    #[arg(long, env = "SEGUE_WHATSAPP_API_URL", default_value = "")]
    pub whatsapp_api_url: String,
    /// Where Telegram's Bot API is
    #[arg(long, env = "SEGUE_TELEGRAM_API_URL", default_value = "")]
    pub telegram_api_url: String,
    /// Where LINE's Messaging API is
    #[arg(long, env = "SEGUE_LINE_API_URL", default_value = "")]
    pub line_api_url: String,
    /// Signs the webhooks of Facebook pages that have no `app_secret` of their own
    #[arg(long, env = "FB_APP_SECRET", default_value = "", hide_env_values = true)]
    pub fb_app_secret: String,
    /// Proves our webhook to Facebook, for pages that have no `verify_token` of their own
    #[arg(long, env = "FB_VERIFY_TOKEN", default_value = "", hide_env_values = true)]
    pub fb_verify_token: String,
    /// Signs the webhooks of Instagram accounts that have no `app_secret` of their own
    #[arg(long, env = "INSTAGRAM_APP_SECRET", default_value = "", hide_env_values = true)]
    pub instagram_app_secret: String,
    /// Proves our webhook to Instagram, for accounts that have no `verify_token` of their own
    #[arg(long, env = "INSTAGRAM_VERIFY_TOKEN", default_value = "", hide_env_values = true)]
    pub instagram_verify_token: String,
    /// As INSTAGRAM_VERIFY_TOKEN, by its older name
    #[arg(long, env = "IG_VERIFY_TOKEN", default_value = "", hide_env_values = true)]
    pub ig_verify_token: String,
    /// Signs the webhooks of WhatsApp numbers that have no `app_secret` of their own; FB_APP_SECRET where empty
    #[arg(long, env = "WHATSAPP_APP_SECRET", default_value = "", hide_env_values = true)]
    pub whatsapp_app_secret: String,
    /// Meta has approved the Facebook app for the human agent tag: replies to pages' messages are taken for 7 days, not 24 hours
    #[arg(long, env = "ENABLE_MESSENGER_CHANNEL_HUMAN_AGENT", default_value = "false")]
    pub enable_messenger_channel_human_agent: String,
    /// The same of the Instagram app
    #[arg(long, env = "ENABLE_INSTAGRAM_CHANNEL_HUMAN_AGENT", default_value = "false")]
    pub enable_instagram_channel_human_agent: String,
    /// The app's key at X/Twitter, for profiles that have none of their own
    #[arg(long, env = "TWITTER_CONSUMER_KEY", default_value = "", hide_env_values = true)]
    pub twitter_consumer_key: String,
    /// The app's secret at X/Twitter, for profiles that have none of their own
    #[arg(long, env = "TWITTER_CONSUMER_SECRET", default_value = "", hide_env_values = true)]
    pub twitter_consumer_secret: String,
}

/// The checked configuration. Shows no secret.
#[derive(Clone, Default)]
pub struct ChannelConfig {
    bases: Vec<(&'static str, Url)>,
    values: Vec<(&'static str, String)>,
}

impl std::fmt::Debug for ChannelConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChannelConfig").field("bases", &self.bases).finish_non_exhaustive()
    }
}

impl ChannelSettings {
    /// Checks every value.
    ///
    /// # Errors
    /// A line that names the variable and the reason.
    pub(super) fn check(&self) -> Result<ChannelConfig, String> {
        let bases = [
            ("facebook_page", "SEGUE_FACEBOOK_API_URL", &self.facebook_api_url),
            ("instagram", "SEGUE_INSTAGRAM_API_URL", &self.instagram_api_url),
            ("twitter_profile", "SEGUE_TWITTER_API_URL", &self.twitter_api_url),
            ("twilio_sms", "SEGUE_TWILIO_API_URL", &self.twilio_api_url),
            ("whatsapp", "SEGUE_WHATSAPP_API_URL", &self.whatsapp_api_url),
            ("telegram", "SEGUE_TELEGRAM_API_URL", &self.telegram_api_url),
            ("line", "SEGUE_LINE_API_URL", &self.line_api_url),
        ];
        let values = [
            ("FB_APP_SECRET", &self.fb_app_secret),
            ("FB_VERIFY_TOKEN", &self.fb_verify_token),
            ("INSTAGRAM_APP_SECRET", &self.instagram_app_secret),
            ("INSTAGRAM_VERIFY_TOKEN", &self.instagram_verify_token),
            ("IG_VERIFY_TOKEN", &self.ig_verify_token),
            ("WHATSAPP_APP_SECRET", &self.whatsapp_app_secret),
            ("TWITTER_CONSUMER_KEY", &self.twitter_consumer_key),
            ("TWITTER_CONSUMER_SECRET", &self.twitter_consumer_secret),
        ];
        let truths = [
            ("ENABLE_MESSENGER_CHANNEL_HUMAN_AGENT", &self.enable_messenger_channel_human_agent),
            ("ENABLE_INSTAGRAM_CHANNEL_HUMAN_AGENT", &self.enable_instagram_channel_human_agent),
        ];
        let mut config = ChannelConfig::default();
        for (variable, written) in truths {
            if truth(variable, written)? {
                config.set_value(variable, "true".into());
            }
        }
        for (kind, variable, written) in bases {
            let Some(written) = filled(written) else { continue };
            let url = Url::parse(&written).map_err(|error| format!("{variable}: {error}"))?;
            if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
                return Err(format!("{variable}: must be an http or https URL"));
            }
            config.set_base(kind, url);
        }
        config.values.extend(values.into_iter().filter_map(|(name, value)| Some((name, filled(value)?))));
        Ok(config)
    }
}

impl ChannelConfig {
    /// Where the provider of that kind of channel is, if not at its own address.
    #[must_use]
    pub fn base(&self, kind: &str) -> Option<&Url> {
        self.bases.iter().find(|(known, _)| *known == kind).map(|(_, url)| url)
    }

    /// Lets the provider of that kind of channel be there.
    pub fn set_base(&mut self, kind: &'static str, url: Url) {
        self.bases.retain(|(known, _)| *known != kind);
        self.bases.push((kind, url));
    }

    /// A value that is set for the whole house; empty where it is not.
    #[must_use]
    pub fn value(&self, variable: &str) -> &str {
        self.values.iter().find(|(known, _)| *known == variable).map_or("", |(_, value)| value.as_str())
    }

    /// Sets a value for the whole house.
    pub fn set_value(&mut self, variable: &'static str, value: String) {
        self.values.retain(|(known, _)| *known != variable);
        self.values.push((variable, value));
    }
}
