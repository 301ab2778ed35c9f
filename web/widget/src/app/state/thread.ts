// The thread as pure functions over a list of lines: what arrived, what is on its way, how it is grouped for the eye.
import { MessageType, type Message } from "@segue/ui/wire";

/** `waiting`: will be sent when the server can be reached; `failed`: refused, a person decides. */
export type LineState = "sent" | "sending" | "waiting" | "failed";

export interface Line extends Omit<Message, "id"> {
  /** Stable for the eye: what the line was called first. */
  key: string;
  /** Null until the server has it. */
  id: number | null;
  state: LineState;
  /** Why it failed, in the server's words; may be empty. */
  reason?: string;
  /** It was sent at least once without an answer: the server may have it after all. */
  tried?: boolean;
  /** Files on their way. */
  files?: File[];
}

export interface Group {
  key: string;
  mine: boolean;
  name: string;
  avatar: string;
  lines: Line[];
  /** The first group of a day: midnight of that day, local, epoch ms. */
  day: number | null;
}

const JOIN_WITHIN_S = 300;

export const isMine = (line: Pick<Line, "message_type">): boolean => line.message_type === MessageType.incoming;

/** The lines with the messages among them: known ones updated, own ones recognised by their echo, the rest in order of time. */
export function receive(lines: Line[], messages: Message[]): Line[] {
  const next = [...lines];
  for (const message of messages) {
    if (message.private || message.message_type === MessageType.activity) continue;
    const at = next.findIndex((line) => isSame(line, message));
    const known = next[at];
    const line: Line = { ...message, key: known?.key ?? message.echo_id ?? `m${message.id}`, state: "sent" };
    if (known) next[at] = line;
    else next.push(line);
  }
  return next.sort(byTime);
}

function isSame(line: Line, message: Message): boolean {
  if (line.id !== null) return line.id === message.id;
  if (message.echo_id) return line.key === message.echo_id;
  // The answer to a send was lost and history has no echoes: the same words of ours, not older than the try, are that line.
  return line.tried === true && isMine(message) && line.content === message.content && message.created_at >= line.created_at - 60;
}

function byTime(one: Line, other: Line): number {
  if (one.id === null || other.id === null) return Number(one.id === null) - Number(other.id === null);
  return one.created_at - other.created_at || one.id - other.id;
}

/** A line just written; `now` in epoch ms. */
export function compose(key: string, content: string, files: File[], now: number): Line {
  return {
    key,
    id: null,
    content,
    message_type: MessageType.incoming,
    content_type: "text",
    created_at: Math.floor(now / 1000),
    conversation_id: 0,
    state: "waiting",
    files,
  };
}

export function mark(lines: Line[], key: string, change: Partial<Pick<Line, "state" | "reason" | "tried" | "content_attributes">>): Line[] {
  return lines.map((line) => (line.key === key ? { ...line, ...change } : line));
}

export function discard(lines: Line[], key: string): Line[] {
  return lines.filter((line) => line.key !== key);
}

export function newestId(lines: Line[]): number | undefined {
  return lines.reduce<number | undefined>((newest, { id }) => (id !== null && id > (newest ?? 0) ? id : newest), undefined);
}

export function oldestId(lines: Line[]): number | undefined {
  return lines.find(({ id }) => id !== null)?.id ?? undefined;
}

/** How many of the team's messages the visitor has not seen: later than `seenAt` (epoch s) and than the message `seenId`. */
export function unreadCount(lines: Line[], seenAt: number, seenId: number): number {
  return lines.filter((line) => !isMine(line) && line.id !== null && line.id > seenId && line.created_at > seenAt).length;
}

/** Consecutive lines of one author within five minutes and one day stand together; an e-mail card stands alone. */
export function group(lines: Line[]): Group[] {
  const groups: Group[] = [];
  let lastDay: number | null = null;
  for (const line of lines) {
    const day = new Date(line.created_at * 1000).setHours(0, 0, 0, 0);
    const current = groups.at(-1);
    if (current && day === lastDay && joins(current, line)) {
      current.lines.push(line);
      continue;
    }
    groups.push({
      key: line.key,
      mine: isMine(line),
      name: authorName(line),
      avatar: line.sender?.avatar_url || line.sender?.thumbnail || "",
      lines: [line],
      day: day === lastDay ? null : day,
    });
    lastDay = day;
  }
  return groups;
}

function joins(current: Group, line: Line): boolean {
  const last = current.lines.at(-1) as Line;
  const card = last.content_type === "input_email" || line.content_type === "input_email";
  return !card && current.mine === isMine(line) && (current.mine || current.name === authorName(line)) && line.created_at - last.created_at < JOIN_WITHIN_S;
}

function authorName(line: Line): string {
  return isMine(line) ? "" : line.sender?.available_name || line.sender?.name || "";
}
