// The two things on the host page: the bubble, and the holder with the frame in it. Knows nothing of messages.
import type { Settings } from "./settings";
import style from "./style.css?inline";

const root = document.documentElement;

export type View = ReturnType<typeof buildView>;

export function buildView(settings: Settings, onToggle: () => void) {
  // Not a <style> element, which a strict style-src of the host page would refuse.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  document.adoptedStyleSheets.push(sheet);

  const look = ` woot-elements--${settings.position} woot--hide` + (settings.widgetStyle === "flat" ? " woot--flat" : "");
  const frame = make("iframe", "", "chatwoot_live_chat_widget");
  const holder = make("div", "woot-widget-holder" + look, "cw-widget-holder", frame);
  const words = make("span", "");
  const badge = make("b", "");
  const bubble = make("button", "woot-widget-bubble" + look, "", words, badge);
  frame.allow = "autoplay";
  bubble.onclick = onToggle;
  // Not into the body, which may not be there yet when a snippet in the head runs, and which some sites replace.
  root.append(holder, make("div", "woot--bubble-holder", "", bubble));

  const view = {
    bubble,
    frame,
    show(open: boolean) {
      toggle(holder, "woot--hide", !open);
      toggle(root, "woot--open", open);
      bubble.ariaExpanded = String(open);
    },
    hideBubble: (hidden: boolean) => toggle(bubble, "woot--hide", hidden),
    /** What the bubble is called, aloud and (expanded) in words. */
    label(text: string) {
      bubble.ariaLabel = frame.title = text;
      if (settings.type === "expanded_bubble") words.textContent = `\u2002${settings.launcherTitle || text}\u2002`;
    },
    badge(count: number) {
      badge.textContent = count > 9 ? "9+" : String(count || "");
    },
    /** Background and ink as CSS colours, from the frame, which knows the account's colour and what reads on it. */
    colour([background, ink]: [string, string]) {
      bubble.style.background = background;
      bubble.style.color = ink;
    },
  };
  view.label("Chat");
  return view;
}

function toggle(element: Element, name: string, on: boolean): void {
  element.classList.toggle(name, on);
}

function make<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, className: string, id = "", ...children: Node[]) {
  const element = document.createElement(tag);
  element.className = className;
  if (id) element.id = id;
  element.append(...children);
  return element;
}
