// The app inside the frame: reads what the server wrote into the page, puts the parts together, tells the host page it is there.
import "@segue/ui/tokens.css";
import "./app.css";
import { readableOn } from "@segue/ui/colour";
import { mount } from "svelte";
import App from "./App.svelte";
import { readBoot } from "./boot";
import { Host } from "./host";
import { Chat } from "./state/chat.svelte";
import { Live } from "./state/live";
import { Outbox } from "./state/outbox";
import { paintAccent, paintScheme, siteActs } from "./state/site";

const globals = window as unknown as Parameters<typeof readBoot>[0];
const boot = readBoot(globals, location.search);
const host = new Host((event, parcel) => {
  // What a site asks of us may be refused by the server; the site hears of it, the page goes on.
  Promise.resolve(acts[event]?.(parcel)).catch((error: unknown) => host.tell("error", { data: { event, message: String(error) } }));
});
const chat = new Chat(boot, host);
const outbox = new Outbox(chat);
const live = new Live(chat, outbox);
const acts = siteActs(chat, outbox, live);
outbox.onStart = () => live.listen();

paintAccent(chat.channel.widgetColor);
paintScheme(host.embedded ? "light" : "auto");
mount(App, { target: document.getElementById("app") ?? document.body, props: { chat, outbox } });

host.tell("loaded", {
  config: {
    authToken: boot.authToken,
    channelConfig: globals.chatwootWebChannel ?? {},
    look: [chat.channel.widgetColor, readableOn(chat.channel.widgetColor)],
  },
});
if (!host.embedded) chat.open(true);
addEventListener("online", () => chat.phase === "failed" && void begin());
void begin();

async function begin(): Promise<void> {
  await chat.load();
  if (chat.conversation || chat.isOpen) live.listen();
  await outbox.flush();
}
