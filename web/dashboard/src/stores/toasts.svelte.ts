// Short words at the foot of the page: what was done, with a way back, or what went wrong.

export interface Toast {
  id: number;
  words: string;
  tone: "plain" | "bad";
  action: { words: string; run: () => void } | null;
}

const STAYS_MS = 7000;

class Toasts {
  list = $state.raw<Toast[]>([]);
  #last = 0;

  say(words: string, action: Toast["action"] = null): void {
    this.#add(words, "plain", action);
  }

  fail(error: unknown, action: Toast["action"] = null): void {
    this.#add(error instanceof Error ? error.message : String(error), "bad", action);
  }

  dismiss(id: number): void {
    this.list = this.list.filter((one) => one.id !== id);
  }

  #add(words: string, tone: Toast["tone"], action: Toast["action"]): void {
    const id = ++this.#last;
    this.list = [...this.list.slice(-2), { id, words, tone, action }];
    setTimeout(() => this.dismiss(id), STAYS_MS);
  }
}

export const toasts = new Toasts();
