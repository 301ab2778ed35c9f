// Telegram's side of a story (https://core.telegram.org/bots/api): it hands out message ids, calls the webhook it was told
// again until it hears 200, and knows of each answer whether it was heard.
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from './until.mjs';

export const botToken = '123456789:AAF-x_secret_of_the_bot';

/** A Bot API on loopback. */
export class BotApi {
  /** Messages it took, in order: `{chat, text, id, begun, heard}`; `heard` is when its answer was written, or null. */
  taken = [];
  /** Chats whose people have blocked the bot. */
  blocked = new Set();
  /** What `setWebhook` said. */
  webhook = null;
  #updates = 0;

  /** `delay(method)` gives the milliseconds between a request and its answer; `Infinity` never answers. */
  static async start(t, { delay = () => 0 } = {}) {
    const api = new BotApi();
    api.delay = delay;
    api.server = createServer((request, response) => api.#answer(request, response).catch(() => response.destroy()));
    await new Promise((resolve) => api.server.listen(0, '127.0.0.1', resolve));
    api.url = `http://127.0.0.1:${api.server.address().port}`;
    t.after(() => new Promise((resolve) => {
      api.server.closeAllConnections();
      api.server.close(resolve);
    }));
    return api;
  }

  async #answer(request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const method = request.url.replace(`/bot${botToken}/`, '');
    const body = JSON.parse(Buffer.concat(chunks).toString() || '{}');
    const [status, answer] = this.#answerTo(method, body);
    const wait = this.delay(method);
    if (wait === Infinity) return;
    if (wait) await pause(wait);
    if (response.destroyed) return;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
    const message = this.taken.find(({ id }) => id === answer.result?.message_id);
    if (message) message.heard = performance.now();
  }

  #answerTo(method, body) {
    const refuses = (error_code, description) => [error_code, { ok: false, error_code, description }];
    const result = this.#result(method, body);
    if (result === undefined) return refuses(404, 'Not Found');
    return result ? [200, { ok: true, result }] : refuses(403, 'Forbidden: bot was blocked by the user');
  }

  #result(method, body) {
    if (method === 'getMe') return { id: 123456789, is_bot: true, first_name: 'Acme', username: 'acme_bot' };
    if (method === 'setWebhook') {
      this.webhook = body;
      return true;
    }
    if (method !== 'sendMessage') return undefined;
    if (this.blocked.has(Number(body.chat_id))) return null;
    const message = { chat: body.chat_id, text: body.text, id: 1000 + this.taken.length, begun: performance.now(), heard: null };
    this.taken.push(message);
    return { message_id: message.id, date: Math.floor(Date.now() / 1000), chat: { id: Number(body.chat_id), type: 'private' }, text: body.text };
  }

  /** The texts that reached that chat, in order. */
  reached(chat) {
    return this.taken.filter((message) => String(message.chat) === String(chat)).map(({ text }) => text);
  }

  /** The update in which somebody writes. */
  saying(chat, name, text) {
    this.#updates += 1;
    const from = { id: chat, is_bot: false, first_name: name, language_code: 'en' };
    const message = { message_id: this.#updates, from, chat: { id: chat, first_name: name, type: 'private' }, date: Math.floor(Date.now() / 1000), text };
    return { update_id: 10_000 + this.#updates, message };
  }

  /** Posts an update once; the status, and how long the answer took (ms). */
  async posts(server, update) {
    const begin = performance.now();
    const response = await fetch(new URL(new URL(this.webhook.url).pathname, server.url), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Telegram-Bot-Api-Secret-Token': this.webhook.secret_token },
      body: JSON.stringify(update),
    });
    await response.arrayBuffer();
    return { status: response.status, took: performance.now() - begin };
  }

  /** Posts an update as Telegram does: until it is answered 200. */
  delivers(server, update) {
    return until('the webhook takes the update', async () => (await this.posts(server, update)).status === 200, { within: 60_000, every: 25 });
  }
}

/** The variables that lead a server there. */
export const atBotApi = (api) => ({ SEGUE_TELEGRAM_API_URL: api.url });

/** Makes a Telegram inbox, and waits until Telegram was told of its webhook. */
export async function telegramInbox(agent, api, name = 'Acme on Telegram') {
  const inbox = await agent.makeInbox({ name, channel: { type: 'telegram', bot_token: botToken } });
  await until('the webhook is registered', () => api.webhook);
  return inbox;
}
