// `window.$chatwoot`: what a site can ask of the widget, and what the frame can ask of the page.
import { encode, PREFIX, type FrameEvent, type HostEvent, type Parcel } from "../protocol";
import { readCookie, writeCookie } from "./cookie";
import { checkUser, takeLinkBack, userMark, whenIdle } from "./page";
import { readSettings, type ColorScheme } from "./settings";
import { buildView } from "./view";

export interface RunOptions {
  websiteToken: string;
  baseUrl?: string;
}

export type Sdk = ReturnType<typeof createSdk>;

const SESSION = "cw_conversation";
const PHONE = "(max-width:480px)";

/** Methods that only pass their argument on, with the key it travels under; the event is the method's name with dashes. */
const RELAYED = {
  setCustomAttributes: "customAttributes",
  deleteCustomAttribute: "customAttribute",
  setConversationCustomAttributes: "customAttributes",
  deleteConversationCustomAttribute: "customAttribute",
  setLabel: "label",
  removeLabel: "label",
} as const;

export function createSdk({ websiteToken, baseUrl }: RunOptions, given: unknown) {
  const base = new URL(baseUrl || "/", location.href);
  const userCookie = "cw_user_" + websiteToken;
  const linkBack = takeLinkBack();
  const waiting: string[] = [];

  const sdk = {
    ...readSettings(given),
    baseUrl: base.origin,
    websiteToken,
    hasLoaded: false,
    isOpen: false,
    resetTriggered: false,

    toggle(state?: "open" | "close") {
      const open = state ? state === "open" : !sdk.isOpen;
      if (open === sdk.isOpen) return;
      sdk.isOpen = open;
      load();
      view.show(open);
      view.badge(0);
      tell("toggle-open", { isOpen: open });
      announce(open ? "opened" : "closed");
      if (open) frame.focus();
      else if (document.activeElement === frame) bubble.focus();
    },
    toggleBubbleVisibility(state: "show" | "hide") {
      const hideMessageBubble = (sdk.hideMessageBubble = state === "hide");
      view.hideBubble(hideMessageBubble);
      tell("sdk-set-bubble-visibility", { hideMessageBubble });
    },
    popoutChatWindow() {
      open(frameUrl(), "segue", "width=420,height=680");
      close();
    },
    setUser(identifier: string | number, user: Record<string, unknown>) {
      checkUser(identifier, user);
      const mark = userMark(identifier, user);
      if (readCookie(userCookie) === mark) return;
      remember(userCookie, mark);
      tell("set-user", { identifier, user });
    },
    ...relays(tell),
    setLocale: (locale: string) => tell("set-locale", { locale: (sdk.locale = locale) }),
    setColorScheme: (darkMode: ColorScheme) => tell("set-color-scheme", { darkMode: (sdk.darkMode = darkMode) }),
    reset() {
      close();
      remember(SESSION, "");
      remember(userCookie, "");
      sdk.hasLoaded = !(sdk.resetTriggered = true);
      frame.src = frameUrl();
    },
  };

  const view = buildView(sdk, () => sdk.toggle());
  const { bubble, frame } = view;
  const close = () => sdk.toggle("close");
  const remember = (name: string, value: string) => writeCookie(name, value, sdk.baseDomain);

  const fromFrame: { [Event in FrameEvent]?: (parcel: Parcel) => void } = {
    loaded({ config }) {
      const { authToken, look } = config as { authToken: string; look: [string, string] };
      remember(SESSION, authToken);
      view.colour(look);
      view.hideBubble(sdk.hideMessageBubble);
      sdk.hasLoaded = true;
      // JSON leaves the methods out.
      tell("config-set", { ...sdk, linkBack, isMobile: matchMedia(PHONE).matches, referrerURL: location.href });
      waiting.splice(0).forEach(send);
      announce("ready");
    },
    error({ errorType, data }) {
      if (errorType === "SET_USER_ERROR") remember(userCookie, "");
      announce("error", data);
    },
    onEvent: ({ eventIdentifier, data }) => announce((eventIdentifier as string).replace("chatwoot:", ""), data),
    postback: ({ data }) => announce("postback", data),
    setBubbleLabel: ({ label }) => view.label(label as string),
    setAuthCookie: ({ data }) => remember(SESSION, (data as { widgetAuthToken: string }).widgetAuthToken),
    toggleBubble: ({ state }) => sdk.toggle(state as "open" | "close" | undefined),
    closeWindow: close,
    closeChat: close,
    popoutChatWindow: sdk.popoutChatWindow,
    handleNotificationDot: ({ unreadMessageCount }) => view.badge(unreadMessageCount as number),
  };

  addEventListener("message", ({ data, source, origin }) => {
    if (source !== frame.contentWindow || origin !== base.origin || !String(data).startsWith(PREFIX)) return;
    const parcel = JSON.parse(data.slice(PREFIX.length)) as Parcel;
    fromFrame[parcel.event as FrameEvent]?.(parcel);
  });
  // Returning false here would swallow the key.
  bubble.onkeydown = ({ key }) => void (key === "Escape" && close());
  bubble.onpointerenter = bubble.onfocus = load;
  matchMedia(PHONE).onchange = ({ matches }) => tell("toggle-close-button", { isMobile: matches });
  (self as { navigation?: EventTarget }).navigation?.addEventListener("currententrychange", () =>
    tell("change-url", { referrerURL: location.href, referrerHost: location.host }),
  );
  if (linkBack) load();
  else whenIdle(load);

  function load(): void {
    frame.src ||= frameUrl();
  }

  function frameUrl(): string {
    const query = new URLSearchParams({ website_token: websiteToken, [SESSION]: readCookie(SESSION), locale: sdk.locale ?? "" });
    return `${base.origin}/widget?${query}`;
  }

  /** What is said before the frame listens waits until it does. */
  function tell(event: HostEvent, data: object): void {
    const parcel = encode(event, data);
    if (sdk.hasLoaded) send(parcel);
    else waiting.push(parcel);
  }

  function send(parcel: string): void {
    frame.contentWindow?.postMessage(parcel, base.origin);
  }

  return sdk;
}

function relays(tell: (event: HostEvent, data: object) => void) {
  const methods = {} as Record<keyof typeof RELAYED, (value: unknown) => void>;
  for (const [name, key] of Object.entries(RELAYED)) {
    const event = name.replace(/[A-Z]/g, (capital) => "-" + capital.toLowerCase());
    methods[name as keyof typeof RELAYED] = (value) => tell(event as HostEvent, { [key]: value });
  }
  return methods;
}

function announce(name: string, detail?: unknown): void {
  dispatchEvent(new CustomEvent("chatwoot:" + name, { detail }));
}
