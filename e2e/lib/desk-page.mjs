// The dashboard as an agent uses it: everything is found by what it says, as a person or a screen reader would.

/** A page of the dashboard. */
export class DeskPage {
  constructor(page, url) {
    this.page = page;
    this.url = url;
  }

  async signIn({ email, password }) {
    await this.page.goto(`${this.url}/app`);
    await this.page.getByLabel(/e-?mail/i).fill(email);
    await this.page.getByLabel(/password/i).first().fill(password);
    await this.page.getByRole('button', { name: /^(log|sign) in$/i }).click();
    await this.page.getByRole('tab', { name: /^All/ }).click();
    await this.conversations.first().waitFor();
  }

  /** The rows of the conversation list. */
  get conversations() {
    return this.page.getByRole('region', { name: 'Conversations' }).getByRole('listitem');
  }

  /** Opens the newest conversation, in which these words were said. */
  async opens(words) {
    await this.conversations.first().click();
    await this.message(words).first().waitFor();
  }

  /** Follows a link of the sidebar. */
  async goes(name) {
    await this.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name }).click();
  }

  /** The messages of the open conversation. */
  get thread() {
    return this.page.getByRole('log');
  }

  /** The elements of the thread whose own text is exactly these words. */
  message(words) {
    return this.thread.getByText(words, { exact: true });
  }

  get composer() {
    return this.page.getByRole('article', { name: /^Conversation with/ }).getByRole('textbox').last();
  }

  async replies(words) {
    await this.composer.fill(words);
    await this.composer.press('Control+Enter');
    await this.message(words).waitFor();
  }
}
