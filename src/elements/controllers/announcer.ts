import type { LitElement, ReactiveController } from 'lit';
import { createAlarm } from '../../platform/time.js';

/** How long a text stands at least, in milliseconds: by then screen readers were told of it. */
const HOLD_MS = 200;
/** How long it stands at most: who reads through the page later would take it for news. */
const CLEAR_MS = 2000;

/** Those that are on a page, in the order in which they came, by their elements. */
const announcers = new Map<Element, Announcer>();
const said = new WeakMap<object, Set<unknown>>();

/**
 * Says a text to screen readers, politely. `subject` is what it is about, usually the session: of the elements that show
 * it, the first of each document speaks. An `occurrence` is said once, whichever elements tell of it and however often;
 * without one the text is always said.
 */
export function announce(subject: object | undefined, text: string, occurrence?: unknown): void {
  if (!subject || !text || isRepeated(subject, occurrence)) return;
  const documents = new Set<Document>();
  for (const [{ ownerDocument }, announcer] of announcers) {
    if (announcer.subject !== subject || documents.has(ownerDocument)) continue;
    documents.add(ownerDocument);
    announcer.say(text);
  }
}

/**
 * Gives its element a polite live region, empty from the beginning, behind what the element draws. An element inside
 * another one that has a region gets none: that one speaks for it.
 */
export class Announcer implements ReactiveController {
  readonly #host: LitElement;
  readonly #subject: () => object | undefined;
  readonly #alarm = createAlarm(() => this.#next());
  #region: HTMLElement | undefined;
  readonly #waiting: string[] = [];
  #isHeld = false;

  /** `subject` is what the element shows now. */
  constructor(host: LitElement, subject: () => object | undefined) {
    this.#host = host;
    this.#subject = subject;
    host.addController(this);
  }

  get subject(): object | undefined {
    return this.#subject();
  }

  hostConnected(): void {
    const host = this.#host;
    if (announcers.has((host.getRootNode() as ShadowRoot).host)) return;
    announcers.set(host, this);
    if (this.#region) return;
    const region = (this.#region = document.createElement('div'));
    region.className = 'sr';
    region.setAttribute('role', 'status');
    region.setAttribute('aria-live', 'polite');
    host.renderRoot.append(region);
    host.renderOptions.renderBefore = region;
  }

  hostDisconnected(): void {
    announcers.delete(this.#host);
  }

  /** Says it after what is being said. */
  say(text: string): void {
    this.#waiting.push(text);
    if (!this.#isHeld) this.#next();
  }

  #next(): void {
    const region = this.#region as HTMLElement;
    const [text = ''] = this.#waiting;
    const isClearing = !text && this.#isHeld;
    this.#isHeld = text !== '';
    if (isClearing) return this.#alarm.set(CLEAR_MS - HOLD_MS);
    // A text that stands there already is new only after it was gone.
    const isNew = text !== region.textContent;
    region.textContent = isNew ? text : '';
    if (isNew) this.#waiting.shift();
    this.#alarm.set(text ? HOLD_MS : undefined);
  }
}

function isRepeated(subject: object, occurrence: unknown): boolean {
  if (occurrence === undefined) return false;
  const known = said.get(subject) ?? new Set();
  said.set(subject, known);
  return known.size === known.add(occurrence).size;
}
