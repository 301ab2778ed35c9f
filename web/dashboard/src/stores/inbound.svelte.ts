// The inbound log as it is shown: one filter's mails so far, the counts, what is chosen, and a replay under way.
import type { Concluded, InboundCounts, InboundMail, InboundState } from "../api/types";
import { EVERY, isReplayable, queryOf, searchOf, type Filter } from "../lib/inbound";
import { session } from "./session.svelte";

/** How many mails are replayed with one request: few enough that progress is seen. */
const AT_ONCE = 25;
const SETTLES_MS = 250;

class InboundLog {
  mails = $state.raw<InboundMail[] | null>(null);
  counts = $state.raw<InboundCounts | null>(null);
  filter = $state.raw<Filter>(EVERY);
  problem = $state<string | null>(null);
  loading = $state(false);
  next = $state<number | null>(null);
  chosen = $state.raw<ReadonlySet<number>>(new Set());
  /** A replay of many under way. */
  progress = $state.raw<{ done: number; total: number } | null>(null);

  #asked = 0;
  /** The filter that the mails are of, as an address carries it. */
  #shown: string | null = null;
  #soon: ReturnType<typeof setTimeout> | undefined;
  #stop = false;

  ids = $derived((this.mails ?? []).map((mail) => mail.id));

  /** Shows the mails of a filter. Those of the one before stay in sight until they have come. */
  async look(filter: Filter): Promise<void> {
    if (searchOf(filter) !== searchOf(this.filter)) this.chosen = new Set();
    this.filter = filter;
    await this.refresh();
  }

  /** Reads the first page again and keeps what stands below it. */
  async refresh(): Promise<void> {
    const mine = ++this.#asked;
    const wanted = searchOf(this.filter);
    void this.count();
    try {
      const { payload, meta } = await session.desk.inboundMails(queryOf(this.filter));
      if (mine !== this.#asked) return;
      const below = wanted === this.#shown ? under(this.mails ?? [], meta.next_before) : null;
      this.next = below && this.next !== null ? Math.min(this.next, meta.next_before ?? 0) : below ? null : meta.next_before;
      this.mails = [...payload, ...(below ?? [])];
      this.#shown = wanted;
      this.problem = null;
    } catch (error) {
      if (mine === this.#asked) this.problem = (error as Error).message;
    }
  }

  /** Something changed elsewhere, perhaps many things at once: read when it has settled. */
  refreshSoon(changed?: { id?: number; state?: InboundState }): void {
    const { id, state } = changed ?? {};
    if (id && state && this.mails) this.mails = this.mails.map((mail) => (mail.id === id ? { ...mail, state } : mail));
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      if (this.mails) void this.refresh();
      else void this.count();
    }, SETTLES_MS);
  }

  async count(): Promise<void> {
    this.counts = await session.desk.inboundCounts().catch(() => this.counts);
  }

  async more(): Promise<void> {
    if (!this.next || !this.mails || this.loading || this.#shown !== searchOf(this.filter)) return;
    const shown = this.#shown;
    this.loading = true;
    try {
      const { payload, meta } = await session.desk.inboundMails(queryOf(this.filter, this.next));
      if (shown !== this.#shown) return;
      const known = new Set(this.ids);
      this.mails = [...this.mails, ...payload.filter((mail) => !known.has(mail.id))];
      this.next = meta.next_before;
    } finally {
      this.loading = false;
    }
  }

  choose(id: number, on = !this.chosen.has(id)): void {
    const chosen = new Set(this.chosen);
    if (on) chosen.add(id);
    else chosen.delete(id);
    this.chosen = chosen;
  }

  /** Everything shown that a replay could change. */
  chooseShown(): void {
    this.chosen = new Set((this.mails ?? []).filter((mail) => isReplayable(mail.state)).map((mail) => mail.id));
  }

  chooseNone(): void {
    this.chosen = new Set();
  }

  /** Processes these mails again, some at a time; what became of them. */
  async replay(ids: number[]): Promise<Concluded[]> {
    return this.#replaying(ids.length, async (into) => {
      for (let at = 0; at < ids.length && !this.#stop; at += AT_ONCE) await into(ids.slice(at, at + AT_ONCE));
    });
  }

  /** Processes all failed mails again, page by page downwards, so that one that fails anew is not met twice. */
  async replayFailed(): Promise<Concluded[]> {
    return this.#replaying(this.counts?.failed ?? 0, async (into) => {
      let before: number | null = null;
      do {
        const page: Awaited<ReturnType<typeof session.desk.inboundMails>> = await session.desk.inboundMails(queryOf({ ...EVERY, state: "failed" }, before));
        const ids = page.payload.map((mail) => mail.id);
        for (let at = 0; at < ids.length && !this.#stop; at += AT_ONCE) await into(ids.slice(at, at + AT_ONCE));
        before = page.meta.next_before;
      } while (before && !this.#stop);
    });
  }

  /** Ends a replay under way after the request that runs. */
  stop(): void {
    this.#stop = true;
  }

  async #replaying(total: number, work: (into: (ids: number[]) => Promise<void>) => Promise<void>): Promise<Concluded[]> {
    const results: Concluded[] = [];
    this.#stop = false;
    this.progress = { done: 0, total };
    try {
      await work(async (ids) => {
        if (ids.length === 0) return;
        results.push(...(await session.desk.replayManyInbound(ids)).results);
        this.progress = { done: results.length, total: Math.max(total, results.length) };
      });
    } finally {
      this.progress = null;
      this.chosen = new Set();
      await this.refresh();
    }
    return results;
  }
}

/**
 * What was shown below a fresh first page, which reaches down to `next`. Null where the two do not meet: then only the
 * page is sure to be without a gap. (A search may end a page before it is full.)
 */
export function under(shown: InboundMail[], next: number | null): InboundMail[] | null {
  const top = shown[0]?.id;
  return next === null || top === undefined || top < next ? null : shown.filter((mail) => mail.id < next);
}

export const inbound = new InboundLog();
