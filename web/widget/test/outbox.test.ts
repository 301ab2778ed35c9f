// Sending, against a server played by the test: order, refusals, lost answers, reloads.
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Message } from "@segue/ui/wire";
import { readBoot } from "../src/app/boot";
import type { Host } from "../src/app/host";
import { Chat } from "../src/app/state/chat.svelte";
import { hear } from "../src/app/state/events";
import { Outbox } from "../src/app/state/outbox";

type Answer = { status?: number; body?: unknown } | "lost";
let requests: { method: string; path: string; body: Record<string, any> }[];
let history: Message[];
let answers: Answer[];

const host = { tell: vi.fn(), embedded: true } as unknown as Host;

/** Keeps each posted message; scripted answers come first. "lost": it was kept, but the answer never came. */
async function serve(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const url = new URL(String(input), "https://chat.example");
  const path = url.pathname.replace("/api/v1/widget/", "");
  const method = init?.method ?? "GET";
  const body = typeof init?.body === "string" ? JSON.parse(init.body) : {};
  requests.push({ method, path, body });
  const json = (value: unknown, status = 200) => new Response(JSON.stringify(value), { status });
  if (method === "GET" && path === "conversations") return json(history.length ? { id: 1, status: "open" } : {});
  if (method === "GET" && path === "messages") {
    const after = Number(url.searchParams.get("after") ?? 0);
    return json({ payload: history.filter(({ id }) => id > after).map(({ echo_id: _, ...rest }) => rest) });
  }
  if (method !== "POST" || !/^(messages|conversations)$/.test(path)) return json({ payload: [] });
  const answer = answers.shift() ?? {};
  if (answer !== "lost" && answer.status) return json(answer.body ?? { error: "no" }, answer.status);
  const message = { ...body.message, id: history.length + 1, message_type: 0, content_type: "text", created_at: Math.floor(Date.now() / 1000), conversation_id: 1 };
  history.push(message);
  if (answer === "lost") throw new TypeError("network");
  return json(path === "messages" ? message : { id: 1, status: "open", messages: [message] });
}

function start(): { chat: Chat; outbox: Outbox } {
  const chat = new Chat(readBoot({ chatwootWebChannel: { websiteToken: "tok" }, authToken: "jwt" }, ""), host);
  return { chat, outbox: new Outbox(chat) };
}

const states = (chat: Chat) => chat.lines.map(({ content, state }) => `${content}: ${state}`);
const posts = () => requests.filter(({ method, path }) => method === "POST" && /^(messages|conversations)$/.test(path));

beforeEach(() => {
  [requests, history, answers] = [[], [], []];
  localStorage.clear();
  vi.stubGlobal("fetch", serve);
});

describe("Outbox", () => {
  it("begins a conversation with the first words and goes on in it", async () => {
    const { chat, outbox } = start();
    outbox.attributes = { plan: "pro" };
    outbox.send(" hello ", []);
    outbox.send("again", []);
    await vi.waitFor(() => expect(states(chat)).toEqual(["hello: sent", "again: sent"]));
    expect(posts().map(({ path, body }) => [path, body.message.content])).toEqual([
      ["conversations", "hello"],
      ["messages", "again"],
    ]);
    expect(posts()[0]?.body.custom_attributes).toEqual({ plan: "pro" });
    expect(new Set(posts().map(({ body }) => body.message.echo_id)).size).toBe(2);
  });

  it("shows a refusal and sends it again when told", async () => {
    const { chat, outbox } = start();
    answers = [{ status: 422, body: { error: "too long" } }];
    outbox.send("hello", []);
    await vi.waitFor(() => expect(chat.lines[0]).toMatchObject({ state: "failed", reason: "too long" }));
    outbox.retry(chat.lines[0]!);
    await vi.waitFor(() => expect(states(chat)).toEqual(["hello: sent"]));
  });

  it("keeps the order when the server is away, and goes on by itself", async () => {
    const { chat, outbox } = start();
    answers = [{ status: 503 }];
    outbox.send("one", []);
    outbox.send("two", []);
    await vi.waitFor(() => expect(states(chat)).toEqual(["one: waiting", "two: waiting"]));
    dispatchEvent(new Event("online"));
    await vi.waitFor(() => expect(states(chat)).toEqual(["one: sent", "two: sent"]));
    expect(history.map(({ content }) => content)).toEqual(["one", "two"]);
  });

  it("never sends twice what arrived although its answer was lost", async () => {
    const { chat, outbox } = start();
    answers = ["lost"];
    outbox.send("hello", []);
    await vi.waitFor(() => expect(chat.lines[0]).toMatchObject({ state: "waiting", tried: true }));
    dispatchEvent(new Event("online"));
    await vi.waitFor(() => expect(states(chat)).toEqual(["hello: sent"]));
    expect(history).toHaveLength(1);
  });

  it("brings words and draft over a reload", async () => {
    answers = [{ status: 503 }];
    const before = start();
    before.outbox.send("not yet gone", []);
    before.outbox.draft = "half a thou";
    await vi.waitFor(() => expect(states(before.chat)).toEqual(["not yet gone: waiting"]));
    const after = start();
    expect(after.outbox.draft).toBe("half a thou");
    expect(states(after.chat)).toEqual(["not yet gone: waiting"]);
    await after.outbox.flush();
    expect(states(after.chat)).toEqual(["not yet gone: sent"]);
    expect(states(start().chat)).toEqual([]);
  });

  it("leaves another tab's unsent words alone", async () => {
    answers = [{ status: 503 }, { status: 503 }];
    const one = start();
    const other = start();
    one.outbox.send("from one", []);
    await vi.waitFor(() => expect(states(one.chat)).toEqual(["from one: waiting"]));
    other.outbox.send("from the other", []);
    await vi.waitFor(() => expect(states(other.chat)).toEqual(["from the other: waiting"]));
    expect(states(start().chat)).toEqual(["from one: waiting", "from the other: waiting"]);
  });

  it("names a file that is too large and sends nothing of it", () => {
    const { chat, outbox } = start();
    const file = new File(["x"], "film.mov");
    Object.defineProperty(file, "size", { value: 41 * 1024 * 1024 });
    outbox.send("", [file]);
    expect(chat.lines).toEqual([]);
    expect(chat.notice).toEqual({ phrase: "tooLarge", about: "film.mov" });
  });
});

it("leaves an ended conversation for good", async () => {
  const { chat, outbox } = start();
  outbox.send("hello", []);
  await vi.waitFor(() => expect(states(chat)).toEqual(["hello: sent"]));
  hear(chat, { event: "conversation.status_changed", data: { id: 1, status: "resolved" } });
  expect(chat.conversation?.status).toBe("resolved");
  chat.startNew();
  await chat.catchUp();
  hear(chat, { event: "conversation.status_changed", data: { id: 1, status: "open" } });
  chat.take([{ ...history[0]!, id: 77 }]);
  expect([chat.conversation, chat.lines]).toEqual([null, []]);
});

describe("seen", () => {
  it("is told when the team's words are on an open, visible panel, and counted otherwise", async () => {
    const { chat, outbox } = start();
    outbox.send("hello", []);
    await vi.waitFor(() => expect(states(chat)).toEqual(["hello: sent"]));
    chat.take([{ id: 50, content: "hi", message_type: 1, content_type: "text", created_at: 2e9, conversation_id: 1 }]);
    expect(host.tell).toHaveBeenLastCalledWith("handleNotificationDot", { unreadMessageCount: 1 });
    expect(requests.some(({ path }) => path.endsWith("update_last_seen"))).toBe(false);
    chat.open(true);
    expect(requests.at(-1)?.path).toBe("conversations/update_last_seen");
    expect(host.tell).toHaveBeenLastCalledWith("handleNotificationDot", { unreadMessageCount: 0 });
  });
});
