import { html, nothing, type TemplateResult } from 'lit';
import type { AgentView, NextStatus } from '../../model/view.js';
import { formatMinutes } from '../format.js';
import { errorText, messageOf, type Strings } from '../strings.js';
import { overWords } from './status-news.js';
import { nameOf, whyOf } from './status-words.js';

const MINUTE_MS = 60_000;

/** What the line under the selector is made of. */
export interface WhyLine {
  readonly view: AgentView;
  /** Whole minutes in the status. */
  readonly minutes: number;
  readonly isOver: boolean;
  /** Calls are shown by the box around it. */
  readonly embedded: boolean;
}

/** Why the agent is in the status: a whole sentence to be read, of which is seen what the selector does not show. */
export function renderWhy({ view, minutes, isOver, embedded }: WhyLine, strings: Strings): TemplateResult {
  const { status, cause, since } = view;
  const over = isOver ? overWords(status.allowanceMinutes, strings) : '';
  const reason = whyOf(view, strings);
  const why = strings.sentence([reason, over].filter(Boolean));
  const time = since ? formatMinutes(minutes * MINUTE_MS, strings.lang) : '';
  const sentence = strings.sentence([nameOf(status, strings), why, time].filter(Boolean));
  const isPlain = !why || (!over && (cause === 'sign-in' || (cause === 'call' && embedded)));
  if (isPlain) return html`<p part="why" class="sr" .textContent=${sentence}></p>`;
  const start = sentence.indexOf(why);
  const [before, after] = [sentence.slice(0, start), sentence.slice(start + why.length)];
  return html`<p part="why" class="line why">
    <span class="sr">${before}</span>${why}<span class="sr">${after}</span>
  </p>`;
}

/** What waits, who set it, and the button that drops it; without `withdraw` it cannot be dropped here. */
export function renderNext(next: NextStatus, strings: Strings, withdraw: (() => void) | undefined): TemplateResult {
  const { status, by, forwardTo } = next;
  const name = nameOf(status, strings);
  const whole = forwardTo ? `${name} ${strings.forwardedTo(forwardTo)}` : name;
  const text = by.role === 'agent' ? strings.next(whole) : strings.nextBy(whole, by.name ?? by.id);
  return html`<p part="next" class="line next">
    <span class="text">${status.emoji} ${text}</span>
    ${withdraw ? html`<button part="withdraw" class="plain" @click=${withdraw}>${strings.withdraw}</button>` : nothing}
  </p>`;
}

/** What went wrong. */
export interface Problem {
  readonly problem: unknown;
  /** False where it is that the store keeps nothing beyond this page. */
  readonly isKept: boolean;
}

/** What went wrong, in words for the user; the error's own are in the tooltip. */
export function renderProblem({ problem, isKept }: Problem, strings: Strings, dismiss: () => void): TemplateResult {
  const text = isKept ? errorText(problem, strings) : strings.notKept;
  return html`<div part="notice" class="notice error">
    <span class="text" role="alert" title=${messageOf(problem)}>${text}</span>
    <button class="plain" aria-label=${strings.dismiss} title=${strings.dismiss} @click=${dismiss}>✕</button>
  </div>`;
}
