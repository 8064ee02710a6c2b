/** A controller that the signal aborts too. Abort it when it is no longer needed: it then lets go of the signal. */
export function linkedAbort(signal: AbortSignal): AbortController {
  const controller = new AbortController();
  signal.addEventListener('abort', () => controller.abort(), { signal: controller.signal });
  return controller;
}
