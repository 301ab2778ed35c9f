import { describe, expect, test } from "vitest";
import type { Inbox, MailSettings, Road } from "../src/api/types";
import { blame, changeOf, fetching, formOf, hostOf, keepsPassword, portFor } from "../src/lib/email-inbox";
import { checking, enabling, pasted, roadsOf, sortedRoads } from "../src/lib/roads";
import { NOON, noon } from "./samples";

const inbox = { id: 1, name: "Help", channel_type: "Channel::Email", email: "help@acme.example" } as Inbox;

describe("an e-mail inbox's form", () => {
  test("a password goes only where one was typed", () => {
    const form = { ...formOf({ ...inbox, imap_enabled: true, imap_address: "imap.acme.example", imap_password_set: true }) };
    expect(changeOf(form)).not.toHaveProperty("channel.imap_password");
    expect(changeOf({ ...form, imap_password: " pass word " })).toHaveProperty("channel.imap_password", " pass word ");
  });
  test("a password that is set serves its own server alone, and never in the clear", () => {
    const saved = { ...inbox, imap_address: "imap.acme.example", imap_port: 993, imap_tls: "implicit", imap_password_set: true } as Inbox;
    const kept = (change: Partial<ReturnType<typeof formOf>>) => keepsPassword({ ...formOf(saved), ...change }, saved);
    expect([kept({}), kept({ imap_login: "other" }), kept({ imap_address: "evil.example" }), kept({ imap_port: 143 }), kept({ imap_tls: "none" })]).toEqual([true, true, false, false, false]);
    expect(keepsPassword(formOf(inbox), inbox)).toBe(false);
  });
  test("a mailbox that was never set up is not sent; one turned off is kept", () => {
    expect(changeOf(formOf(inbox))).toHaveProperty("channel", { email: "help@acme.example", imap_enabled: false });
    expect(changeOf(formOf({ ...inbox, imap_enabled: false, imap_address: "imap.acme.example" }))).toHaveProperty("channel.imap_address", "imap.acme.example");
  });
  test("where mails are moved is said only when they are", () => {
    const form = formOf({ ...inbox, imap_enabled: true, imap_move_to: "Old" });
    expect(changeOf(form)).not.toHaveProperty("channel.imap_move_to");
    expect(changeOf({ ...form, imap_after: "move" })).toHaveProperty("channel.imap_move_to", "Old");
  });
  test("the usual port follows the way to connect, another stays", () => {
    expect([portFor("starttls", "implicit", 993), portFor("implicit", "none", 143), portFor("starttls", "implicit", 1993)]).toEqual([143, 993, 1993]);
    expect([hostOf("help@acme.example"), hostOf("")]).toEqual(["imap.acme.example", "imap.example.com"]);
  });
  test("the server's words stand at the field they name", () => {
    expect(blame("email: is taken by another inbox", ["email"])).toEqual({ field: "email", words: "is taken by another inbox" });
    expect(blame("channel.imap_port: is no port", ["imap_port"])).toEqual({ field: "imap_port", words: "is no port" });
    expect(blame("something else", ["email"])).toEqual({ field: null, words: "something else" });
  });
});

test("how fetching goes is said with its age, and what is wrong in the server's words", () => {
  const state = { ok: true, words: "", at: noon - 120, fetched: 12 };
  expect(fetching(state, NOON)).toEqual({ words: "Looked 2m ago, 12 mails fetched.", tone: "good" });
  expect(fetching({ ...state, ok: false, words: "the password was refused" }, NOON)).toEqual({ words: "the password was refused", tone: "bad" });
  expect(fetching(null).tone).toBe("quiet");
});

describe("roads in", () => {
  const road = (name: string, change: Partial<Road> = {}): Road => ({ name, enabled: true, url: `https://desk.example/rails/action_mailbox/${name}/inbound_emails`, ready: true, missing: null, ...change });

  test("the address has a place for the password where one is needed", () => {
    expect(pasted(road("sendgrid"))).toBe("https://actionmailbox:PASSWORD@desk.example/rails/action_mailbox/sendgrid/inbound_emails");
    expect(pasted(road("mandrill"))).toBe("https://desk.example/rails/action_mailbox/mandrill/inbound_emails");
    expect(pasted(road("relay", { url: "https://a:b@desk.example/x" }))).toBe("https://a:b@desk.example/x");
  });
  test("what works comes first, what is off apart, and how it is opened keeps the others open", () => {
    const all = [road("ses", { enabled: false }), road("mailgun", { ready: false, missing: "MAILGUN_INGRESS_SIGNING_KEY" }), road("relay")];
    expect(sortedRoads(all).open.map(({ name }) => name)).toEqual(["relay", "mailgun"]);
    expect(enabling(road("ses", { enabled: false }), all)).toBe("RAILS_INBOUND_EMAIL_SERVICE=mailgun,relay,ses");
  });
  test("a server that lists no roads still names those that are open", () => {
    const mail = { ingresses: ["relay"], ingress_url: "https://desk.example/rails/action_mailbox/relay/inbound_emails", ingress_password_set: false } as MailSettings;
    expect(roadsOf(mail)).toEqual([road("relay", { ready: false, missing: "RAILS_INBOUND_EMAIL_PASSWORD" })]);
  });
  test("who looks at senders is said", () => {
    const words = (change: Partial<MailSettings>) => checking(change as MailSettings);
    expect(words({ trusted_authserv: "mx.acme.example", resolver: "off" })).toMatch(/^mx\.acme\.example looks/);
    expect(words({ resolver: "off" })).toMatch(/^Nobody looks/);
    expect([words({ resolver: "system" }), words({ resolver: "9.9.9.9:53" })]).toEqual(["Segue looks itself, and asks the system’s resolver.", "Segue looks itself, and asks 9.9.9.9:53."]);
  });
});
