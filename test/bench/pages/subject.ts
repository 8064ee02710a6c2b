/** A status select as the harness handles it, whatever it is made of. */
export interface Subject {
  /** What new ones are put into. */
  readonly parent: Element;
  /** Makes one that is not on the page yet. */
  create(): HTMLElement;
  /** The name of the status that it shows. */
  shown(element: HTMLElement): string | undefined;
  /** What is clicked to open its list. */
  trigger(element: HTMLElement): HTMLElement | null | undefined;
  /** Its list, while it is open. */
  list(element: HTMLElement): HTMLElement | null | undefined;
  /** Settles when all that is pending in it is drawn. */
  settled(element: HTMLElement): Promise<unknown> | undefined;
  /** Somebody else sets the status, for all that are on the page. `prepare` is what is theirs, and not measured. */
  change(elements: readonly HTMLElement[], statusId: string): { prepare(): Promise<void>; go(): void };
}

/** How many statuses the page is asked for. */
export function wantedStatuses(): number {
  return Number(new URLSearchParams(location.search).get('statuses') ?? 0);
}
