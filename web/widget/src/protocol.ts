// What loader and frame say to each other: strings `chatwoot-widget:` + JSON `{event, …}`, the names integrators and mobile
// SDKs already use. Both sides check window and origin of the speaker, which the original protocol left open.

export const PREFIX = "chatwoot-widget:";

/** Host page → frame. */
export type HostEvent =
  | "config-set"
  | "set-user"
  | "set-custom-attributes"
  | "delete-custom-attribute"
  | "set-conversation-custom-attributes"
  | "delete-conversation-custom-attribute"
  | "set-label"
  | "remove-label"
  | "set-locale"
  | "set-color-scheme"
  | "toggle-open"
  | "change-url"
  | "toggle-close-button"
  | "push-event"
  | "widget-visible"
  | "sdk-set-bubble-visibility";

/** Frame → host page. Names of the original that nothing here sends or needs are kept for those who wrote their own host. */
export type FrameEvent =
  | "loaded"
  | "error"
  | "onEvent"
  | "setBubbleLabel"
  | "setAuthCookie"
  | "setCampaignReadOn"
  | "postback"
  | "toggleBubble"
  | "popoutChatWindow"
  | "closeWindow"
  | "onBubbleToggle"
  | "onLocationChange"
  | "updateIframeHeight"
  | "setUnreadMode"
  | "resetUnreadMode"
  | "handleNotificationDot"
  | "closeChat"
  | "playAudio";

export type Parcel<Event extends string = string> = { event: Event; [key: string]: unknown };

export function encode(event: HostEvent | FrameEvent, data: object = {}): string {
  return PREFIX + JSON.stringify({ ...data, event });
}

/** The parcel in a message's data, or null when it is not one of ours. */
export function decode(data: unknown): Parcel | null {
  if (typeof data !== "string" || !data.startsWith(PREFIX)) return null;
  try {
    const parcel = JSON.parse(data.slice(PREFIX.length)) as Parcel | null;
    return typeof parcel?.event === "string" ? parcel : null;
  } catch {
    return null;
  }
}
