// The conversation list as data: pure functions from what is shown and what happened to what is shown next.
import type { Conversation, Counts, Message, Status } from "../api/types";

export interface View {
  assignee: "me" | "unassigned" | "all";
  status: Status | "all";
  inbox: number | null;
  q: string;
}

/** Which view is worth opening first, by what there is in each. */
export function firstView(counts: Counts | null): View["assignee"] {
  if (!counts || counts.mine_count > 0) return "me";
  if (counts.unassigned_count > 0) return "unassigned";
  return counts.all_count === 0 ? "all" : "me";
}

/** Whether a conversation belongs in a view. What a search finds only the server knows. */
export function belongs(row: Conversation, view: View, me: number): boolean {
  if (view.status !== "all" && row.status !== view.status) return false;
  if (view.inbox !== null && row.inbox_id !== view.inbox) return false;
  const assignee = row.meta.assignee?.id ?? null;
  if (view.assignee === "me") return assignee === me;
  if (view.assignee === "unassigned") return assignee === null;
  return true;
}

/** The newest activity first; the newer number first where that is equal. */
export function sorted(rows: Conversation[]): Conversation[] {
  return [...rows].sort((one, other) => other.last_activity_at - one.last_activity_at || other.id - one.id);
}

/** Adds a page below (or a first page over) what is there; the page's version of a conversation wins. */
export function withPage(rows: Conversation[], page: Conversation[]): Conversation[] {
  const ids = new Set(page.map((row) => row.id));
  return sorted([...rows.filter((row) => !ids.has(row.id)), ...page]);
}

/**
 * A fresh first page over what is there. Rows that should stand among the page's but do not have left the view;
 * rows older than the page's last stay. `complete`: the page is all there is.
 */
export function refreshed(rows: Conversation[], page: Conversation[], complete: boolean): Conversation[] {
  const oldest = page.at(-1)?.last_activity_at ?? 0;
  return withPage(complete ? [] : rows.filter((row) => row.last_activity_at < oldest), page);
}

/** A conversation changed: replaced, added, or taken out where it no longer belongs. `keep` stays even so (it is open). */
export function withConversation(rows: Conversation[], changed: Conversation, view: View, me: number, keep: number | null): Conversation[] {
  const known = rows.find((row) => row.id === changed.id);
  const merged = known ? { ...known, ...changed } : changed;
  const others = rows.filter((row) => row.id !== changed.id);
  const wanted = belongs(merged, view, me) && (known !== undefined || view.q === "");
  return wanted || (known && changed.id === keep) ? sorted([...others, merged]) : others;
}

/** Activity lines, and the card that asks for an address: rows show what people said. */
function isAside(message: Message): boolean {
  return message.message_type === 2 || message.content_type === "input_email";
}

/** A message came: its row moves up and shows it; unread grows unless it is ours or being read. Unknown rows: unchanged. */
export function withMessage(rows: Conversation[], message: Message, reading: number | null): Conversation[] {
  const row = rows.find((one) => one.id === message.conversation_id);
  if (!row) return rows;
  const isNew = message.id > (latest(row)?.id ?? 0);
  const incoming = message.message_type === 0;
  const changed: Conversation = {
    ...row,
    messages: isNew ? [message] : row.messages.map((one) => (one.id === message.id ? message : one)),
    last_non_activity_message:
      isAside(message) || !(isNew || row.last_non_activity_message?.id === message.id) ? row.last_non_activity_message : message,
    last_activity_at: isNew ? Math.max(row.last_activity_at, message.created_at) : row.last_activity_at,
    unread_count: reading === row.id ? 0 : row.unread_count + (isNew && incoming ? 1 : 0),
  };
  return sorted(rows.map((one) => (one.id === row.id ? changed : one)));
}

export function withRead(rows: Conversation[], id: number): Conversation[] {
  return rows.map((row) => (row.id === id && row.unread_count > 0 ? { ...row, unread_count: 0 } : row));
}

/** Contacts came or left: their availability by id. */
export function withPresence(rows: Conversation[], here: Record<string, string>): Conversation[] {
  return rows.map((row) => {
    const status = here[row.meta.sender.id];
    if (!status || status === row.meta.sender.availability_status) return row;
    return { ...row, meta: { ...row.meta, sender: { ...row.meta.sender, availability_status: status } } };
  });
}

/** The message a row shows. */
export function latest(row: Conversation): Message | undefined {
  return row.last_non_activity_message ?? row.messages.at(-1);
}

/** The neighbour of a row, `step` rows down (or up); from nowhere, the first. */
export function neighbour(rows: Conversation[], from: number | null, step: 1 | -1): Conversation | undefined {
  const at = rows.findIndex((row) => row.id === from);
  if (at < 0) return rows[0];
  return rows[Math.min(rows.length - 1, Math.max(0, at + step))];
}
