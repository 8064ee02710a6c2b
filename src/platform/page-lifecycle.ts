/** What happens to a page as a whole. */
interface PageListener {
  /** It is visible again, focused or online: timers may have been held back. */
  active(): void;
  /** It returns from the back-forward cache or from being frozen: it has missed what happened meanwhile. */
  restored(): void;
  /** It is being left: closed, reloaded, or put into the back-forward cache. */
  left(): void;
}

/** Watches the page; outside a browser nothing ever happens. Returns a function that ends the watch. */
export function watchPage(listener: PageListener): () => void {
  const { on, stop } = pageEvents();
  on('visibilitychange', () => {
    if (!document.hidden) listener.active();
  });
  on('focus', () => listener.active());
  on('online', () => listener.active());
  onRestored(on, () => listener.restored());
  on('pagehide', () => listener.left());
  return stop;
}

/** What matters to the network connections of a page. */
interface ConnectivityListener {
  /** The page is visible again: a retry is worth it now. */
  visible(): void;
  /** The browser suspends its scripts: it is frozen, or put into the back-forward cache. */
  suspended(): void;
  restored(): void;
  /** It went online or offline: connections over the previous network may look open for long. */
  networkChanged(): void;
}

/** As `watchPage`, for whatever keeps network connections. */
export function watchConnectivity(listener: ConnectivityListener): () => void {
  const { on, stop } = pageEvents();
  on('visibilitychange', () => {
    if (!document.hidden) listener.visible();
  });
  for (const type of ['pagehide', 'freeze']) on(type, () => listener.suspended());
  onRestored(on, () => listener.restored());
  for (const type of ['online', 'offline']) on(type, () => listener.networkChanged());
  return stop;
}

type On = (type: string, run: (event: Event) => void) => void;

function pageEvents(): { readonly on: On; readonly stop: () => void } {
  const watch = new AbortController();
  const on: On = (type, run) =>
    globalThis.addEventListener?.(type, run, {
      signal: watch.signal,
      // These two reach the document alone and do not bubble: only a capturing listener hears them here. Of `focus` such a
      // one would hear for every element.
      capture: type === 'freeze' || type === 'resume',
    });
  return { on, stop: () => watch.abort() };
}

function onRestored(on: On, restored: () => void): void {
  on('resume', restored);
  on('pageshow', (event) => {
    if ((event as PageTransitionEvent).persisted) restored();
  });
}
