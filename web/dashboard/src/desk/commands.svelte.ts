// Signals between the keyboard, the palette and the panes: what is open, and what was just asked for.
import { router } from "../lib/router.svelte";
import { neighbour } from "../stores/rows";
import { conversations } from "../stores/conversations.svelte";
import { session } from "../stores/session.svelte";
import { thread } from "../stores/thread.svelte";

class Commands {
  palette = $state(false);
  help = $state(false);
  sidebar = $state(false);
  contact = $state(false);
  assign = $state(false);
  snooze = $state(false);
  search = $state(0);
  /** Asks the composer to take the focus in a mode; the number makes each asking new. */
  compose = $state.raw<{ mode: "reply" | "note"; to: string | null; asked: number }>({ mode: "reply", to: null, asked: 0 });

  write(mode: "reply" | "note", to: string | null = null): void {
    this.compose = { mode, to, asked: this.compose.asked + 1 };
  }

  /** Moves the focus through the list; when it is not there yet, to the open row's neighbour. */
  step(by: 1 | -1): void {
    const focused = document.activeElement?.closest<HTMLElement>("[data-row]");
    const from = focused ? Number(focused.dataset.row) : thread.number;
    const next = neighbour(conversations.rows, from, by);
    if (next) document.querySelector<HTMLElement>(`[data-row="${next.id}"]`)?.focus();
  }

  openRow(): void {
    document.activeElement?.closest<HTMLElement>("[data-row]")?.click();
  }

  toggleResolved(): void {
    void thread.setStatus(thread.conversation?.status === "open" ? "resolved" : "open");
  }

  back(): void {
    if (this.contact) this.contact = false;
    else if (thread.number) router.go(`${session.at}/conversations`);
  }
}

export const commands = new Commands();
