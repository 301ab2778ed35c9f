// What a site may set before the loader runs, in `window.chatwootSettings` (or `segueSettings`); read once.

export type ColorScheme = "light" | "auto" | "dark";

export interface Settings {
  hideMessageBubble: boolean;
  position: "left" | "right";
  type?: "standard" | "expanded_bubble";
  widgetStyle?: "standard" | "flat";
  darkMode: ColorScheme;
  showPopoutButton?: boolean;
  useBrowserLanguage?: boolean;
  /** Absent means yes, here and in the next. */
  enableEmojiPicker?: boolean;
  enableEndConversation?: boolean;
  /** Absent: what the inbox says. */
  enableFileUpload?: boolean;
  locale?: string;
  launcherTitle?: string;
  /** The cookies' domain, where subdomains share a visitor. */
  baseDomain?: string;
  welcomeTitle?: string;
  welcomeDescription?: string;
  availableMessage?: string;
  unavailableMessage?: string;
}

/** The site's settings over the defaults. */
export function readSettings(given: unknown): Settings {
  return {
    hideMessageBubble: false,
    position: "right",
    darkMode: "light",
    ...(given as Partial<Settings> | undefined),
  };
}
