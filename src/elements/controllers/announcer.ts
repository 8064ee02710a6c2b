import type { LitElement, ReactiveController } from 'lit';
import { createAlarm } from '../../platform/time.js';

/** How long a text stays at least, in milliseconds: by then screen readers have noticed it. */
const HOLD_MS = 200;
/** How long it stays at most: someone who reads through the page later would take it for new. */
const CLEAR_MS = 2000;

/** The announcers of the elements on a page, in the order in which they were connected. */
const announcers = new Map<Element, Announcer>();
const said = new WeakMap<object, Set<unknown>>();

/**
 * Says a text to screen readers, politely. `subject` is what it is about, usually the session: the first element of each
 * document that shows it speaks. An `occurrence` is said once, however many elements announce it; without one the text is
 * always said.
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
 * Adds a polite live region to its element, empty at first, behind what the element draws. An element inside another one
 * with a region gets none: that one speaks for it.
 */
export class Announcer implements ReactiveController {
  readonly #host: LitElement;
  readonly #subject: () => object | undefined;
  readonly #alarm = createAlarm(() => this.#next());
  #region: HTMLElement | undefined;
  readonly #waiting: string[] = [];
  #isHeld = false;

  /** `subject`: what the element shows. */
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

  /** Says a text after those that are being said. */
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
    // A text that is there already is noticed only after it was gone.
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
