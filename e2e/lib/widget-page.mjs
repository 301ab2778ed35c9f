// The widget on somebody's website, as a visitor uses it.

/** A page with the widget in it. */
export class WidgetPage {
  constructor(page) {
    this.page = page;
    this.frame = page.frameLocator('#chatwoot_live_chat_widget');
  }

  /** Visits the address and opens the chat by its bubble, unless a link opened it already. */
  async visits(address) {
    await this.page.goto(address);
    await this.page.locator('.woot-widget-bubble').first().waitFor();
  }

  async opens() {
    await this.page.locator('.woot-widget-bubble').first().click();
    await this.composer.waitFor();
  }

  get composer() {
    return this.frame.getByRole('textbox', { name: /message/i });
  }

  async says(words) {
    await this.composer.fill(words);
    await this.composer.press('Enter');
    await this.message(words).waitFor();
  }

  /** The messages with these words; one's own mailed ones say besides that they came by mail. */
  message(words) {
    return this.frame.getByText(words);
  }

  /** Answers the card that asks where to write. */
  async givesAddress(address) {
    const field = this.frame.locator('input[type=email]');
    await field.fill(address);
    await field.press('Enter');
    await this.frame.getByText(address).waitFor();
  }
}
