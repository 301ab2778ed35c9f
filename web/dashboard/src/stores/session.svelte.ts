// Who is at the desk, in which account, and what the account has: its inboxes and agents.
import { ApiError, onSignedOut } from "../api/client";
import * as api from "../api/desk";
import type { Account, Agent, Inbox, MailSettings, Profile } from "../api/types";
import { router } from "../lib/router.svelte";

type Phase = "starting" | "onboarding" | "forbidden" | "signedOut" | "ready" | "unreachable";

class Session {
  phase = $state<Phase>("starting");
  profile = $state.raw<Profile | null>(null);
  account = $state.raw<Account | null>(null);
  inboxes = $state.raw<Inbox[]>([]);
  agents = $state.raw<Agent[]>([]);
  mail = $state.raw<MailSettings | null>(null);
  /** Why the desk could not start, in words. */
  problem = $state<string | null>(null);

  /** The requests of the account one works in. */
  accountId = $derived(this.profile?.account_id ?? this.profile?.accounts[0]?.id ?? 0);
  desk = $derived(api.desk(this.accountId));
  isAdmin = $derived(this.profile?.accounts.find((one) => one.id === this.accountId)?.role === "administrator");
  at = $derived(`/accounts/${this.accountId}`);

  async start(): Promise<void> {
    onSignedOut(() => {
      if (this.phase === "ready") this.#leave();
    });
    try {
      await this.enter(await api.profile());
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) await this.#knock();
      else this.#unreachable(error);
    }
  }

  /** Opens the desk for somebody who has just shown who they are. */
  async enter(profile: Profile): Promise<void> {
    this.profile = profile;
    await this.reload();
    this.phase = "ready";
  }

  /** Reads the account's own data again: at the start and after settings changed. */
  async reload(): Promise<void> {
    const [account, inboxes, agents, mail] = await Promise.all([
      this.desk.account(),
      this.desk.inboxes(),
      this.desk.agents(),
      // Only the banner needs it; agents who may not read it still get a desk.
      this.desk.mailSettings().catch(() => null),
    ]);
    this.account = account;
    this.inboxes = inboxes.payload;
    this.agents = agents;
    this.mail = mail;
  }

  async signOut(): Promise<void> {
    await api.signOut();
    this.#leave();
  }

  inbox(id: number): Inbox | undefined {
    return this.inboxes.find((one) => one.id === id);
  }

  #leave(): void {
    this.profile = null;
    this.phase = "signedOut";
  }

  async #knock(): Promise<void> {
    try {
      const { needed, allowed } = await api.onboarding(router.route.query.get("token"));
      this.phase = needed ? (allowed ? "onboarding" : "forbidden") : "signedOut";
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) this.phase = "signedOut";
      else this.#unreachable(error);
    }
  }

  #unreachable(error: unknown): void {
    this.problem = error instanceof Error ? error.message : String(error);
    this.phase = "unreachable";
  }
}

export const session = new Session();
