// The desk's keys in one table: what they do is decided where they are heard, what they are called is said here.

export const KEYS = [
  ["j", "Next in the list"],
  ["k", "The one before"],
  ["Enter", "Open it"],
  ["x", "Choose a mail of the inbound log"],
  ["r", "Reply"],
  ["n", "Write a note"],
  ["e", "Resolve, or open again"],
  ["a", "Assign"],
  ["s", "Snooze"],
  ["i", "Show the contact"],
  ["/", "Search"],
  ["Mod+K", "Go anywhere, do anything"],
  ["Mod+Enter", "Send"],
  ["Mod+Shift+Enter", "Send and resolve"],
  ["Esc", "Close, go back"],
  ["?", "This list"],
] as const;

export const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

/** A key as its keyboard calls it: `Mod+K` → `⌘ K` or `Ctrl K`. */
export function keyName(key: string): string[] {
  const names: Record<string, string> = isMac ? { Mod: "⌘", Shift: "⇧", Enter: "↵" } : { Mod: "Ctrl", Enter: "↵" };
  return key.split("+").map((part) => names[part] ?? part);
}

/** Whether somebody is writing, so that letters are letters. */
export function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches("input:not([type=checkbox]):not([type=radio]), textarea, select");
}

/** Whether a dialog or menu has the keyboard. */
export function isCovered(): boolean {
  return document.querySelector("[role=dialog][data-state=open], [role=menu][data-state=open]") !== null;
}
