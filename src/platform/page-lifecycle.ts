/** What happens to a page as a whole. */
export interface PageListener {
  /** It is seen again, focused or online: timers may have been held back. */
  active(): void;
  /** It returns from the back-forward cache, or from being frozen: it has missed what happened since. */
  restored(): void;
  /** It is left: closed, reloaded, or kept for the way back. */
  left(): void;
}

/** Watches the page; outside of a browser nothing ever happens to it. Returns what ends the watch. */
export function watchPage(listener: PageListener): () => void {
  const watch = new AbortController();
  const on = (type: string, run: (event: Event) => void): void =>
    // `resume` is told to the document alone and does not bubble: only a capturing listener hears it here. Of `focus` such a
    // one would hear for every element.
    globalThis.addEventListener?.(type, run, { signal: watch.signal, capture: type === 'resume' });
  on('visibilitychange', () => {
    if (!document.hidden) listener.active();
  });
  on('focus', () => listener.active());
  on('online', () => listener.active());
  on('resume', () => listener.restored());
  on('pageshow', (event) => {
    if ((event as PageTransitionEvent).persisted) listener.restored();
  });
  on('pagehide', () => listener.left());
  return () => watch.abort();
}
