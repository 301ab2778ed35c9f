// Tells the other side that somebody writes: at most every eight seconds while they do, and once when they stop.

const TELL_AGAIN_MS = 8000;
const STOPS_AFTER_MS = 4000;

export class TypingSignal {
  readonly #tell: (on: boolean) => void;
  #toldAt = 0;
  #ends: ReturnType<typeof setTimeout> | undefined;

  /** `tell` is called with what to say; it does not wait. */
  constructor(tell: (on: boolean) => void) {
    this.#tell = tell;
  }

  /** Something was written. */
  wrote(): void {
    clearTimeout(this.#ends);
    this.#ends = setTimeout(() => this.stopped(), STOPS_AFTER_MS);
    if (this.#toldAt && Date.now() - this.#toldAt < TELL_AGAIN_MS) return;
    this.#toldAt = Date.now();
    this.#tell(true);
  }

  /** Sent, emptied, or left. */
  stopped(): void {
    clearTimeout(this.#ends);
    if (!this.#toldAt) return;
    this.#toldAt = 0;
    this.#tell(false);
  }
}
