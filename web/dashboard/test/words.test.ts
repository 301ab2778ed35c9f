import { describe, expect, test } from "vitest";
import { ApiError, wordsOf } from "../src/api/client";
import type { Inbox } from "../src/api/types";
import { browserOf } from "../src/lib/browser";
import { askedForNone, choices, isAddress, placeholder, wayOut } from "../src/lib/outgoing";
import { match } from "../src/lib/router.svelte";
import { age, dayName, moment, snoozeChoices, span } from "../src/lib/time";
import { contact, conversation, delivery, mailed, message, NOON, noon } from "./samples";

const site = { id: 1, name: "Site", channel_type: "Channel::WebWidget", continuity_via_email: true, continuity_delay: 120 } as Inbox;

describe("how a reply goes out", () => {
  const way = (change = {}, inbox: Partial<Inbox> = {}, last = message(1)) => wayOut(conversation(1, change), { ...site, ...inbox }, [last]);
  const auto = (...given: Parameters<typeof way>) => placeholder(false, "auto", way(...given), null);

  test("chat first, mail when unseen", () => expect(auto()).toBe("Reply in the chat; by e-mail to vera@example.org if unseen for 2 minutes"));
  test("at once when they last wrote by mail", () => expect(auto({}, {}, mailed(1, "x", "x"))).toBe("Reply in the chat and by e-mail to vera@example.org"));
  test("to the address last used", () => expect(auto({ last_mail_to: "v@work.example" })).toContain("v@work.example"));
  test("continuity off", () => expect(auto({}, { continuity_via_email: false })).toBe("Reply in the chat. E-mail is off for this inbox"));
  test("nobody to mail to", () => {
    const nobody = { meta: { sender: contact({ email: null }), channel: "Channel::WebWidget" } };
    expect(auto(nobody)).toBe("Reply in the chat. No address to mail to yet");
    expect(choices(way(nobody)).find((one) => one.value === "email")?.possible).toBe(false);
  });
  test("by choice", () => {
    expect(placeholder(false, "channel", way(), null)).toBe("Reply in the chat only");
    expect(placeholder(false, "email", way(), "other@example.org")).toBe("Reply by e-mail to other@example.org");
    expect(placeholder(true, "auto", way(), null)).toBe("A note, seen only by your team");
  });
  test("e-mail inboxes have no chat to choose", () => {
    const mail = way({}, { channel_type: "Channel::Email" });
    expect(choices(mail).map((one) => one.value)).toEqual(["auto", "email"]);
    expect(placeholder(false, "auto", mail, null)).toBe("Reply to vera@example.org; it goes by e-mail at once");
  });
  describe("on a channel that someone else carries", () => {
    const at = (change = {}) => way({ reply_window: { channel: "WhatsApp", open: true, ends_at: null, tagged: false, unreachable: null, ...change } });
    const says = (change = {}) => placeholder(false, "auto", at(change), null);
    const now = Math.floor(Date.now() / 1000);

    test("open", () => expect(says()).toBe("Reply on WhatsApp; by e-mail to vera@example.org if it cannot be delivered"));
    test("open for a while", () => expect(says({ ends_at: now + 7200 })).toMatch(/^Reply on WhatsApp, until /));
    test("closed since the server told of it", () => {
      expect(says({ ends_at: now - 1 })).toMatch(/^The reply window of WhatsApp closed .* Your reply goes by e-mail to vera@example.org$/);
      expect(choices(at({ ends_at: now - 1 })).find(({ value }) => value === "channel")?.possible).toBe(false);
    });
    test("out of reach", () => expect(says({ open: false, unreachable: "blocked" })).toBe("WhatsApp cannot reach the person: blocked. Your reply goes by e-mail to vera@example.org"));
  });
  test("an address that asked for no mail is known by what was not sent to it", () => {
    const refused = message(1, { message_type: 1, deliveries: [delivery({ state: "suppressed" })] });
    expect([askedForNone([refused], "vera@example.org"), askedForNone([refused], "other@example.org"), askedForNone([message(1)], null)]).toEqual([true, false, false]);
  });
  test("addresses", () => expect(["a@b.example", "a@b", "a b@c.example", ""].map(isAddress)).toEqual([true, false, false, false]));
});

describe("times", () => {
  test.each([[10, "now"], [240, "4m"], [3 * 3600, "3h"], [2 * 86_400, "2d"]])("%d seconds ago", (ago, words) => expect(age(noon - ago, NOON)).toBe(words));
  test("days", () => expect([dayName(noon, NOON), dayName(noon - 86_400, NOON)]).toEqual(["Today", "Yesterday"]));
  test("tomorrow is said", () => expect(moment(noon + 86_400, NOON)).toMatch(/^tomorrow /));
  test("spans", () => expect([0, 1, 45, 120, 5400].map(span)).toEqual(["at once", "1 second", "45 seconds", "2 minutes", "1 hour 30 minutes"]));
  test("every snooze lies ahead", () => {
    for (const { until } of snoozeChoices(NOON)) expect(until).toBeGreaterThan(noon);
  });
});

test.each([
  ["Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36 Edg/142.0", "Edge on Windows"],
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile/15E148 Safari/604.1", "Safari on iPhone"],
  ["curl/8.5", "curl/8.5"],
])("%s", (agent, words) => expect(browserOf(agent)).toBe(words));

test("addresses of the desk", () => {
  expect(match("/app/accounts/1/conversations/12", "")).toMatchObject({ name: "conversation", params: { account: "1", number: "12" } });
  expect(match("/app/accounts/1/settings/inboxes/new", "").name).toBe("settingsNewInbox");
  expect(match("/app/accounts/1/settings/inboxes/4", "").name).toBe("settingsInbox");
  expect(match("/app/accounts/1/inbound/try", "?state=held").name).toBe("inboundTry");
  expect(match("/app/accounts/1/inbound/7", "").name).toBe("inboundMail");
  expect(match("/app", "").name).toBe("home");
  expect(match("/app/nowhere", "").name).toBe("notFound");
});

test("an error is told in the server's words, else in ours", () => {
  expect(wordsOf(`{"error":"domain is not a host name"}`, 422)).toBe("domain is not a host name");
  expect(wordsOf(`{"message":"Email is taken","attributes":["email"]}`, 422)).toBe("Email is taken");
  expect(wordsOf("<html>", 502)).toBe("The server is restarting.");
  expect(new ApiError(0, "x").offline).toBe(true);
});
