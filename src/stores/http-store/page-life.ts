/** What a store does when its page is kept without running, runs again, or may reach the network again. */
export interface PageLife {
  setAway(isAway: boolean): void;
  hurry(): void;
}

/** Follows the page, where there is one, until the signal. */
export function followPage({ setAway, hurry }: PageLife, signal: AbortSignal): void {
  if (typeof document !== 'object') return;
  const on = (target: EventTarget, types: readonly string[], run: () => void): void => {
    for (const type of types) target.addEventListener(type, run, { signal });
  };
  const away = (): void => setAway(true);
  const back = (): void => setAway(false);
  // Frozen, or kept to be returned to: another page is to read meanwhile.
  on(window, ['pagehide'], away);
  on(document, ['freeze'], away);
  on(window, ['pageshow'], back);
  on(document, ['resume'], back);
  // A connection of the network that was may look open for long.
  on(window, ['online', 'offline'], () => {
    away();
    back();
  });
  on(document, ['visibilitychange'], () => document.hidden || hurry());
}
