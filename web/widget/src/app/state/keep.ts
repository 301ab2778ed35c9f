// What survives a reload: words not yet sent and the draft. Local storage may be forbidden inside a frame; then nothing survives.
import { compose, type Line } from "./thread";

interface Kept {
  draft: string;
  unsent: { key: string; content: string; at: number; tried: boolean }[];
}

const NOTHING: Kept = { draft: "", unsent: [] };

/** Unsent words older than this are not sent by themselves any more. */
const FRESH_MS = 24 * 3600_000;

/** Keeps the draft and what of `lines` is unsent. Another tab's words stay: those are all but the keys in `ours`. */
export function keep(websiteToken: string, draft: string, lines: Line[], ours: ReadonlySet<string>): void {
  const others = read(websiteToken).unsent.filter(({ key }) => !ours.has(key));
  const unsent = lines
    .filter((line) => line.id === null && line.content)
    .map((line) => ({ key: line.key, content: line.content ?? "", at: line.created_at * 1000, tried: line.tried === true }));
  const all = [...others, ...unsent];
  try {
    if (draft || all.length) localStorage.setItem(keyFor(websiteToken), JSON.stringify({ draft, unsent: all }));
    else localStorage.removeItem(keyFor(websiteToken));
  } catch {
    // Storage is forbidden or full: the words stay on the screen.
  }
}

export function kept(websiteToken: string, now: number): { draft: string; lines: Line[] } {
  const { draft, unsent } = read(websiteToken);
  const lines = unsent.map(({ key, content, at, tried }): Line => {
    const stale = now - at > FRESH_MS;
    return { ...compose(key, content, [], at), tried, state: stale ? "failed" : "waiting" };
  });
  return { draft, lines };
}

function read(websiteToken: string): Kept {
  try {
    const value = JSON.parse(localStorage.getItem(keyFor(websiteToken)) ?? "null") as Partial<Kept> | null;
    return { draft: String(value?.draft ?? ""), unsent: Array.isArray(value?.unsent) ? value.unsent : [] };
  } catch {
    return NOTHING;
  }
}

function keyFor(websiteToken: string): string {
  return `segue_unsent_${websiteToken}`;
}
