// What one person prefers on this machine: theme, sound, notifications. Kept in localStorage.

export type Theme = "system" | "light" | "dark";

const KEY = "segue.desk.preferences";

interface Kept {
  theme: Theme;
  sound: boolean;
  notify: boolean;
  sidebar: boolean;
}

class Preferences {
  theme = $state<Theme>("system");
  sound = $state(true);
  notify = $state(false);
  /** The sidebar is open, where there is room for it. */
  sidebar = $state(true);

  constructor() {
    try {
      Object.assign(this, JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Kept>);
    } catch {
      // unreadable or forbidden storage: the defaults hold
    }
    this.#apply();
  }

  set(change: Partial<Kept>): void {
    Object.assign(this, change);
    const { theme, sound, notify, sidebar } = this;
    try {
      localStorage.setItem(KEY, JSON.stringify({ theme, sound, notify, sidebar }));
    } catch {
      // private mode: the choice holds until the page goes
    }
    this.#apply();
  }

  /** Asks the browser for leave to notify; only ever called by a click. */
  async allowNotifications(): Promise<boolean> {
    if (!("Notification" in window)) return false;
    const granted = (await Notification.requestPermission()) === "granted";
    this.set({ notify: granted });
    return granted;
  }

  #apply(): void {
    if (this.theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = this.theme;
  }
}

export const prefs = new Preferences();
