/** What happens to a page as a whole. */
interface PageListener {
  /** It is visible again. */
  visible?(): void;
  /** It is visible again, focused or online: timers may have been held back. */
  active?(): void;
  /** It returns from the back-forward cache or from being frozen: it has missed what happened meanwhile. */
  restored?(): void;
  /** It is being left: closed, reloaded, or put into the back-forward cache. */
  left?(): void;
  /** The browser suspends its scripts until it is restored. */
  frozen?(): void;
  /** It went online or offline: connections over the previous network may look open for long. */
  networkChanged?(): void;
}

/** Watches the page; outside a browser nothing ever happens. Returns a function that ends the watch. */
export function watchPage(listener: PageListener): () => void {
  const watch = new AbortController();
  const on = (type: string, run: (event: Event) => void): void =>
    globalThis.addEventListener?.(type, run, {
      signal: watch.signal,
      // These two reach the document alone and do not bubble: only a capturing listener hears them here. Of `focus` such a
      // one would hear for every element.
      capture: type === 'freeze' || type === 'resume',
    });
  on('visibilitychange', () => {
    if (document.hidden) return;
    listener.visible?.();
    listener.active?.();
  });
  on('focus', () => listener.active?.());
  on('online', () => {
    listener.networkChanged?.();
    listener.active?.();
  });
  on('offline', () => listener.networkChanged?.());
  on('freeze', () => listener.frozen?.());
  on('resume', () => listener.restored?.());
  on('pageshow', (event) => {
    if ((event as PageTransitionEvent).persisted) listener.restored?.();
  });
  on('pagehide', () => listener.left?.());
  return () => watch.abort();
}
