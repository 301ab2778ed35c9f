// The page around the frame: what it says to us, and what we say to it. A mobile app's web view takes the page's place where there
// is one; opened as a window of its own there is nobody to talk to.
import { decode, encode, type FrameEvent, type HostEvent, type Parcel } from "../protocol";

interface WebView {
  postMessage(text: string): void;
}

export class Host {
  readonly #parent: Window | null;
  readonly #webView: WebView | undefined;
  /** The embedding page's origin where the browser tells it; else that of the first message from it. */
  #origin: string | null;

  constructor(onEvent: (event: HostEvent, parcel: Parcel) => void) {
    this.#parent = window.parent === window ? null : window.parent;
    this.#webView = (window as { ReactNativeWebView?: WebView }).ReactNativeWebView;
    this.#origin = embedder();
    addEventListener("message", (message: MessageEvent) => {
      const speaker = this.#parent ?? (this.#webView ? window : null);
      if (!speaker || message.source !== speaker) return;
      if (this.#parent && this.#origin !== null && message.origin !== this.#origin) return;
      const parcel = decode(message.data);
      if (!parcel) return;
      this.#origin ??= message.origin;
      onEvent(parcel.event as HostEvent, parcel);
    });
  }

  /** Whether the widget is a guest in a page that opens and closes it. */
  get embedded(): boolean {
    return this.#parent !== null;
  }

  tell(event: FrameEvent, data: object = {}): void {
    const text = encode(event, data);
    if (this.#webView) this.#webView.postMessage(text);
    else this.#parent?.postMessage(text, this.#origin ?? "*");
  }
}

function embedder(): string | null {
  const told = (location as { ancestorOrigins?: DOMStringList }).ancestorOrigins?.[0] ?? document.referrer;
  return URL.canParse(told) ? new URL(told).origin : null;
}
