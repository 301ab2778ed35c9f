// The desk's side of a story, over the application API.
import { json } from './http.mjs';
import { until } from './until.mjs';

/** An agent with an access token. The fields are those that `segue setup` prints, plus e-mail and password. */
export class Agent {
  constructor(url, setup) {
    Object.assign(this, setup);
    this.url = url;
  }

  /** The same agent talking to another node. */
  at(url) {
    return new Agent(url, { ...this, url });
  }

  #call(method, path, body) {
    return json(method, `${this.url}/api/v1${path}`, { headers: { api_access_token: this.access_token }, body });
  }

  #account(method, path, body) {
    return this.#call(method, `/accounts/${this.account_id}${path}`, body);
  }

  /** Asks something of the account that has no name here. */
  call(method, path, body) {
    return this.#account(method, path, body);
  }

  /** Makes an inbox. */
  makeInbox(settings) {
    return this.#account('POST', '/inboxes', settings);
  }

  profile() {
    return this.#call('GET', '/profile');
  }

  /** Turns inbound mail on for this domain. */
  enableInbound(domain, support_email = 'support@acme.example') {
    return this.#account('PATCH', '', { domain, support_email, features: { inbound_emails: true } });
  }

  inbox() {
    return this.#account('GET', `/inboxes/${this.inbox_id}`);
  }

  changeInbox(changes) {
    return this.#account('PATCH', `/inboxes/${this.inbox_id}`, changes);
  }

  async conversations() {
    return (await this.#account('GET', '/conversations?status=all&assignee_type=all')).data.payload;
  }

  conversation(number) {
    return this.#account('GET', `/conversations/${number}`);
  }

  replies(number, content, delivery = 'auto') {
    return this.#account('POST', `/conversations/${number}/messages`, { content, delivery });
  }

  resolves(number) {
    return this.#account('POST', `/conversations/${number}/toggle_status`, { status: 'resolved' });
  }

  /** All messages of a conversation, oldest first. */
  async messages(number) {
    const all = [];
    for (;;) {
      const page = (await this.#account('GET', `/conversations/${number}/messages?after=${all.at(-1)?.id ?? 0}`)).payload;
      if (page.length === 0) return all;
      all.push(...page);
    }
  }

  /** The messages that came by mail. */
  async mailed(number) {
    return (await this.messages(number)).filter((message) => message.content_type === 'incoming_email');
  }

  /** Rows of the inbound log, newest first. */
  async inboundMails(query = '') {
    return (await this.#account('GET', `/inbound_mails${query}`)).payload;
  }

  /** The bytes of an accepted mail as they are kept. */
  async source(id) {
    const url = `${this.url}/api/v1/accounts/${this.account_id}/inbound_mails/${id}/raw`;
    const response = await fetch(url, { headers: { api_access_token: this.access_token } });
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    return response.text();
  }

  async sandboxMails() {
    return (await this.#account('GET', '/sandbox/mails')).payload;
  }

  /** Waits until a message of this conversation has a delivery in one of these states; returns the delivery. */
  delivery(number, message, states) {
    return until(`the delivery of message ${message} is ${states.join(' or ')}`, async () => {
      const found = (await this.messages(number)).find(({ id }) => id === message);
      return found.deliveries.find(({ state }) => states.includes(state));
    });
  }
}
