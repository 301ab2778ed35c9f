// Deciding on a stranger's mail, with the words for it and the way back or on.
import type { Message, StrangerAction } from "../api/types";
import { router } from "../lib/router.svelte";
import { doneWords } from "../lib/strangers";
import { session } from "./session.svelte";
import { thread } from "./thread.svelte";
import { toasts } from "./toasts.svelte";

/** Whether it was decided so. */
export async function decide(message: Message, action: StrangerAction): Promise<boolean> {
  const changed = await thread.decideStranger(message, action);
  if (!changed) return false;
  const to = changed.conversation_id;
  const undo = { words: "Undo", run: () => void thread.decideStranger(changed, "unreject") };
  const look = { words: `Open #${to}`, run: () => router.go(`${session.at}/conversations/${to}`) };
  toasts.say(doneWords(action, message), action === "reject" ? undo : action === "split" ? look : null);
  return true;
}
