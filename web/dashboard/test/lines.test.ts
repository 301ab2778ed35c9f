import { describe, expect, test } from "vitest";
import { grouped, merged, offeredCc, stillPending, type Pending } from "../src/stores/lines";
import type { DeliveryState, Message } from "../src/api/types";
import { mailed, message, NOON, noon } from "./samples";

const pending: Pending = { echo: "e1", conversation: 1, content: "Hello", isNote: false, delivery: "auto", cc: [], to: [], files: [], at: noon, resolve: false, state: "sending", error: null };

test("messages merge by id, in order, the newer version winning", () => {
  const lines = merged([message(2), message(1)], [message(3), message(2, { status: "read" })]);
  expect(lines.map((one) => one.id)).toEqual([1, 2, 3]);
  expect(lines[1]?.status).toBe("read");
});

test("an answer that comes late does not take a delivery back", () => {
  const delivery = (state: DeliveryState) => ({ id: 7, by: "email", to: "vera@example.org", state, detail: null, code: null, next_try_at: null, at: noon });
  const planned = message(1, { deliveries: [delivery("planned")], delivery_plan: { by: "email", at: noon, to: "vera@example.org", unless_seen: true } });
  const mailed = message(1, { deliveries: [delivery("sandboxed")], delivery_plan: null });
  const state = (lines: Message[]) => [lines[0]?.deliveries?.[0]?.state, lines[0]?.delivery_plan];
  expect(state(merged([mailed], [planned]))).toEqual(["sandboxed", null]);
  expect(state(merged([planned], [mailed]))).toEqual(["sandboxed", null]);
  expect(state(merged([mailed], [message(1, { deliveries: [delivery("bounced")], delivery_plan: null })]))).toEqual(["bounced", null]);
});

test("what was sent stops waiting when its echo arrives", () => {
  expect(stillPending([pending], [message(1)])).toHaveLength(1);
  expect(stillPending([pending], [message(1, { echo_id: "e1" })])).toHaveLength(0);
});

describe("groups", () => {
  const ours = { message_type: 1 as const, sender: { id: 3, name: "Ada", type: "user" as const } };

  test("one author in one go is one group; another road, a pause or another author begins the next", () => {
    const lines = [message(1), message(2), mailed(3, "by mail", "by mail"), message(4, ours), message(5, ours), message(6, { ...ours, created_at: noon + 3600 })];
    expect(grouped(lines, "Vera", NOON).map((group) => group.messages.map((one) => one.id))).toEqual([[1, 2], [3], [4, 5], [6]]);
  });

  test("the day is said once, where it begins", () => {
    const groups = grouped([message(1, { created_at: noon - 86_400 }), message(2), message(3, ours)], "Vera", NOON);
    expect(groups.map((group) => group.day)).toEqual(["Yesterday", "Today", null]);
  });

  test("a stranger stands under their own name, apart from the contact", () => {
    const stranger = mailed(2, "x", "x");
    stranger.content_attributes = { ...stranger.content_attributes, author: { relation: "stranger", name: "Bob", address: "bob@example.org" } };
    const groups = grouped([message(1), stranger], "Vera", NOON);
    expect(groups.map(({ side, author }) => [side, author])).toEqual([["them", "Vera"], ["stranger", "Bob"]]);
  });

  test("notes and automatic messages are told apart from replies", () => {
    const groups = grouped([message(1, { ...ours, private: true }), message(2, { message_type: 3 }), message(3, { message_type: 2 })], "Vera", NOON);
    expect(groups.map(({ side, author }) => [side, author])).toEqual([["note", "Ada"], ["us", "Automatic"], ["activity", "Automatic"]]);
  });
});

test("the cc of the latest mail is offered, not that of an earlier one", () => {
  const withCc = (id: number, cc: string[] | null) => {
    const one = mailed(id, "x", "x");
    if (one.content_attributes?.email) one.content_attributes.email.cc = cc;
    return one;
  };
  expect(offeredCc([withCc(1, ["old@example.org"]), withCc(2, ["new@example.org"]), message(3)])).toEqual(["new@example.org"]);
  expect(offeredCc([withCc(1, ["old@example.org"]), withCc(2, null)])).toEqual([]);
  expect(offeredCc([withCc(1, [`reply+${"0a".repeat(16)}@reply.example`, "tim@example.org"])])).toEqual(["tim@example.org"]);
});
