// The present moment for ages and plans on screen, told anew every twenty seconds.

class Now {
  ms = $state(Date.now());

  constructor() {
    setInterval(() => (this.ms = Date.now()), 20_000);
  }
}

export const now = new Now();
