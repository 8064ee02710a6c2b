/** What a store does when its page is kept without running, runs again, or may reach the network again. */
export interface PageLife {
  setAway(isAway: boolean): void;
  hurry(): void;
}

/** Follows the page, where there is one, until the signal. */
export function followPage({ setAway, hurry }: PageLife, signal: AbortSignal): void {
  if (typeof document !== 'object') return;
  // Frozen, or kept to be returned to: another page is to read meanwhile.
  for (const [target, type] of [
    [window, 'pagehide'],
    [document, 'freeze'],
  ] as const) {
    target.addEventListener(type, () => setAway(true), { signal });
  }
  for (const [target, type] of [
    [window, 'pageshow'],
    [document, 'resume'],
  ] as const) {
    target.addEventListener(type, () => setAway(false), { signal });
  }
  for (const [target, type] of [
    [window, 'online'],
    [document, 'visibilitychange'],
  ] as const) {
    target.addEventListener(type, () => document.hidden || hurry(), { signal });
  }
}
