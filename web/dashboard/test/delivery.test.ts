import { describe, expect, test } from "vitest";
import type { Delivery } from "../src/api/types";
import { truths } from "../src/lib/delivery";
import { clock } from "../src/lib/time";
import { delivery, message, NOON, noon } from "./samples";

const ours = (change = {}) => message(1, { message_type: 1, created_at: noon - 60, ...change });
const told = (change: object, seenAt: number | null = null) => truths(ours(change), seenAt, NOON).map((line) => line.words);

test("a plan says when, to whom, and what would stop it, and offers to decide", () => {
  const plan = { by: "email", at: noon + 120, to: "vera@example.org", unless_seen: true };
  const [line] = truths(ours({ delivery_plan: plan, deliveries: [delivery({ state: "planned" })] }), null, NOON);
  expect(line).toEqual({ words: `Will be mailed at ${clock(noon + 120)} to vera@example.org, unless seen`, tone: "waiting", offer: "plan" });
  expect(told({ delivery_plan: { ...plan, at: noon - 1 } })).toEqual(["Will be mailed at any moment to vera@example.org, unless seen"]);
});

describe("each state in words", () => {
  const at = clock(noon);
  test.each<[Partial<Delivery>, string]>([
    [{ state: "queued" }, "Being mailed to vera@example.org"],
    [{ state: "sent", detail: "accepted by mx.example.org" }, `Mailed ${at} to vera@example.org, accepted by mx.example.org`],
    [{ state: "sent", detail: "250 2.0.0 Ok" }, `Mailed ${at} to vera@example.org, accepted: 250 2.0.0 Ok`],
    [{ state: "deferred", detail: "greylisted", code: "4.7.1", next_try_at: noon + 300 }, `Not accepted yet: greylisted (4.7.1). Next try ${clock(noon + 300)}`],
    [{ state: "failed", detail: "relay refused" }, "Could not be mailed to vera@example.org: relay refused"],
    [{ state: "bounced", detail: "mailbox does not exist", code: "5.1.1" }, "Bounced: mailbox does not exist (5.1.1)"],
    [{ state: "bounced", detail: "5.1.1 no such user", code: "5.1.1" }, "Bounced: 5.1.1 no such user"],
    [{ state: "suppressed" }, "Not mailed: vera@example.org asked for no mail"],
    [{ state: "cancelled", detail: "called off" }, "Not mailed: called off"],
    [{ state: "sandboxed" }, `Mailed ${at} to vera@example.org, kept in the sandbox`],
  ])("%o", (state, words) => {
    expect(told({ deliveries: [delivery(state)] })).toEqual([words]);
  });
});

test("seen comes first, and explains a mail that was not needed", () => {
  expect(told({ deliveries: [delivery({ state: "cancelled" })] }, noon - 10)).toEqual([`Seen ${clock(noon - 10)}`, "Not mailed, seen in time"]);
  expect(told({}, noon - 600)).toEqual(["In the chat, not seen yet"]);
  expect(told({ status: "read" })).toEqual(["Seen"]);
});

test("a refused message says so in red, with the channel's reason", () => {
  const [line] = truths(ours({ status: "failed", content_attributes: { external_error: "window closed" } }), null, NOON);
  expect(line).toMatchObject({ words: "Not sent: window closed", tone: "bad" });
});

test("notes, activity lines and other people's messages have no delivery", () => {
  for (const change of [{ private: true }, { message_type: 2 }, { message_type: 0 }]) expect(told(change)).toEqual([]);
});
