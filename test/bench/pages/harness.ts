import { choices } from './choice.js';
import type { Subject } from './subject.js';

/** What the benchmark asks of a page; times are in milliseconds of the page's main thread. */
export interface Harness {
  /** Puts so many on the page, and leaves them there; settles when they are painted. */
  keep(count: number): Promise<void>;
  /** Takes away all that were put on the page. */
  clear(): Promise<void>;
  /** How many on the page show no status. */
  unshown(): number;
  /** Every node of those on the page, shadow trees included, an instance. */
  nodes(): number;
  /** Somebody else sets the status so many times: milliseconds until all show it and are laid out, for each time. */
  change(times: number): Promise<number[]>;
  /** The middle of the trigger of the first one. */
  triggerPoint(): Point;
  /** The middle of an option of its open list. */
  optionPoint(index: number): Point;
  /** Milliseconds from the last click to the frame with an open list, once that is painted. */
  opening(): Promise<number>;
  /** Settles when the list is closed, and that is painted. */
  closing(): Promise<void>;
  /** Puts one on the page and takes it away again, so many times; opens the list of every tenth. */
  mountAndUnmount(times: number): Promise<void>;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

declare global {
  var harness: Harness;
}

/** A task of its own: everything that was queued as a microtask is done before it. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

/** The end of the next frame: what it shows is painted. */
export async function nextPaint(): Promise<number> {
  await new Promise(requestAnimationFrame);
  await nextTask();
  return performance.now();
}

/** Waits for what comes in microtasks, then for what comes later; throws for what never comes. */
async function until(condition: () => boolean, what: string): Promise<void> {
  for (let turn = 0; turn < 2000 && !condition(); turn++) await Promise.resolve();
  for (let turn = 0; turn < 2000 && !condition(); turn++) await nextTask();
  if (!condition()) throw new Error(`Waited in vain until ${what}.`);
}

function layOut(): number {
  return document.body.offsetHeight;
}

/** Lets the benchmark drive a subject. */
export function offer(subject: Subject): void {
  let kept: HTMLElement[] = [];
  let turns = 0;
  const first = (): HTMLElement => {
    if (!kept[0]) throw new Error('Nothing is on the page.');
    return kept[0];
  };
  const add = async (count: number): Promise<HTMLElement[]> => {
    const elements = Array.from({ length: count }, () => subject.create());
    subject.parent.append(...elements);
    await nextTask();
    await subject.settled(elements.at(-1)!);
    return elements;
  };
  const isOpen = (): boolean => Boolean(kept[0] && subject.list(kept[0]));
  let opened = Promise.resolve(NaN);
  const clicked = ({ timeStamp }: Event): void => {
    if (kept.length > 0 && !isOpen()) opened = openingSince(timeStamp, isOpen);
  };
  addEventListener('click', clicked, { capture: true });
  globalThis.harness = {
    async keep(count) {
      kept = [...kept, ...(await add(count))];
      await nextPaint();
    },
    unshown: () => kept.filter((element) => !subject.shown(element)).length,
    async clear() {
      for (const element of kept) element.remove();
      kept = [];
      await nextPaint();
    },
    nodes: () => kept.reduce((sum, element) => sum + nodesIn(element), 0) / kept.length,
    async change(times) {
      const took: number[] = [];
      for (let time = 0; time < times; time++) {
        const { id, name } = choices[2 + (turns++ % (choices.length - 2))]!;
        const { prepare, go } = subject.change(kept, id);
        await prepare();
        await nextPaint();
        const start = performance.now();
        go();
        await until(() => subject.shown(kept.at(-1)!) === name, `all show ${name}`);
        await subject.settled(kept.at(-1)!);
        layOut();
        took.push(performance.now() - start);
      }
      return took;
    },
    triggerPoint: () => middleOf(subject.trigger(first())),
    optionPoint: (index) => middleOf(subject.list(first())?.querySelectorAll<HTMLElement>('[role=option]')[index]),
    opening: () => opened,
    async closing() {
      while (subject.list(first())) await nextPaint();
      await nextPaint();
    },
    async mountAndUnmount(times) {
      for (let time = 0; time < times; time++) {
        const [element] = await add(1);
        if (time % 10 === 0) {
          await until(() => subject.trigger(element!)?.ariaDisabled === null, 'the list can be opened');
          subject.trigger(element!)?.click();
          await until(() => Boolean(subject.list(element!)), 'the list is open');
        }
        element!.remove();
        if (time % 50 === 0) await nextPaint();
      }
    },
  };
}

/** Looks in every frame before it is painted. */
async function openingSince(since: number, isOpen: () => boolean): Promise<number> {
  for (let frame = 0; frame < 600; frame++) {
    await new Promise(requestAnimationFrame);
    if (!isOpen()) continue;
    await nextTask();
    return performance.now() - since;
  }
  throw new Error('No list was open 600 frames after the click.');
}

function nodesIn(node: Node): number {
  const shadow = node instanceof Element && node.shadowRoot ? nodesIn(node.shadowRoot) : 0;
  return [...node.childNodes].reduce((sum, child) => sum + nodesIn(child), 1 + shadow);
}

function middleOf(element: HTMLElement | null | undefined): Point {
  if (!element) throw new Error('What is to be clicked is not there.');
  const { left, top, width, height } = element.getBoundingClientRect();
  return { x: left + Math.min(width / 2, 60), y: top + height / 2 };
}
