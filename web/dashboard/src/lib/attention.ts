// Asking for the agent's attention: a soft sound and a browser notification, both only as they chose.
import type { Message } from "../api/types";
import { prefs } from "../stores/prefs.svelte";
import { shownWords } from "./mail";
import { router } from "./router.svelte";

let lastSound = 0;

/** Tells of a message that concerns the agent; `path` is where a click on the notification leads. */
export function announce(message: Message, path: string): void {
  if (prefs.sound) chime();
  if (!prefs.notify || !("Notification" in window) || Notification.permission !== "granted" || document.hasFocus()) return;
  const words = shownWords(message).slice(0, 140) || "sent a file";
  const shown = new Notification(message.sender?.name || "A visitor", { body: words, tag: `segue-${message.conversation_id}`, icon: "/app/icon.svg" });
  shown.onclick = () => {
    window.focus();
    router.go(path);
    shown.close();
  };
}

/** Two soft tones; at most one chime in two seconds, and none before the page was touched (browsers forbid it). */
function chime(): void {
  if (Date.now() - lastSound < 2000 || navigator.userActivation?.hasBeenActive === false) return;
  lastSound = Date.now();
  const context = new AudioContext();
  for (const [index, frequency] of [659, 880].entries()) {
    const start = context.currentTime + index * 0.11;
    const tone = new OscillatorNode(context, { frequency, type: "sine" });
    const volume = new GainNode(context, { gain: 0 });
    volume.gain.linearRampToValueAtTime(0.08, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.4);
    tone.connect(volume).connect(context.destination);
    tone.start(start);
    tone.stop(start + 0.42);
  }
  setTimeout(() => void context.close(), 1000);
}
