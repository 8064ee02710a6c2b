import { html, nothing, type TemplateResult } from 'lit';
import type { Account } from '../../model/account.js';
import type { Status } from '../../model/status.js';
import type { AgentView, NextStatus } from '../../model/view.js';
import { overAllowanceText } from '../controllers/announcements.js';
import { formatMinutes } from '../text/format.js';
import { errorText, type Strings } from '../text/strings.js';
import { text } from '../text/text.js';
import { nameOf, nextText, whyOf } from './labels.js';

const MINUTE_MS = 60_000;

/** In which words, and for the statuses of which account. */
export interface Words {
  readonly strings: Strings;
  readonly account: Account | undefined;
}

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
export function renderWhy({ view, minutes, isOver, embedded }: WhyLine, { strings, account }: Words): TemplateResult {
  const { status, cause, since } = view;
  const over = isOver ? overAllowanceText(status.allowanceMinutes, strings) : '';
  const reason = whyOf(view, strings);
  const why = strings.sentence([reason, over].filter(Boolean));
  const time = since ? formatMinutes(minutes * MINUTE_MS, strings.lang) : '';
  const sentence = strings.sentence([nameOf(status, strings, account), why, time].filter(Boolean));
  const isPlain = !why || (!over && (cause === 'sign-in' || (cause === 'call' && embedded)));
  if (isPlain) return html`<p part="why" class="sr" .textContent=${sentence}></p>`;
  const start = sentence.indexOf(why);
  const [before, after] = [sentence.slice(0, start), sentence.slice(start + why.length)];
  // prettier-ignore
  return html`<p part="why" class="line why"
    ><span class="sr" .textContent=${before}></span
    ><span .textContent=${why}></span
    ><span class="sr" .textContent=${after}></span
  ></p>`;
}

/** What waits, who set it, and the button that drops it; without `withdraw` it cannot be dropped here. */
export function renderNext(
  next: NextStatus,
  { strings, account }: Words,
  withdraw: (() => void) | undefined,
): TemplateResult {
  return html`<p part="next" class="line next">
    <span class="text"
      ><span aria-hidden="true" .textContent=${`${next.status.emoji} `}></span
      ><span .textContent=${nextText(next, strings, account)}></span
    ></span>
    ${
      withdraw
        ? html`<button part="withdraw" class="plain" @click=${withdraw}>${text(strings.withdraw)}</button>`
        : nothing
    }
  </p>`;
}

/** What went wrong. */
export interface Problem {
  readonly error: unknown;
  /** The wish that was refused, and the status that held then. */
  readonly wish?: { readonly what: Wish; readonly now: Status | undefined };
  /** Another element says it. */
  readonly isSaid?: boolean;
}

/** A status that was chosen, or what was pressed. */
export type Wish = Status | 'signIn' | 'withdraw';

/** What went wrong, in words for the user; nothing while they are being loaded. */
export function renderProblem(
  { error, wish, isSaid }: Problem,
  { strings, account, isKept }: Words & { readonly isKept: boolean },
  dismiss: () => void,
): TemplateResult | typeof nothing {
  const why = errorText(error, strings);
  if (!why && isKept) return nothing;
  const name = (status: Status): string => nameOf(status, strings, account);
  let words = isKept ? why : strings.notKept;
  if (wish) {
    const { what, now } = wish;
    if (typeof what === 'string') words = strings.failed(strings[what], words);
    else words = strings.notSaved(name(what), words, now ? name(now) : strings.connecting);
  }
  return html`<div part="notice" class="notice error">
    <span class="text" role=${isSaid ? nothing : 'alert'} .textContent=${words}></span>
    <button class="plain" aria-label=${strings.dismiss} @click=${dismiss}>✕</button>
  </div>`;
}
