// Where a mail is cut, why, in words, and what a message says once its cut is moved.
import type { Agent, CutPart, MailCut, Message } from "../api/types";
import { mailOf } from "./mail";

const KINDS: Record<string, string> = {
  written: "written",
  quoted: "earlier mail",
  quote_header: "earlier mail",
  signature: "signature",
  footer: "added by a program",
  forwarded: "a forwarded mail",
};

const RULES: Record<string, string> = {
  attribution: "introduced by a line that says who wrote and when",
  "quoted lines": "quoted line by line",
  "header block": "introduced by its headers",
  separator: "below a dividing line",
  "our address": "introduced by a line that names our address",
  "own words": "it repeats what we wrote",
  "below an introduction": "it introduces the words below",
  "too long": "the text goes on for too long",
  interleaved: "answers stand between the lines they answer",
  delimiter: "below the mark “--”",
  closing: "a closing with the name",
  "mobile footer": "the line of a telephone",
  "legal footer": "a legal notice",
  "antivirus footer": "the line of a virus scanner",
  "list footer": "the footer of a mailing list",
  "quote element": "marked as a quote",
  "signature element": "marked as a signature",
  cite: "marked as a quote by the mail program",
};

// Programs whose name is not just the rule with a capital letter.
const PROGRAMS: Record<string, string> = {
  gmail_quote: "Gmail",
  apple: "Apple Mail",
  aol: "AOL",
  gmx: "GMX",
  qq: "QQ Mail",
  "mail.ru": "Mail.ru",
  "wp.pl": "WP",
  "em client": "eM Client",
  android: "Android",
  "k-9": "K-9 Mail",
  hubspot: "HubSpot",
  "open-xchange": "Open-Xchange",
};

const KNOWN = new Set("gmail outlook thunderbird yahoo proton tuta fastmail zimbra roundcube horde infomaniak netease zoho samsung newton spark superhuman airmail mailspring mailbird front missive freshdesk yandex hey".split(" "));

const SURE: Record<string, string> = { certain: "certain", likely: "likely", unsure: "not sure" };

/** What a rule looks at, in words; one that is not known here is called by its name. */
export function ruleWords(rule: string): string {
  const program = rule.replace(/ signature$/, "");
  const name = PROGRAMS[program] ?? (KNOWN.has(program) ? program.charAt(0).toUpperCase() + program.slice(1) : null);
  return RULES[rule] ?? (name ? `marked by ${name}` : `by the rule “${rule}”`);
}

/** `earlier mail, marked by Gmail — certain`. */
export function whyCut({ kind, rule, confidence }: Pick<CutPart, "kind" | "rule" | "confidence">): string {
  return `${KINDS[kind] ?? kind.replaceAll("_", " ")}, ${ruleWords(rule)} — ${SURE[confidence] ?? confidence}`;
}

const WHOLE: Record<string, string> = {
  whole: "Nothing was cut: it is all new",
  "no words": "Nothing was cut: there are no words",
  "nothing new": "Nothing was cut: all of it is earlier mail",
};

/** What was decided of a mail as a whole. Null for mails that came before this was noted. */
export function cutWords(message: Message, agents: readonly Agent[]): string | null {
  const cut = mailOf(message)?.cut;
  if (!cut) return null;
  const by = movedBy(cut, agents);
  const { rule, confidence } = cut.found ?? cut;
  const found = rule ? (WHOLE[rule] ?? `Folded away: ${ruleWords(rule)} — ${SURE[confidence ?? ""] ?? confidence}`) : null;
  return [by ? `The cut was moved by ${by}.` : null, found ? `${found}.` : null].filter(Boolean).join(" ") || null;
}

/** Who moved it, or null while it is as it was found. */
export function movedBy(cut: MailCut | null | undefined, agents: readonly Agent[]): string | null {
  if (!cut?.by) return null;
  return agents.find(({ id }) => id === cut.by)?.name ?? "a colleague";
}

/** A run of lines, with the words for why it is what it is; none where the line above has said it. */
export interface Stretch {
  lines: string[];
  /** The first line's number; 0 is the first of the mail. */
  from: number;
  shown: boolean;
  why: string | null;
}

/** The parts with their lines; what the introduction to earlier mail says is not said again of the mail. */
export function stretches(lines: readonly string[], parts: readonly CutPart[]): Stretch[] {
  return parts.map((part, at) => {
    const before = parts[at - 1];
    const introduced = part.kind === "quoted" && before?.kind === "quote_header" && before.shown === part.shown;
    return {
      lines: lines.slice(part.line, parts[at + 1]?.line),
      from: part.line,
      shown: part.shown,
      why: part.kind === "written" || introduced ? null : whyCut(part),
    };
  });
}

/** The same with the place where somebody cut it by hand: what is above is shown, and the first line below says who did it. */
export function cutByHand(all: readonly Stretch[], kept: number, by: string): Stretch[] {
  return all.flatMap((one): Stretch[] => {
    const above = kept - one.from;
    if (above >= one.lines.length) return [{ ...one, shown: true }];
    const why = `cut here by ${by}`;
    if (above < 0) return [{ ...one, shown: false }];
    const below = { ...one, lines: one.lines.slice(above), from: kept, shown: false, why: above === 0 && one.why ? `${why}: ${one.why}` : why };
    return above === 0 ? [below] : [{ ...one, lines: one.lines.slice(0, above), shown: true }, below];
  });
}

/** Where the mail can be cut for a reason: the number of lines above, and the reason. */
export function cutPoints(lines: readonly string[], parts: readonly CutPart[]): Map<number, string> {
  const least = leastLines(lines);
  const found = stretches(lines, parts).filter(({ why, from }) => why !== null && from >= least);
  return new Map(found.map(({ from, why }) => [from, why ?? ""]));
}

const WORDS = /[\p{L}\p{N}\p{Extended_Pictographic}?+!^:]/u;

/** How many lines from the top must stay, so that the message has words. */
export function leastLines(lines: readonly string[]): number {
  const first = lines.findIndex((line) => WORDS.test(line));
  return first < 0 ? lines.length : first + 1;
}

/** Where the mail is cut now: the lines above. */
export function linesKept(lines: readonly string[], parts: readonly CutPart[], kept: number | null): number {
  const hidden = parts.find((part) => !part.shown && part.line >= leastLines(lines));
  return Math.min(Math.max(kept ?? hidden?.line ?? lines.length, leastLines(lines)), lines.length);
}

/** The message as it will be with that many lines, or as it was found. */
export function withCut(message: Message, lines: readonly string[], kept: number | null, by: number): Message {
  const email = mailOf(message);
  if (!email) return message;
  const before = email.cut?.found;
  if (kept === null && !before) return message;
  const content = kept === null ? (before?.content ?? null) : lines.slice(0, kept).map((line) => line.trimEnd()).join("\n").trim();
  const found = before ?? { content: message.content, rule: email.cut?.rule, confidence: email.cut?.confidence };
  const back = before?.rule ? { ...email.cut, rule: before.rule, confidence: before.confidence ?? "", by: undefined, lines: undefined, found: undefined } : undefined;
  const moved = { ...email.cut, rule: "by hand", confidence: "certain", by, lines: kept ?? 0, found };
  const fresh = (body: typeof email.text_content) => (body && "quoted" in body ? { ...body, quoted: content } : body);
  const changed = { ...email, cut: kept === null ? back : moved, text_content: fresh(email.text_content), html_content: fresh(email.html_content) };
  return { ...message, content, content_attributes: { ...message.content_attributes, email: changed } };
}
