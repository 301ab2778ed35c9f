// What the server wrote into the frame page: who we are talking for, and this visitor's session.

export interface Channel {
  websiteToken: string;
  websiteName: string;
  widgetColor: string;
  welcomeTitle: string;
  welcomeTagline: string;
  avatarUrl: string;
  locale: string;
  replyTime: string;
  enabledFeatures: string[];
  allowMessagesAfterResolved: boolean;
}

export interface Boot {
  channel: Channel;
  /** The visitor's session: header `X-Auth-Token` of every request. */
  authToken: string;
  /** The visitor's key to their own realtime events. */
  pubsubToken: string;
  /** The frame page's own `?locale=`, which a site may have chosen. */
  locale: string | null;
}

interface Globals {
  chatwootWebChannel?: Partial<Channel>;
  chatwootPubsubToken?: string;
  authToken?: string;
}

export function readBoot(globals: Globals, search: string): Boot {
  const given = globals.chatwootWebChannel ?? {};
  return {
    channel: {
      websiteToken: given.websiteToken ?? new URLSearchParams(search).get("website_token") ?? "",
      websiteName: given.websiteName ?? "",
      widgetColor: given.widgetColor || "#5558e3",
      welcomeTitle: given.welcomeTitle ?? "",
      welcomeTagline: given.welcomeTagline ?? "",
      avatarUrl: given.avatarUrl ?? "",
      locale: given.locale ?? "en",
      replyTime: given.replyTime ?? "",
      enabledFeatures: given.enabledFeatures ?? ["attachments", "emoji_picker"],
      allowMessagesAfterResolved: given.allowMessagesAfterResolved ?? true,
    },
    authToken: globals.authToken ?? "",
    pubsubToken: globals.chatwootPubsubToken ?? "",
    locale: new URLSearchParams(search).get("locale"),
  };
}
