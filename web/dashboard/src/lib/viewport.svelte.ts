// How many panes fit: three from 1100 px, two from 720 px, one on a phone.

class Viewport {
  width = $state(window.innerWidth);
  panes = $derived(this.width >= 1100 ? 3 : this.width >= 720 ? 2 : 1);

  constructor() {
    addEventListener("resize", () => (this.width = window.innerWidth));
  }
}

export const viewport = new Viewport();
