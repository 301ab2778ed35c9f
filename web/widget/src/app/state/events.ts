// What the socket tells, each event to its place in the store. Events we do not know are nobody's mistake.
import type { CableFrame } from "@segue/ui/cable";
import type { Message, Sender } from "@segue/ui/wire";
import type { Conversation } from "../api";
import type { Chat } from "./chat.svelte";

interface Typing {
  user?: Sender;
  is_private?: boolean;
}

interface Presence {
  users?: Record<string, Sender["availability_status"]>;
}

export function hear(chat: Chat, { event, data }: CableFrame): void {
  switch (event) {
    case "message.created":
    case "message.updated":
      return chat.take([data as Message]);
    case "conversation.created":
    case "conversation.status_changed":
    case "conversation.updated":
      return chat.heedConversation(data as Partial<Conversation>);
    case "conversation.typing_on":
    case "conversation.typing_off": {
      const { user, is_private } = data as Typing;
      if (user?.type === "contact" || is_private) return;
      return chat.heedTyping(event === "conversation.typing_on" ? user?.available_name || user?.name || "" : null);
    }
    case "presence.update": {
      const { users = {} } = data as Presence;
      chat.agents = chat.agents.map((agent) => ({ ...agent, availability_status: users[`${agent.id}`] ?? "offline" }));
      return;
    }
    case "contact.merged":
      void chat.load();
  }
}
