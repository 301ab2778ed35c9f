// What was written and not yet confirmed. Words survive a reload (sessionStorage); nothing leaves before the server has it.
import { ApiError } from "../api/client";
import type { Message } from "../api/types";
import type { Pending } from "./lines";
import { session } from "./session.svelte";

const KEY = "segue.desk.outbox";

class Outbox {
  list = $state.raw<Pending[]>(restored());

  /** Sends and keeps trying only when asked to; answers the confirmed message, or null when it failed. */
  async send(pending: Omit<Pending, "echo" | "at" | "state" | "error">): Promise<Message | null> {
    const one: Pending = { ...pending, echo: crypto.randomUUID?.() ?? `${Date.now()}-${this.list.length}`, at: Date.now() / 1000, state: "sending", error: null };
    this.#set([...this.list, one]);
    return this.#deliver(one);
  }

  retry(echo: string): Promise<Message | null> {
    const one = this.list.find((other) => other.echo === echo);
    if (!one || one.state === "sending") return Promise.resolve(null);
    this.#change(echo, { state: "sending", error: null });
    return this.#deliver(one);
  }

  drop(echo: string): void {
    this.#set(this.list.filter((one) => one.echo !== echo));
  }

  async #deliver(one: Pending): Promise<Message | null> {
    try {
      const message = await session.desk.createMessage(one.conversation, formOf(one));
      this.drop(one.echo);
      return message;
    } catch (error) {
      this.#change(one.echo, { state: "failed", error: error instanceof ApiError ? error.message : String(error) });
      return null;
    }
  }

  #change(echo: string, change: Partial<Pending>): void {
    this.#set(this.list.map((one) => (one.echo === echo ? { ...one, ...change } : one)));
  }

  #set(list: Pending[]): void {
    this.list = list;
    try {
      sessionStorage.setItem(KEY, JSON.stringify(list.map((one) => ({ ...one, files: [] }))));
    } catch {
      // storage full or forbidden: kept in memory all the same
    }
  }
}

/** The request for a message: JSON, or a form where there are files. */
export function formOf(one: Pending): object {
  const fields: Record<string, string | boolean> = { content: one.content, private: one.isNote, echo_id: one.echo };
  if (!one.isNote) fields.delivery = one.delivery;
  if (one.cc.length > 0) fields.cc_emails = one.cc.join(",");
  if (one.to.length > 0) fields.to_emails = one.to.join(",");
  if (one.template) return { ...fields, template_params: one.template };
  if (one.files.length === 0) return fields;
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, String(value));
  for (const file of one.files) form.append("attachments[]", file, file.name);
  return form;
}

function restored(): Pending[] {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "[]") as Pending[];
    // Whether it arrived before the reload is unknown: the person decides.
    return kept.map((one) => ({ ...one, files: [], state: "failed", error: one.error ?? "The page was left before the server confirmed it." }));
  } catch {
    return [];
  }
}

export const outbox = new Outbox();
