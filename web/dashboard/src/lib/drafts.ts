// What was begun and not sent, one draft for each conversation and mode, for as long as the tab lives.

export type Mode = "reply" | "note";

const key = (conversation: number, mode: Mode) => `segue.desk.draft.${conversation}.${mode}`;

export function draftOf(conversation: number, mode: Mode): string {
  try {
    return sessionStorage.getItem(key(conversation, mode)) ?? "";
  } catch {
    return "";
  }
}

export function keepDraft(conversation: number, mode: Mode, text: string): void {
  try {
    if (text) sessionStorage.setItem(key(conversation, mode), text);
    else sessionStorage.removeItem(key(conversation, mode));
  } catch {
    // no storage: the text stays in the field as long as the conversation is open
  }
}
