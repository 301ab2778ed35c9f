import { describe, expect, it } from "vitest";
import type { ChannelKind, Inbox, Message, ReplyWindow } from "../src/api/types";
import { blamed, channelOf, doing, failing, isKept, settingsOf } from "../src/lib/channel-inbox";
import { truths } from "../src/lib/delivery";
import { choices, placeholder, type Way } from "../src/lib/outgoing";

const field = { label: "l", help: "h", required: true, choices: [] };
const KIND: ChannelKind = {
  type: "whatsapp",
  title: "WhatsApp",
  channel_type: "Channel::Whatsapp",
  carried: true,
  steps: [],
  fields: [
    { ...field, name: "phone_number", shape: "phone", secret: false },
    { ...field, name: "provider", shape: "choice", secret: false, choices: ["whatsapp_cloud", "default"] },
    { ...field, name: "provider_config.api_key", shape: "text", secret: true },
    { ...field, name: "tagged", shape: "truth", secret: false },
    { ...field, name: "drawn", shape: "drawn", secret: false },
  ],
};
const INBOX = { phone_number: "+1555", provider: "default", provider_config: { api_key_set: true }, tagged: true, drawn: "0f" } as unknown as Inbox;

describe("the settings of a channel", () => {
  it("come from the inbox and go back without what is kept or drawn", () => {
    const settings = settingsOf(KIND, INBOX);
    expect(settings).toEqual({ phone_number: "+1555", provider: "default", "provider_config.api_key": "", tagged: true, drawn: "0f" });
    expect(isKept(INBOX, KIND.fields[2]!)).toBe(true);
    expect(isKept(null, KIND.fields[2]!)).toBe(false);
    expect(channelOf(KIND, settings)).toEqual({ type: "whatsapp", phone_number: "+1555", provider: "default", tagged: true });
    expect(channelOf(KIND, { ...settings, "provider_config.api_key": " k " })).toMatchObject({ provider_config: { api_key: "k" } });
    expect(channelOf(KIND, {})).toMatchObject({ provider: "whatsapp_cloud", phone_number: "" });
  });

  it("know which of them a refusal is about", () => {
    expect(blamed(KIND, "provider_config.api_key: must not be empty")).toEqual({ field: "provider_config.api_key", words: "Must not be empty" });
    expect(blamed(KIND, "name: must not be empty")).toBeNull();
  });

  it("show a failure until something went well", () => {
    const health = { last_webhook_at: 1, last_sent_at: 5, registered_at: 1, last_error_at: 6, last_error: "no" };
    expect(failing(health)).toBe("no");
    expect(failing({ ...health, last_sent_at: 7 })).toBeNull();
    expect(failing(undefined)).toBeNull();
  });

  it("tell of a front end of one's own what it was told", () => {
    const health = { last_webhook_at: null, last_sent_at: null, registered_at: null, last_error_at: null, last_error: null };
    expect(doing(health, 0, true).map(({ words }) => words)).toEqual(["Your front end has not been told anything yet"]);
    expect(doing(health, 0)).toHaveLength(2);
  });
});

describe("a reply on a channel", () => {
  const open: ReplyWindow = { channel: "WhatsApp", open: true, ends_at: null, tagged: false, unreachable: null };
  const way = (window: ReplyWindow, address: string | null): Way => ({ isEmailInbox: false, address, delay: null, window });

  it("says which way it will go", () => {
    expect(placeholder(false, "auto", way(open, "c@x.example"), null)).toBe("Reply on WhatsApp; by e-mail to c@x.example if it cannot be delivered");
    expect(placeholder(false, "channel", way(open, null), null)).toBe("Reply on WhatsApp only");
    const gone = { ...open, open: false, unreachable: "blocked" };
    expect(placeholder(false, "auto", way(gone, "c@x.example"), null)).toBe("WhatsApp cannot reach the person: blocked. Your reply goes by e-mail to c@x.example");
    expect(placeholder(false, "auto", way(gone, null), null)).toContain("no address");
    expect(choices(way(gone, null)).map((one) => one.possible)).toEqual([true, false, false]);
    expect(choices(way(open, "c@x.example")).map((one) => one.hint)[0]).toBe("WhatsApp, e-mail if that fails");
  });

  it("tells what became of it", () => {
    const delivery = { id: 1, by: "telegram", to: "7", state: "failed", detail: "blocked", code: "403", next_try_at: null, at: 1 };
    const message = { private: false, message_type: 1, status: "sent", created_at: 1, deliveries: [delivery] } as unknown as Message;
    expect(truths(message, null)).toEqual([{ words: "Not delivered on Telegram: blocked (403)", tone: "bad", offer: null }]);
    const sent = { ...message, status: "delivered", deliveries: [{ ...delivery, state: "sent", detail: null }] } as Message;
    expect(truths(sent, null)[0]?.words).toBe("Delivered on Telegram");
    const later = sent.created_at + 60;
    expect(truths(sent, later)[0]?.words).toBe("Delivered on Telegram");
    expect(truths({ ...sent, status: "read" }, later)[0]?.words).toBe("Seen");
  });
});
