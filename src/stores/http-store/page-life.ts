/** What a store does when its page is kept without running, runs again, or may reach the network again. */
export interface PageLife {
  setAway(isAway: boolean): void;
  hurry(): void;
}

/** Follows the page, where there is one, until the signal. */
export function followPage(life: PageLife, signal: AbortSignal): void {
  if (!globalThis.document) return;
  // Frozen, or kept to be returned to: another page is to read meanwhile.
  const away = (): void => life.setAway(true);
  const back = (): void => life.setAway(false);
  // A connection of the network that was may look open for long.
  const renew = (): void => {
    away();
    back();
  };
  const shown = (): void => void (document.hidden || life.hurry());
  const on = (target: EventTarget, reactions: Readonly<Record<string, () => void>>): void => {
    for (const [type, react] of Object.entries(reactions)) target.addEventListener(type, react, { signal });
  };
  on(window, { pagehide: away, pageshow: back, online: renew, offline: renew });
  on(document, { freeze: away, resume: back, visibilitychange: shown });
}
