import { describe, expect, test } from "vitest";
import { addressesIn, erasure, EVERY, filterIn, foreseenWords, isReplayable, isSoon, nextId, queryOf, searchOf, stepsOf, sumUp, undecided } from "../src/lib/inbound";
import { NOON, noon } from "./samples";

describe("a filter", () => {
  const filter = { state: "held", q: " vera & co ", ingress: "imap", since: "2026-11-01", until: "2026-11-22" } as const;

  test("lives in the address and comes back from it", () => {
    expect(filterIn(new URLSearchParams(searchOf(filter)))).toEqual(filter);
    expect(searchOf(EVERY)).toBe("");
  });
  test("takes nothing from an address that makes no sense", () => {
    expect(filterIn(new URLSearchParams("?state=lost&since=yesterday&until=2026-1-1"))).toEqual(EVERY);
  });
  test("asks the server for whole days of the reader's", () => {
    const query = queryOf(filter, 7);
    expect(query).toMatchObject({ state: "held", q: "vera & co", ingress: "imap", before: 7 });
    expect(new Date((query.since ?? 0) * 1000)).toEqual(new Date(2026, 10, 1));
    expect(new Date((query.until ?? 0) * 1000)).toEqual(new Date(2026, 10, 23));
  });
});

test("a trace says where it looked, and whether in vain", () => {
  const steps = stepsOf([
    "looks written by a person: no sign of a machine",
    "To: no token",
    "Delivered-To: the reply address 01bf…, given to vera@example.org",
    "conversation #12: from bob@example.org, not known here; with the contact's reply address",
    "conversation #12: delivered: appended to the conversation",
  ]);
  expect(steps.map(({ at, tone }) => [at, tone])).toEqual([[null, "plain"], ["To", "vain"], ["Delivered-To", "found"], ["conversation #12", "plain"], [null, "end"]]);
  expect(stepsOf(["looked at Cc: no reply address", "looked at In-Reply-To (1) and References (2): no Message-ID of ours", "end"]).map(({ at, tone }) => [at, tone])).toEqual([["Cc", "vain"], ["In-Reply-To (1) and References (2)", "vain"], [null, "end"]]);
  expect(steps.at(-1)?.words).toBe("delivered: appended to the conversation");
  expect(stepsOf(["To: no token: nothing: at all\nand more"])[0]?.words).toBe("no token: nothing: at all\nand more");
});

test("replays are summed up, what did not change apart", () => {
  const before = new Map([[1, "failed"], [2, "failed"], [3, "held"]] as const);
  const results = [{ id: 1, state: "delivered", reason: null }, { id: 2, state: "failed", reason: null }, { id: 3, state: "delivered", reason: null }] as const;
  expect(sumUp([...results], before)).toBe("1 still failed, 2 delivered");
  expect(sumUp([])).toBe("Nothing to replay");
});

test("the end of a raw mail is said in time", () => {
  const inDays = (days: number) => erasure(noon + days * 86_400, NOON);
  expect([inDays(-1), inDays(0.5), inDays(3), erasure(null)]).toEqual(["today", "by tomorrow", "in 3 days", null]);
  expect([isSoon(noon + 13 * 86_400, NOON), isSoon(noon + 15 * 86_400, NOON), isSoon(null)]).toEqual([true, false, false]);
  expect(inDays(100)).toMatch(/^on .*2027$/);
});

test("a dry run is said in words", () => {
  expect(foreseenWords("append").tone).toBe("good");
  expect(foreseenWords("append withheld").words).toMatch(/your team only/);
  expect(foreseenWords("a stranger without a reply address").words).toBe("Would be held: a stranger without a reply address");
});

test("only what nobody decided on can be replayed, and is counted as waiting", () => {
  expect((["failed", "held", "unrouted", "delivered", "pending"] as const).map(isReplayable)).toEqual([true, true, true, false, false]);
  expect(undecided({ failed: 1, held: 2, unrouted: 3, delivered: 9, pending: 9, bounce: 9, ignored: 9 })).toBe(6);
});

test("moving through the list stops at its ends", () => {
  expect([nextId([5, 4, 3], null, 1), nextId([5, 4, 3], 5, 1), nextId([5, 4, 3], 3, 1), nextId([5, 4, 3], 5, -1), nextId([], 5, 1)]).toEqual([5, 4, 3, 5, null]);
});

test("typed recipients are read as people type them", () => {
  expect(addressesIn("<a@x.example>, b@x.example;c@x.example\nnobody")).toEqual(["a@x.example", "b@x.example", "c@x.example"]);
});
