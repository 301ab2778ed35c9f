// Sending: one message at a time, in the order they were written. Without an answer they wait and go again by themselves;
// refused ones wait for a person. What has words survives a reload.
import { NoAnswer, Refusal, type NewMessage } from "../api";
import { pauseBefore } from "@segue/ui/cable";
import type { Chat } from "./chat.svelte";
import { keep, kept } from "./keep";
import { compose, type Line } from "./thread";

/** Bytes; the server's own limit for an upload. */
export const LARGEST_FILE = 40 * 1024 * 1024;
const TYPING_AGAIN_MS = 10_000;
const TYPING_STOPS_MS = 4_000;

export class Outbox {
  readonly #chat: Chat;
  #busy = false;
  #tries = 0;
  #again: ReturnType<typeof setTimeout> | undefined;
  #draft = "";
  /** Keys of the lines this tab answers for. */
  readonly #ours: Set<string>;
  #typingSince = 0;
  #typingEnds: ReturnType<typeof setTimeout> | undefined;
  /** Told by the site before there was a conversation to tell it of. */
  attributes: Record<string, unknown> = {};
  labels: string[] = [];
  /** Called when a first message began a conversation. */
  onStart: () => void = () => {};

  constructor(chat: Chat) {
    this.#chat = chat;
    const { draft, lines } = kept(chat.channel.websiteToken, Date.now());
    this.#draft = draft;
    this.#ours = new Set(lines.map(({ key }) => key));
    chat.lines = lines;
    addEventListener("online", () => void this.flush());
  }

  get draft(): string {
    return this.#draft;
  }

  set draft(text: string) {
    this.#draft = text;
    this.#keep();
    this.#tellTyping(text !== "");
  }

  /** Puts words and files on their way; too large files are named and left out. */
  send(text: string, files: File[]): void {
    const chat = this.#chat;
    const fitting = files.filter((file) => file.size <= LARGEST_FILE);
    const tooLarge = files.find((file) => file.size > LARGEST_FILE);
    chat.notice = tooLarge ? { phrase: "tooLarge", about: tooLarge.name } : null;
    if (!text.trim() && fitting.length === 0) return;
    const line = compose(crypto.randomUUID(), text.trim(), fitting, Date.now());
    this.#ours.add(line.key);
    chat.lines = [...chat.lines, line];
    this.draft = "";
    void this.flush();
  }

  retry(line: Line): void {
    this.#chat.change(line.key, { state: "waiting", reason: "" });
    void this.flush();
  }

  discard(line: Line): void {
    this.#chat.drop(line.key);
    this.#keep();
  }

  /** Sends all that waits. Safe to call at any time. */
  async flush(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    clearTimeout(this.#again);
    try {
      for (let line = this.#next(); line; line = this.#next()) {
        if (!(await this.#sendOne(line))) break;
      }
    } finally {
      this.#busy = false;
      this.#keep();
    }
  }

  #next(): Line | undefined {
    return this.#chat.lines.find(({ state }) => state === "waiting");
  }

  /** False when there is no use in trying the next one now. */
  async #sendOne(line: Line): Promise<boolean> {
    const chat = this.#chat;
    try {
      // An earlier try had no answer: the server may have it. Look before sending it twice.
      if (line.tried) {
        await chat.catchUp();
        if (!chat.lines.some(({ key, id }) => key === line.key && id === null)) return true;
      }
      chat.change(line.key, { state: "sending", tried: true });
      this.#keep();
      await this.#post(line);
      this.#tries = 0;
      return true;
    } catch (error) {
      if (error instanceof Refusal && !error.passing) {
        chat.change(line.key, { state: "failed", reason: error.message });
        return true;
      }
      chat.change(line.key, { state: "waiting", tried: error instanceof NoAnswer || line.tried === true });
      if (error instanceof Refusal && error.status === 429) chat.notice = { phrase: "limited" };
      this.#again = setTimeout(() => void this.flush(), pauseBefore(++this.#tries, Math.random()));
      return false;
    }
  }

  async #post(line: Line): Promise<void> {
    const chat = this.#chat;
    const files = line.files ?? [];
    const message: NewMessage = {
      content: line.content ?? "",
      echo_id: line.key,
      referer_url: chat.referrer,
      timestamp: new Date(line.created_at * 1000).toString(),
    };
    if (chat.conversation) {
      chat.take([{ ...(await chat.api.sendMessage(message, files)), echo_id: line.key }]);
      return;
    }
    await this.#begin(line, message, files);
  }

  // Files travel as a form, which only the messages route takes: it begins the conversation as well.
  async #begin(line: Line, message: NewMessage, files: File[]): Promise<void> {
    const chat = this.#chat;
    if (files.length) chat.take([{ ...(await chat.api.sendMessage(message, files)), echo_id: line.key }]);
    else {
      const { messages = [], ...conversation } = await chat.api.startConversation(message, this.attributes);
      chat.conversation = conversation;
      const mine = messages.findIndex((each) => each.echo_id === line.key || each.content === message.content);
      chat.take(messages.map((each, index) => (index === mine ? { ...each, echo_id: line.key } : each)));
      if (mine < 0) chat.drop(line.key);
    }
    await chat.catchUp().catch(() => {});
    if (files.length && Object.keys(this.attributes).length) await chat.api.setConversationAttributes(this.attributes).catch(() => {});
    for (const label of this.labels.splice(0)) await chat.api.addLabel(label).catch(() => {});
    this.attributes = {};
    chat.host.tell("onEvent", { eventIdentifier: "chatwoot:on-start-conversation", data: { hasConversation: false } });
    this.onStart();
  }

  #keep(): void {
    keep(this.#chat.channel.websiteToken, this.#draft, this.#chat.lines, this.#ours);
  }

  #tellTyping(on: boolean): void {
    if (!this.#chat.conversation) return;
    clearTimeout(this.#typingEnds);
    const tell = () => void this.#chat.api.typing(this.#typingSince > 0).catch(() => {});
    const stop = () => {
      if (this.#typingSince === 0) return;
      this.#typingSince = 0;
      tell();
    };
    if (!on) return stop();
    this.#typingEnds = setTimeout(stop, TYPING_STOPS_MS);
    if (Date.now() - this.#typingSince < TYPING_AGAIN_MS) return;
    this.#typingSince = Date.now();
    tell();
  }
}
