import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { InboundMail, InboundState } from "../src/api/types";
import { EVERY } from "../src/lib/inbound";
import { inbound, under } from "../src/stores/inbound.svelte";
import { noon } from "./samples";

const PAGE = 50;
let mails: InboundMail[];
let replayed: number[][];
/** What a replay makes of a mail. */
let becomes: (id: number) => InboundState;

function mail(id: number, state: InboundState = "failed"): InboundMail {
  return { id, received_at: noon + id, ingress: "relay", from: "vera@example.org", to: [], subject: null, message_id: null, state, reason: null, size: 1, conversation_id: null };
}

/** A server that answers as ours does: 50 mails a page, the latest first, replays by id. */
function answer(url: URL, body: string | null): unknown {
  const of = (state: InboundState) => mails.filter((one) => one.state === state).length;
  if (url.pathname.endsWith("/counts")) return { failed: of("failed"), held: of("held"), unrouted: of("unrouted"), pending: 0, delivered: of("delivered"), bounce: 0, ignored: 0 };
  if (url.pathname.endsWith("/replay")) {
    const { ids } = JSON.parse(body ?? "") as { ids: number[] };
    replayed.push(ids);
    mails = mails.map((one) => (ids.includes(one.id) ? { ...one, state: becomes(one.id) } : one));
    return { replayed: ids.length, results: mails.filter((one) => ids.includes(one.id)).map(({ id, state, reason }) => ({ id, state, reason })), more: false };
  }
  const state = url.searchParams.get("state");
  const before = Number(url.searchParams.get("before") ?? Infinity);
  const fits = mails.filter((one) => (!state || one.state === state) && one.id < before).sort((one, other) => other.id - one.id);
  const payload = fits.slice(0, PAGE);
  return { payload, meta: { next_before: payload.length === PAGE ? payload.at(-1)?.id : null } };
}

beforeEach(() => {
  replayed = [];
  becomes = () => "delivered";
  mails = Array.from({ length: 120 }, (_, index) => mail(index + 1));
  inbound.mails = null;
  vi.stubGlobal("fetch", vi.fn(async (path: string, init: RequestInit) => new Response(JSON.stringify(answer(new URL(path, "http://desk.example"), init.body as string | null)))));
});
afterEach(() => vi.unstubAllGlobals());

test("pages follow one another without a gap, and a fresh first page keeps those below", async () => {
  await inbound.look(EVERY);
  await inbound.more();
  await inbound.more();
  expect(inbound.ids).toEqual(Array.from({ length: 120 }, (_, index) => 120 - index));
  expect(inbound.next).toBeNull();
  mails = [...mails, mail(121)];
  await inbound.refresh();
  expect(inbound.ids).toEqual(Array.from({ length: 121 }, (_, index) => 121 - index));
});

test("a fresh first page joins what is below it, or stands alone where a gap could be", () => {
  const ids = (mails: InboundMail[] | null) => mails?.map((one) => one.id);
  expect(ids(under([mail(9), mail(8), mail(2)], 7))).toEqual([2]);
  expect(ids(under([mail(9), mail(8)], 8))).toEqual([]);
  expect(under([mail(9)], 10)).toBeNull();
  expect(under([mail(9)], null)).toBeNull();
  expect(under([], 5)).toBeNull();
});

test("many mails that come at once leave no gap", async () => {
  mails = [mail(1), mail(2)];
  await inbound.look(EVERY);
  mails = [...mails, ...Array.from({ length: 120 }, (_, index) => mail(index + 3))];
  await inbound.refresh();
  while (inbound.next) await inbound.more();
  expect(inbound.ids).toEqual(Array.from({ length: 122 }, (_, index) => 122 - index));
});

test("all failed mails are replayed once each, even those that fail again", async () => {
  becomes = (id) => (id % 2 ? "failed" : "delivered");
  await inbound.look({ ...EVERY, state: "failed" });
  const results = await inbound.replayFailed();
  expect(results).toHaveLength(120);
  expect(replayed.flat().sort((one, other) => one - other)).toEqual(Array.from({ length: 120 }, (_, index) => index + 1));
  expect(inbound.counts?.failed).toBe(60);
});

test("a replay of many tells how far it is, and can be stopped", async () => {
  await inbound.look(EVERY);
  const seen: number[] = [];
  const fetched = vi.mocked(fetch).getMockImplementation();
  vi.mocked(fetch).mockImplementation(async (path, init) => {
    if (String(path).endsWith("/replay")) seen.push(inbound.progress?.done ?? -1);
    if (seen.length === 2) inbound.stop();
    return fetched?.(path, init) as Promise<Response>;
  });
  const results = await inbound.replay(mails.map((one) => one.id));
  expect(seen).toEqual([0, 25]);
  expect(results).toHaveLength(50);
  expect(inbound.progress).toBeNull();
});

test("an answer for a filter that was left is not shown", async () => {
  mails = [mail(1, "held"), mail(2)];
  const first = inbound.look({ ...EVERY, state: "held" });
  const second = inbound.look({ ...EVERY, state: "failed" });
  await Promise.all([first, second]);
  expect(inbound.ids).toEqual([2]);
});
