// Who may be the same person as the contact one looks at, and what was merged: read when the panel opens, merged and parted
// with a way back.
import type { Contact, MergeOffer, PastMerge } from "../api/types";
import { calledOf } from "../lib/identity";
import { session } from "./session.svelte";
import { thread } from "./thread.svelte";
import { toasts } from "./toasts.svelte";

class Identity {
  of = $state<number | null>(null);
  offers = $state.raw<MergeOffer[]>([]);
  merges = $state.raw<PastMerge[]>([]);

  async look(contact: number): Promise<void> {
    if (this.of !== contact) [this.of, this.offers, this.merges] = [contact, [], []];
    try {
      const [offers, merges] = await Promise.all([session.desk.mergeOffers(contact), session.desk.contactMerges(contact)]);
      if (this.of === contact) [this.offers, this.merges] = [offers.payload, merges.payload];
    } catch {
      // Nothing is offered, then.
    }
  }

  /** Somebody merged or parted the contact. */
  changed(contact: number): void {
    if (this.of === contact) void this.look(contact);
  }

  async dismiss(base: number, other: Contact): Promise<void> {
    const before = this.offers;
    this.offers = before.filter((one) => one.contact.id !== other.id);
    try {
      await session.desk.dismissMergeOffer(base, other.id);
    } catch (error) {
      this.offers = before;
      toasts.fail(error);
    }
  }

  /** Whether it was done. */
  async merge(base: Contact, mergee: Contact): Promise<boolean> {
    try {
      const { merge_id: id } = await session.desk.mergeContacts(base.id, mergee.id);
      const undo = id === null ? null : { words: "Undo", run: () => void this.undo(id, base.id) };
      toasts.say(`${calledOf(mergee)} is part of ${calledOf(base)} now`, undo);
      await this.#again(base.id, mergee.id);
      return true;
    } catch (error) {
      toasts.fail(error);
      return false;
    }
  }

  async undo(id: number, base: number): Promise<void> {
    try {
      const parted = await session.desk.undoMerge(id);
      toasts.say(`${calledOf(parted.mergee)} and ${calledOf(parted.base)} are two again`);
      await this.#again(base, parted.mergee.id);
    } catch (error) {
      toasts.fail(error);
    }
  }

  async #again(base: number, mergee: number): Promise<void> {
    thread.contactMerged({ id: base, mergee_contact_id: mergee });
    await this.look(base);
  }
}

export const identity = new Identity();
