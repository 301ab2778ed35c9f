// The website visitor's side of a story, over the widget API.
import { json } from './http.mjs';
import { until } from './until.mjs';

/** A visitor of a website inbox, with an own session. */
export class Visitor {
  /** Begins a session at the inbox with this website token, as the loader's frame does: its page brings the tokens. */
  static async arrives(url, website_token) {
    const response = await fetch(`${url}/widget?website_token=${website_token}`);
    if (!response.ok) throw new Error(`the widget's page answered ${response.status}`);
    const page = await response.text();
    const inlined = (name) => JSON.parse(new RegExp(`window\\.${name} = (.*);`).exec(page)[1]);
    return Object.assign(new Visitor(), { url, website_token, auth_token: inlined('authToken'), pubsub_token: inlined('chatwootPubsubToken') });
  }

  #call(method, path, body) {
    const address = new URL(`${this.url}/api/v1/widget${path}`);
    address.searchParams.set('website_token', this.website_token);
    return json(method, address, { headers: { 'X-Auth-Token': this.auth_token }, body });
  }

  /** Begins the conversation; its number is kept as `conversation`. */
  async asks(content) {
    const started = await this.#call('POST', '/conversations', { contact: {}, message: { content } });
    this.conversation = started.id;
    return started;
  }

  says(content) {
    return this.#call('POST', '/messages', { message: { content } });
  }

  async messages() {
    return (await this.#call('GET', '/messages')).payload;
  }

  /** Answers the card that asks for an e-mail address, once it is there. */
  async givesAddress(email) {
    const card = await until('the visitor is asked for an address', async () =>
      (await this.messages()).find(({ content_type }) => content_type === 'input_email'));
    return this.#call('PATCH', `/messages/${card.id}`, { contact: { email } });
  }

  sees() {
    return this.#call('POST', '/conversations/update_last_seen', {});
  }
}
