//! Channels: for each of the list the story of a conversation that goes on by e-mail and comes back, told against a local
//! server that checks what the real provider checks.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]
#![allow(dead_code, unreachable_pub, reason = "what a stage offers, not every channel uses")]

mod house;

#[path = "channels/api.rs"]
mod api;
#[path = "channels/api_client.rs"]
mod api_client;
#[path = "channels/identity.rs"]
mod identity;
#[path = "channels/order.rs"]
mod order;
#[path = "channels/provider.rs"]
mod provider;
#[path = "channels/settings.rs"]
mod settings;
#[path = "channels/stage.rs"]
mod stage;
#[path = "channels/table.rs"]
mod table;
#[path = "channels/webhooks.rs"]
mod webhooks;

#[path = "channels/facebook_page.rs"]
mod facebook_page;
#[path = "channels/instagram.rs"]
mod instagram;
#[path = "channels/line.rs"]
mod line;
#[path = "channels/telegram.rs"]
mod telegram;
#[path = "channels/twilio_sms.rs"]
mod twilio_sms;
#[path = "channels/twitter_profile.rs"]
mod twitter_profile;
#[path = "channels/whatsapp.rs"]
mod whatsapp;
#[path = "channels/whatsapp_360dialog.rs"]
mod whatsapp_360dialog;
