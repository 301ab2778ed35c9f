// The loader on a page of its own: what it puts there, what it says to the frame, and whom it believes.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { encode, decode, PREFIX, type FrameEvent } from "../src/protocol";
import { readCookie, writeCookie } from "../src/loader/cookie";
import { checkUser, takeLinkBack, userMark } from "../src/loader/page";
import { createSdk, type Sdk } from "../src/loader/sdk";

const BASE = "https://chat.example";
let sdk: Sdk;
let said: Record<string, unknown>[];
let frameWindow: { postMessage(text: string, origin: string): void };

/** The frame as the loader sees it. */
const frame = () => document.getElementById("chatwoot_live_chat_widget") as HTMLIFrameElement;
const bubble = () => document.querySelector(".woot-widget-bubble") as HTMLButtonElement;
const holder = () => document.getElementById("cw-widget-holder") as HTMLElement;

function frameSays(event: FrameEvent, data: object = {}, from: { source?: unknown; origin?: string } = {}): void {
  const message = new Event("message");
  Object.assign(message, { data: encode(event, data), source: frameWindow, origin: BASE, ...from });
  dispatchEvent(message);
}

const loaded = () => frameSays("loaded", { config: { authToken: "jwt.one", look: ["#123456", "#ffffff"] } });

function run(settings: object = {}): void {
  // A window of its own for each run: earlier loaders still listen, and must not believe it.
  frameWindow = { postMessage: (text, origin) => void (origin === BASE && said.push(decode(text) ?? {})) };
  sdk = createSdk({ websiteToken: "tok", baseUrl: BASE }, settings);
  Object.defineProperty(frame(), "contentWindow", { value: frameWindow });
}

// The frame stays empty: tests talk to it, nobody fetches it.
const { happyDOM } = window as unknown as { happyDOM: { settings: { fetch: { interceptor: unknown } } } };
happyDOM.settings.fetch.interceptor = { beforeAsyncRequest: async () => new Response("") };

beforeEach(() => {
  said = [];
  for (const element of document.querySelectorAll("html > div")) element.remove();
  history.replaceState(null, "", "/");
  for (const pair of document.cookie.split("; ")) writeCookie(pair.split("=")[0] ?? "", "");
});

afterEach(() => void vi.restoreAllMocks());

describe("the page", () => {
  it("has the ids and classes integrators know", () => {
    run({ position: "left" });
    expect(holder().className).toContain("woot-widget-holder");
    expect(holder().className).toContain("woot--hide");
    expect(document.querySelector(".woot--bubble-holder .woot-widget-bubble.woot-elements--left")).toBe(bubble());
  });

  it("shows the bubble in the account's colour once the frame has told it", () => {
    run();
    expect(bubble().classList.contains("woot--hide")).toBe(true);
    loaded();
    expect(bubble().classList.contains("woot--hide")).toBe(false);
    expect(bubble().style.background).toContain("#123456");
  });

  it("hides the bubble where the site wants its own", () => {
    run({ hideMessageBubble: true });
    loaded();
    expect(bubble().classList.contains("woot--hide")).toBe(true);
    sdk.toggleBubbleVisibility("show");
    expect(bubble().classList.contains("woot--hide")).toBe(false);
  });

  it("loads the frame with the visitor's session", () => {
    writeCookie("cw_conversation", "jwt.old");
    run({ locale: "de" });
    bubble().onpointerenter?.(new Event("pointerenter") as PointerEvent);
    const url = new URL(frame().src);
    expect(url.origin + url.pathname).toBe(`${BASE}/widget`);
    expect(Object.fromEntries(url.searchParams)).toEqual({ website_token: "tok", cw_conversation: "jwt.old", locale: "de" });
  });
});

describe("the protocol", () => {
  it("keeps the session, sends the settings and announces itself", () => {
    const ready = vi.fn();
    addEventListener("chatwoot:ready", ready);
    run({ locale: "fr" });
    loaded();
    expect(readCookie("cw_conversation")).toBe("jwt.one");
    expect(said[0]).toMatchObject({ event: "config-set", locale: "fr", position: "right", websiteToken: "tok" });
    expect(ready).toHaveBeenCalledOnce();
    expect(sdk.hasLoaded).toBe(true);
  });

  it.each([
    ["another window", { source: window }],
    ["another origin", { origin: "https://evil.example" }],
  ])("does not believe %s", (_, from) => {
    run();
    frameSays("loaded", { config: { authToken: "stolen", look: ["#000000", "#ffffff"] } }, from);
    expect(sdk.hasLoaded).toBe(false);
    expect(readCookie("cw_conversation")).toBe("");
  });

  it("says later what was said too early, in order", () => {
    run();
    sdk.setCustomAttributes({ plan: "pro" });
    sdk.setLabel("vip");
    expect(said).toEqual([]);
    loaded();
    expect(said.map(({ event }) => event)).toEqual(["config-set", "set-custom-attributes", "set-label"]);
    expect(said[1]).toMatchObject({ customAttributes: { plan: "pro" } });
  });

  it.each([
    ["setCustomAttributes", { a: 1 }, { event: "set-custom-attributes", customAttributes: { a: 1 } }],
    ["deleteCustomAttribute", "a", { event: "delete-custom-attribute", customAttribute: "a" }],
    ["setConversationCustomAttributes", { a: 1 }, { event: "set-conversation-custom-attributes", customAttributes: { a: 1 } }],
    ["deleteConversationCustomAttribute", "a", { event: "delete-conversation-custom-attribute", customAttribute: "a" }],
    ["setLabel", "vip", { event: "set-label", label: "vip" }],
    ["removeLabel", "vip", { event: "remove-label", label: "vip" }],
    ["setLocale", "pt", { event: "set-locale", locale: "pt" }],
    ["setColorScheme", "dark", { event: "set-color-scheme", darkMode: "dark" }],
  ] as const)("%s passes on", (method, value, expected) => {
    run();
    loaded();
    (sdk[method] as (value: unknown) => void)(value);
    expect(said.at(-1)).toEqual(expected);
  });

  it("opens and closes, aloud", () => {
    const events: string[] = [];
    for (const name of ["opened", "closed"]) addEventListener(`chatwoot:${name}`, () => events.push(name));
    run();
    loaded();
    bubble().click();
    expect([sdk.isOpen, bubble().ariaExpanded, holder().classList.contains("woot--hide")]).toEqual([true, "true", false]);
    frameSays("closeWindow");
    expect([sdk.isOpen, bubble().ariaExpanded, holder().classList.contains("woot--hide")]).toEqual([false, "false", true]);
    sdk.toggle("close");
    expect(events).toEqual(["opened", "closed"]);
    expect(said.slice(1)).toEqual([
      { event: "toggle-open", isOpen: true },
      { event: "toggle-open", isOpen: false },
    ]);
  });

  it("leaves the bubble's keys to the browser, but for Escape", () => {
    run();
    loaded();
    const press = (key: string) => bubble().dispatchEvent(new KeyboardEvent("keydown", { key, cancelable: true }));
    expect(press("Enter")).toBe(true);
    sdk.toggle("open");
    press("Escape");
    expect(sdk.isOpen).toBe(false);
  });

  it("counts the unread on the bubble and forgets them when opened", () => {
    run();
    loaded();
    const badge = () => bubble().querySelector("b")?.textContent;
    frameSays("handleNotificationDot", { unreadMessageCount: 3 });
    expect(badge()).toBe("3");
    frameSays("handleNotificationDot", { unreadMessageCount: 12 });
    expect(badge()).toBe("9+");
    sdk.toggle("open");
    expect(badge()).toBe("");
  });

  it("passes messages to the page", () => {
    const heard = vi.fn();
    addEventListener("chatwoot:on-message", (event) => heard((event as CustomEvent).detail));
    run();
    frameSays("onEvent", { eventIdentifier: "chatwoot:on-message", data: { id: 5 } });
    expect(heard).toHaveBeenCalledWith({ id: 5 });
  });
});

describe("setUser", () => {
  it("wants an identifier and something to know the user by", () => {
    expect(() => checkUser({}, { name: "Vera" })).toThrow();
    expect(() => checkUser("1", {})).toThrow();
    expect(() => checkUser("1", undefined)).toThrow();
    expect(() => checkUser(1, { email: "vera@example.org" })).not.toThrow();
  });

  it("says the same only once, until the server refuses it", () => {
    run();
    loaded();
    const users = () => said.filter(({ event }) => event === "set-user").length;
    sdk.setUser("1", { name: "Vera" });
    sdk.setUser("1", { name: "Vera" });
    expect(users()).toBe(1);
    sdk.setUser("1", { name: "Vera B." });
    expect(users()).toBe(2);
    frameSays("error", { errorType: "SET_USER_ERROR", data: { message: "HMAC failed" } });
    sdk.setUser("1", { name: "Vera B." });
    expect(users()).toBe(3);
  });

  it("marks different users differently", () => {
    const marks = new Set(["1", "2", 1, "11"].map((identifier) => userMark(identifier, { name: "V" })));
    expect(marks.size).toBe(4);
  });
});

describe("reset", () => {
  it("forgets the visitor and loads the frame anew", () => {
    run();
    loaded();
    sdk.setUser("1", { name: "Vera" });
    sdk.reset();
    expect(readCookie("cw_conversation")).toBe("");
    expect(readCookie("cw_user_tok")).toBe("");
    expect(sdk.resetTriggered).toBe(true);
    expect(new URL(frame().src).searchParams.get("cw_conversation")).toBe("");
  });
});

describe("the way back from a mail", () => {
  it("takes its token out of the address bar and hands it to the frame", () => {
    history.replaceState(null, "", "/page?a=1&segue_conversation=secret#top");
    run();
    expect(location.pathname + location.search + location.hash).toBe("/page?a=1#top");
    expect(frame().src).toContain("/widget?");
    expect(frame().src).not.toContain("secret");
    loaded();
    expect(said[0]).toMatchObject({ event: "config-set", linkBack: "secret" });
  });

  it("leaves other addresses alone", () => {
    history.replaceState(null, "", "/page?a=1");
    expect(takeLinkBack()).toBeNull();
    expect(location.search).toBe("?a=1");
  });
});

describe("parcels", () => {
  it.each([null, 7, "", "hello", PREFIX, `${PREFIX}{`, `${PREFIX}null`, `${PREFIX}{"a":1}`, `${PREFIX}{"event":3}`])("refuses %s", (data) => {
    expect(decode(data)).toBeNull();
  });

  it("come out as they went in", () => {
    expect(decode(encode("set-label", { label: "ü" }))).toEqual({ event: "set-label", label: "ü" });
  });
});

describe("cookies", () => {
  it("last a year on the whole site", () => {
    const set = vi.spyOn(document, "cookie", "set");
    writeCookie("cw_conversation", "a.b-c", "example.org");
    expect(set).toHaveBeenCalledWith("cw_conversation=a.b-c;path=/;max-age=31536000;samesite=lax;domain=example.org");
  });

  it("are found by their whole name", () => {
    document.cookie = "xcw=1";
    document.cookie = "cw=2";
    expect(readCookie("cw")).toBe("2");
    expect(readCookie("c")).toBe("");
  });
});
