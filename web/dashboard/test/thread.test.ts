import { afterEach, expect, test, vi } from "vitest";
import { thread } from "../src/stores/thread.svelte";
import { conversation, message } from "./samples";

afterEach(() => {
  thread.close();
  vi.unstubAllGlobals();
});

/** A server with that many messages in conversation 1, answering as ours does: 20 newest, or up to 100 after one. */
function serverWith(count: { now: number }) {
  const answer = (url: URL) => {
    if (!url.pathname.endsWith("/messages")) return conversation(1);
    const all = Array.from({ length: count.now }, (_, index) => message(index + 1));
    const after = url.searchParams.get("after");
    return { meta: {}, payload: after ? all.filter((one) => one.id > Number(after)).slice(0, 100) : all.slice(-20) };
  };
  vi.stubGlobal("fetch", vi.fn(async (path: string) => new Response(JSON.stringify(answer(new URL(path, "http://desk.example"))))));
}

test("whatever was missed is read after a lost connection, without a gap", async () => {
  const count = { now: 30 };
  serverWith(count);
  await thread.open(1);
  expect(thread.messages.map((one) => one.id)).toEqual(Array.from({ length: 20 }, (_, index) => index + 11));
  count.now = 280;
  await thread.catchUp();
  expect(thread.messages.map((one) => one.id)).toEqual(Array.from({ length: 270 }, (_, index) => index + 11));
});

test("an answer for a conversation that was left is not shown in the next", async () => {
  serverWith({ now: 3 });
  const first = thread.open(1);
  thread.close();
  await first;
  expect(thread.messages).toEqual([]);
  expect(thread.conversation).toBeNull();
});
