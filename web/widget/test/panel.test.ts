// The panel as the visitor has it, in a browser played by happy-dom: what is shown, what is asked, what is never executed.
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Message } from "@segue/ui/wire";
import App from "../src/app/App.svelte";
import { readBoot } from "../src/app/boot";
import type { Host } from "../src/app/host";
import { Chat } from "../src/app/state/chat.svelte";
import { hear } from "../src/app/state/events";
import { Outbox } from "../src/app/state/outbox";

let chat: Chat;
let outbox: Outbox;
let app: object;
let requests: { path: string; body: unknown }[];
let refuse: number | null;
const tell = vi.fn();

const message = (id: number, given: Partial<Message>): Message => ({
  id,
  content: null,
  message_type: 1,
  content_type: "text",
  created_at: 1_700_000_000 + id,
  conversation_id: 1,
  ...given,
});

function show(...messages: Message[]): void {
  chat.conversation = { id: 1, status: "open", contact_last_seen_at: null };
  chat.phase = "ready";
  chat.take(messages);
  flushSync();
}

const find = <T extends HTMLElement>(selector: string) => document.querySelector(selector) as T;
const words = (selector: string) => find(selector)?.textContent?.replace(/\s+/g, " ").trim();

const shows = (selector: string, text: string) =>
  vi.waitFor(() => {
    flushSync();
    expect(words(selector)).toBe(text);
  });

beforeEach(() => {
  [requests, refuse] = [[], null];
  tell.mockClear();
  localStorage.clear();
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    requests.push({ path: new URL(url, "https://chat.example").pathname, body: init.body && JSON.parse(String(init.body)) });
    return new Response(refuse ? '{"error":"no"}' : "{}", { status: refuse ?? 200 });
  });
  const boot = readBoot({ chatwootWebChannel: { websiteToken: "tok", websiteName: "Acme", replyTime: "in_a_day" }, authToken: "jwt" }, "");
  chat = new Chat(boot, { tell, embedded: true } as unknown as Host);
  outbox = new Outbox(chat);
  app = mount(App, { target: document.body, props: { chat, outbox } });
  flushSync();
});

afterEach(() => {
  void unmount(app);
  vi.unstubAllGlobals();
});

describe("the welcome", () => {
  it("says whose chat it is and when they answer, until something is said", () => {
    chat.phase = "ready";
    flushSync();
    expect(words("header")).toBe("A Acme Answers within a day How can we help? Write to us here; the answer comes here too.");
    show(message(1, { content: "hi" }));
    expect(words("header")).toBe("A Acme Answers within a day");
  });

  it("speaks the visitor's language", () => {
    chat.phase = "ready";
    chat.language = "de";
    flushSync();
    expect(words("h1")).toBe("Wie können wir helfen?");
    expect(document.documentElement.lang).toBe("de");
  });
});

describe("messages", () => {
  it("are text, whatever they contain", () => {
    show(message(1, { content: '<img src=x onerror="alert(1)"> [x](javascript:alert(1)) <b>bold</b>' }));
    expect(find(".bubble img, .bubble a, .bubble b")).toBeNull();
    expect(words(".bubble")).toContain("<b>bold</b>");
  });

  it("keep their line breaks and nothing else around them", () => {
    show(message(1, { content: "one\n  two" }));
    expect(find(".words").textContent).toBe("one\n  two");
  });

  it("link what is an address, without lending it our page", () => {
    show(message(1, { content: "see https://a.example/x" }));
    const link = find<HTMLAnchorElement>(".bubble a");
    expect([link.href, link.target, link.rel]).toEqual(["https://a.example/x", "_blank", "noopener noreferrer nofollow"]);
  });

  it("carry an envelope when the visitor mailed them", () => {
    show(message(1, { message_type: 0, content: "typed" }), message(2, { message_type: 0, content: "mailed", content_type: "incoming_email" }));
    const mailed = [...document.querySelectorAll(".bubble")].filter((bubble) => bubble.querySelector(".by-mail"));
    expect(mailed.map((bubble) => bubble.textContent)).toEqual(["mailed Sent by e-mail"]);
  });

  it("show pictures in place and other files as cards", () => {
    const file = { id: 1, file_type: "file", data_url: "https://chat.example/blobs/x/offer%201.pdf?sig=1", file_size: 34_000 };
    show(message(1, { attachments: [{ ...file, id: 2, file_type: "image", data_url: "https://chat.example/blobs/y/cat.png" }, file] }));
    expect(find<HTMLImageElement>(".picture img").alt).toBe("cat.png");
    expect(words("a.card")).toContain("offer 1.pdf");
    expect(words("a.card")).toContain("34 kB");
  });
});

describe("typing", () => {
  const typing = (event: string, user: object, is_private = false) => {
    hear(chat, { event: `conversation.${event}`, data: { user, is_private } });
    flushSync();
  };

  it("shows an agent who writes, until the words are there", () => {
    show();
    typing("typing_on", { type: "user", name: "Nadia Osei", available_name: "Nadia" });
    expect(words(".typing")).toBe("Nadia is typing");
    show(message(1, { content: "there" }));
    expect(find(".typing")).toBeNull();
  });

  it("shows neither the visitor nor private notes", () => {
    show();
    typing("typing_on", { type: "contact", name: "Vera" });
    typing("typing_on", { type: "user", name: "Nadia" }, true);
    expect(find(".typing")).toBeNull();
  });
});

it("says who is there now", () => {
  chat.agents = [{ id: 7, name: "Nadia", availability_status: "offline" }];
  chat.phase = "ready";
  hear(chat, { event: "presence.update", data: { account_id: 1, users: { 7: "online" } } });
  flushSync();
  expect(words(".team")).toBe("Acme Online now");
});

describe("the e-mail card", () => {
  const card = message(1, { message_type: 3, content_type: "input_email" });

  function give(address: string): void {
    const input = find<HTMLInputElement>(".card input");
    input.value = address;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    find(".card form").dispatchEvent(new Event("submit", { cancelable: true, bubbles: true }));
  }

  it("takes an address in its place, and another one later", async () => {
    show(card);
    give("vera@example.org");
    await shows(".saved", "If you are gone, we write to vera@example.org Change");
    expect(requests.at(-1)).toEqual({ path: "/api/v1/widget/messages/1", body: { contact: { email: "vera@example.org" } } });
    find(".saved button").click();
    flushSync();
    expect(find<HTMLInputElement>(".card input").value).toBe("vera@example.org");
    give("v@example.com");
    await shows(".saved b", "v@example.com");
  });

  it.each([
    ["vera", null, "That does not look like an e-mail address."],
    ["a@inbound.example", 422, "This address cannot be used here."],
    ["vera@example.org", 500, "Not saved. Try again."],
  ])("says what is wrong with %s (%s)", async (address, status, problem) => {
    show(card);
    refuse = status;
    give(address);
    await shows(".problem", problem);
    expect(find(".saved")).toBeNull();
  });
});

describe("the composer", () => {
  const press = (key: string, more: object = {}) =>
    find("textarea").dispatchEvent(new KeyboardEvent("keydown", { key, cancelable: true, bubbles: true, ...more }));

  function write(text: string): void {
    const field = find<HTMLTextAreaElement>("textarea");
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    flushSync();
  }

  it("sends with Enter, not with Shift-Enter, not while a word is being composed", () => {
    show();
    write("hello");
    expect(press("Enter", { shiftKey: true })).toBe(true);
    expect(press("Enter", { isComposing: true })).toBe(true);
    expect(chat.lines).toEqual([]);
    press("Enter");
    flushSync();
    expect(chat.lines.map(({ content }) => content)).toEqual(["hello"]);
    expect(find<HTMLTextAreaElement>("textarea").value).toBe("");
  });

  it("keeps the draft", () => {
    write("half a thou");
    expect(new Outbox(chat).draft).toBe("half a thou");
  });

  it("gives way to a new beginning when the conversation is over for good", () => {
    chat.channel.allowMessagesAfterResolved = false;
    show(message(1, { content: "bye" }));
    hear(chat, { event: "conversation.status_changed", data: { id: 1, status: "resolved" } });
    flushSync();
    expect(find("textarea")).toBeNull();
    find("main > footer button").click();
    flushSync();
    expect(find("textarea")).not.toBeNull();
  });

  it("says that a closed conversation opens again with the next words", () => {
    show(message(1, { content: "solved" }));
    hear(chat, { event: "conversation.status_changed", data: { id: 1, status: "resolved" } });
    flushSync();
    expect(words(".thread")).toContain("This conversation is closed. Write to open it again.");
    hear(chat, { event: "conversation.status_changed", data: { id: 1, status: "open" } });
    flushSync();
    expect(words(".thread")).not.toContain("closed");
  });

  it("closes the panel with Escape", () => {
    window.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
    expect(tell).toHaveBeenCalledWith("closeWindow");
  });
});
