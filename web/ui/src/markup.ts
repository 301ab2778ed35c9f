// Turns message text into a flat list of pieces that components render as elements and text nodes: never through innerHTML.
// `linkify` finds addresses; `markup` also knows what agents type: **strong**, *emphasis*, `code` and [words](address).

export type Piece =
  | { kind: "text" | "strong" | "em" | "code"; text: string }
  | { kind: "link"; text: string; href: string };

// A web address, a www. name, or a mail address. Kept linear: no nested repetition over the same characters.
const ADDRESS = /\bhttps?:\/\/[^\s<>"'`]+|\bwww\.[^\s<>"'`]+|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/gi;

const MARKUP =
  /\[([^\]\n]{1,300})\]\(([^\s()]{1,2000}(?:\([^\s()]{0,200}\))?[^\s()]{0,200})\)|`([^`\n]{1,1000})`|\*\*(\S(?:[^\n*]{0,1000}\S)?)\*\*|(?<![\w*])[*_](\S(?:[^\n*_]{0,1000}[^\s*_])?)[*_](?![\w*])/g;

/** Text with the web and mail addresses in it as links; the pieces' texts put together are the input. */
export function linkify(text: string): Piece[] {
  const pieces: Piece[] = [];
  let done = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const shown = withoutTrailingMarks(found[0]);
    const href = safeHref(shown);
    if (!href || found.index < done) continue;
    push(pieces, text.slice(done, found.index));
    pieces.push({ kind: "link", text: shown, href });
    done = found.index + shown.length;
  }
  push(pieces, text.slice(done));
  return pieces;
}

/** `linkify` plus the small part of Markdown that people type in a chat; unknown or unsafe constructs stay as they were written. */
export function markup(text: string): Piece[] {
  const pieces: Piece[] = [];
  let done = 0;
  for (const found of text.matchAll(MARKUP)) {
    const [whole, words, address, code, strong, em] = found;
    const piece = pieceFor(words, address, code, strong, em);
    // An underscore or star inside an address belongs to the address.
    if (!piece || insideAddress(text, found.index)) continue;
    pieces.push(...linkify(text.slice(done, found.index)), piece);
    done = found.index + whole.length;
  }
  pieces.push(...linkify(text.slice(done)));
  return pieces;
}

/** An address made clickable, or null: only http, https and mailto ever become links. */
export function safeHref(address: string): string | null {
  const trimmed = address.trim();
  const full = /^www\./i.test(trimmed) ? `https://${trimmed}` : /^[^\s:/@]+@[^\s:/@]+$/.test(trimmed) ? `mailto:${trimmed}` : trimmed;
  if (!/^(https?:\/\/[^/\s]|mailto:[^\s]+@)/i.test(full)) return null;
  try {
    return new URL(full).href;
  } catch {
    return null;
  }
}

function pieceFor(words?: string, address?: string, code?: string, strong?: string, em?: string): Piece | null {
  if (words !== undefined && address !== undefined) {
    const href = safeHref(address);
    return href ? { kind: "link", text: words, href } : null;
  }
  if (code !== undefined) return { kind: "code", text: code };
  if (strong !== undefined) return { kind: "strong", text: strong };
  return em === undefined ? null : { kind: "em", text: em };
}

function insideAddress(text: string, at: number): boolean {
  const wordStart = text.slice(Math.max(0, at - 2000), at).search(/\S*$/);
  return /^[(<"']*(https?:\/\/|www\.)/i.test(text.slice(Math.max(0, at - 2000) + wordStart, at));
}

// "(see https://a.example/b)." links https://a.example/b; a bracket that opened inside the address stays in it.
function withoutTrailingMarks(address: string): string {
  let end = address.length;
  for (; end > 0; end--) {
    const last = address.charAt(end - 1);
    if (/[.,;:!?…*_]/.test(last)) continue;
    if (last === ")" && count(address, ")", end) > count(address, "(", end)) continue;
    if (last === "]" && count(address, "]", end) > count(address, "[", end)) continue;
    break;
  }
  return address.slice(0, end);
}

function count(text: string, character: string, end: number): number {
  return text.slice(0, end).split(character).length - 1;
}

function push(pieces: Piece[], text: string): void {
  if (text) pieces.push({ kind: "text", text });
}
