// What the host page asks for, each event to its act.
import { asTextOn, readableOn } from "@segue/ui/colour";
import { Refusal } from "../api";
import type { HostEvent, Parcel } from "../../protocol";
import { chooseLanguage } from "../words";
import type { Chat, SiteSettings } from "./chat.svelte";
import type { Live } from "./live";
import type { Outbox } from "./outbox";

type Act = (parcel: Parcel) => void | Promise<unknown>;

export function siteActs(chat: Chat, outbox: Outbox, live: Live): Partial<Record<HostEvent, Act>> {
  return {
    "config-set"(parcel) {
      chat.site = parcel as SiteSettings;
      const browser = parcel.useBrowserLanguage ? navigator.language : null;
      chat.language = chooseLanguage(parcel.locale as string | undefined, browser, chat.channel.locale);
      chat.isPhone = parcel.isMobile === true;
      chat.referrer = text(parcel.referrerURL);
      paintScheme(text(parcel.darkMode));
      chat.host.tell("setBubbleLabel", { label: chat.say("chat") });
      if (parcel.isOpen) show(true);
      if (typeof parcel.linkBack === "string" && parcel.linkBack) return comeBack(parcel.linkBack);
    },
    "toggle-open": ({ isOpen }) => show(isOpen === true),
    "toggle-close-button": ({ isMobile }) => void (chat.isPhone = isMobile === true),
    "change-url": ({ referrerURL }) => void (chat.referrer = text(referrerURL)),
    "set-locale"({ locale }) {
      chat.language = chooseLanguage(text(locale), chat.channel.locale);
      chat.host.tell("setBubbleLabel", { label: chat.say("chat") });
    },
    "set-color-scheme": ({ darkMode }) => paintScheme(text(darkMode)),
    "set-user": ({ identifier, user }) => becomeUser({ ...(user as object), identifier }),
    "set-custom-attributes": ({ customAttributes }) => chat.api.updateContact({ custom_attributes: customAttributes }),
    "delete-custom-attribute": ({ customAttribute }) => chat.api.deleteContactAttributes([text(customAttribute)]),
    "set-conversation-custom-attributes"({ customAttributes }) {
      if (chat.conversation) return chat.api.setConversationAttributes(customAttributes as object);
      Object.assign(outbox.attributes, customAttributes);
    },
    "delete-conversation-custom-attribute"({ customAttribute }) {
      if (chat.conversation) return chat.api.deleteConversationAttributes([text(customAttribute)]);
      delete outbox.attributes[text(customAttribute)];
    },
    "set-label"({ label }) {
      if (chat.conversation) return chat.api.addLabel(text(label));
      outbox.labels.push(text(label));
    },
    "remove-label"({ label }) {
      if (chat.conversation) return chat.api.removeLabel(text(label));
      outbox.labels = outbox.labels.filter((each) => each !== label);
    },
  };

  function show(isOpen: boolean): void {
    chat.open(isOpen);
    if (isOpen) live.listen();
    live.tellPresence();
  }

  async function becomeUser(user: object): Promise<void> {
    try {
      const { widget_auth_token } = await chat.api.setUser(user);
      if (widget_auth_token) {
        chat.restart(widget_auth_token, null);
        chat.pubsubToken = (await chat.api.config()).contact.pubsub_token ?? chat.pubsubToken;
        await chat.load();
        if (chat.conversation || chat.isOpen) live.listen(true);
      }
    } catch (error) {
      const reason = error instanceof Refusal ? error.message : "no answer";
      chat.host.tell("error", { errorType: "SET_USER_ERROR", data: { message: reason } });
    }
  }

  // The link in our mails: its token is worth a session in that one conversation.
  async function comeBack(token: string): Promise<void> {
    chat.host.tell("toggleBubble", { state: "open" });
    try {
      const { auth_token, pubsub_token } = await chat.api.linkBack(token);
      chat.restart(auth_token, pubsub_token);
      await chat.load();
      live.listen(true);
    } catch {
      chat.notice = { phrase: "linkExpired" };
    }
  }
}

/** The account's colour, and what reads on it, into the tokens. */
export function paintAccent(colour: string): void {
  const style = document.documentElement.style;
  style.setProperty("--accent", colour);
  style.setProperty("--on-accent", readableOn(colour));
  style.setProperty("--accent-text", `light-dark(${asTextOn(colour, "#ffffff")}, ${asTextOn(colour, "#1d1c1a")})`);
  style.setProperty("--accent-tint", `color-mix(in oklab, ${colour} 12%, var(--surface))`);
}

export function paintScheme(mode: string): void {
  if (mode === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = mode === "dark" ? "dark" : "light";
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
