// The script a website embeds: `chatwootSDK.run({websiteToken, baseUrl})` puts the chat on the page, once.
import { createSdk, type RunOptions, type Sdk } from "./sdk";

declare global {
  interface Window {
    chatwootSDK?: { run(options: RunOptions): void };
    segueSDK?: Window["chatwootSDK"];
    chatwootSettings?: unknown;
    segueSettings?: unknown;
    $chatwoot?: Sdk;
    $segue?: Sdk;
  }
}

function run(options: RunOptions): void {
  if (window.$chatwoot) return;
  window.$chatwoot = window.$segue = createSdk(options, window.chatwootSettings ?? window.segueSettings);
}

window.chatwootSDK = window.segueSDK = { run };
