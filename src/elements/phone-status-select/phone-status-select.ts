import { html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { choosableStatuses, statusOf } from '../../model/account.js';
import { isPhoneError, type PhoneError } from '../../model/errors.js';
import { FORWARD, type Status } from '../../model/status.js';
import type { AgentView } from '../../model/view.js';
import type { AgentSession } from '../../session/agent-session.js';
import { announce, Announcer } from '../controllers/announcer.js';
import { ClockController } from '../controllers/clock-controller.js';
import { FocusKeeper } from '../controllers/focus-keeper.js';
import { ScopeController } from '../session/scope-controller.js';
import { rememberChoice, announceChanges, announceOverAllowance } from '../controllers/announcements.js';
import { formatClock } from '../text/format.js';
import { PhoneElement } from '../phone-element.js';
import { errorText, type Strings } from '../text/strings.js';
import { controls, notices, tokens } from '../styles/tokens.js';
import { text } from '../text/text.js';
import { ForwardForm, type ForwardTarget } from './forward-form.js';
import { styles } from './phone-status-select.styles.js';
import { StatusList, type ListSource } from './status-list.js';
import { renderNext, renderProblem, renderWhy, type Problem, type Wish } from './status-notices.js';
import { nameOf, whyOf } from './labels.js';

const MINUTE_MS = 60_000;

/** The errors that a selector has said: all selectors of a session hear of each. */
const said = new WeakSet<PhoneError>();

/**
 * Shows the agent's status with the time in it, why, and what waits; lets the agent choose another. It works inside a
 * `phone-provider` or `phone-widget`, which fires its events.
 *
 * @csspart selector - The box that shows the status and opens the list (combobox).
 * @csspart time - The time in the status.
 * @csspart why - Why the agent is in it.
 * @csspart next - The choice that waits for the end of the conversations.
 * @csspart withdraw - Drops that choice.
 * @csspart sign-in - Signs a signed-out agent in.
 * @csspart popup - The box in the top layer around filter and list.
 * @csspart filter - The field that filters a long list.
 * @csspart list - The list (listbox).
 * @csspart status - One status in it (option); `data-status` is its id.
 * @csspart notice - What went wrong, or that the connection is lost.
 * @cssprop --phone-color-surface - Background.
 * @cssprop --phone-color-sunken - Background of what lies in it.
 * @cssprop --phone-color-text - Text.
 * @cssprop --phone-color-muted - Text of lesser weight.
 * @cssprop --phone-color-line - Lines between things.
 * @cssprop --phone-color-edge - Edges of fields and buttons.
 * @cssprop --phone-color-accent - Focus, selection, main button.
 * @cssprop --phone-color-on-accent - Text on it.
 * @cssprop --phone-color-tint - Background of the active option.
 * @cssprop --phone-color-danger - Errors.
 * @cssprop --phone-color-warning - Time beyond the allowance, lost connection.
 * @cssprop --phone-font - Font family; the page's own by default.
 * @cssprop --phone-font-size - Font size; the page's own by default.
 * @cssprop --phone-radius - Corners.
 * @cssprop --phone-space - Distances.
 * @cssprop --phone-shadow - Shadow of the list.
 */
export class PhoneStatusSelect extends PhoneElement {
  static override styles = [tokens, controls, notices, styles];

  /** Read-only: shows the status and opens no list. */
  @property({ type: Boolean }) disabled = false;
  /** Two letters: the country of a number without country code; the browser's region where it is left out. */
  @property() country = '';
  /** Drawn inside a box that shows the calls itself. */
  @property({ type: Boolean, reflect: true }) embedded = false;

  readonly #scope = new ScopeController(this, {
    changed: () => this.#announce(),
    // That a call id was used again is for those who look after the source.
    failed: (error) =>
      isPhoneError(error, 'outdated') || this.#show({ error, isSaid: said.has(error) || !said.add(error) }),
  });
  readonly #clock = new ClockController(this, () => this.#showTime());
  /** Both are made when they are first needed: most selectors of a page are only looked at. */
  #list: StatusList | undefined;
  #forward: ForwardForm | undefined;
  #problem: Problem | undefined;
  /** What is drawn, name, reason and time alike: the session's own may be another as soon as its clock jumps. */
  #view: AgentView | undefined;
  /** Whole minutes in the status, as they are drawn. */
  #minutes = 0;

  constructor() {
    super();
    new Announcer(this, () => this.#scope.session);
    new FocusKeeper(this, () => this.#scope.strings.widget);
  }

  override focus(options?: FocusOptions): void {
    this.#find('selector')?.focus(options);
  }

  protected override willUpdate(): void {
    this.#scope.seek();
    this.#view = this.#scope.view;
    if (this.#isFixed) {
      this.#list?.drop();
      this.#forward?.drop();
    }
    this.#minutes = Math.floor(this.#elapsed / MINUTE_MS);
    this.#clock.runs = Boolean(this.#view?.since);
    const { session, strings } = this.#scope;
    if (session && this.hasUpdated && this.#isOver) announceOverAllowance(session, strings);
  }

  protected override updated(): void {
    this.#showTime();
    this.#list?.updated();
  }

  protected override render(): TemplateResult {
    const { scope, session, strings } = this.#scope;
    const view = this.#view;
    if (!scope || !session) return this.#renderMissing(strings);
    const signsIn = !scope.started || (view && !view.present);
    // White space between tags would be a node of each instance, many hundred on a large page.
    // prettier-ignore
    return html`<div class="row">${scope.started ? this.#renderSelector(view, strings) : nothing
    }${signsIn ? this.#renderSignIn(strings) : nothing
    }</div>${view && this.#renderWhy(view, strings)
    }${this.#renderMore(session, strings)
    }`;
  }

  #renderMissing(strings: Strings): TemplateResult {
    const problem = this.#scope.scope?.problem;
    const text = problem ? errorText(problem, strings) : strings.missingAgent;
    return html`<p part="notice" class="notice" .textContent=${text}></p>`;
  }

  #renderWhy(view: AgentView, strings: Strings): TemplateResult {
    const words = { strings, account: this.#scope.session?.account };
    return renderWhy({ view, minutes: this.#minutes, isOver: this.#isOver, embedded: this.embedded }, words);
  }

  /** What most selectors do not show most of the time: one place in the template for all of it. */
  #renderMore({ connection, account }: AgentSession, strings: Strings): TemplateResult | typeof nothing {
    const problem = this.#problem;
    const view = this.#view;
    const words = { strings, account };
    const isOffline = connection.state === 'offline';
    const isKnown = isOffline && !problem?.wish && isPhoneError(problem?.error, 'unavailable');
    const withdraw = this.disabled ? undefined : this.#onWithdraw;
    const next = view?.next && renderNext(view.next, words, withdraw);
    const choosing = this.#list?.isOpen ? this.#list.render() : this.#forward?.render();
    const unreachable = isOffline && this.#renderUnreachable(strings);
    const isKept = connection.state !== 'online' || problem?.error !== connection.reason;
    const wrong = problem && !isKnown && renderProblem(problem, { ...words, isKept }, this.#onDismiss);
    if (!next && !choosing && !unreachable && !wrong) return nothing;
    return html`${next}${choosing}${unreachable || nothing}${wrong || nothing}`;
  }

  #renderSelector(view: AgentView | undefined, strings: Strings): TemplateResult {
    const name = view ? nameOf(view.status, strings, this.#scope.session?.account) : strings.connecting;
    const why = view ? whyOf(view, strings) : '';
    const saving = this.#scope.session?.saving;
    const sentence = strings.sentence([name, why, saving ? strings.unsaved : ''].filter(Boolean));
    const isOpen = this.#list?.isOpen === true;
    // prettier-ignore
    return html`<div
      id="selector"
      part="selector"
      class="selector ${saving ? 'saving' : ''}"
      role="combobox"
      tabindex="0"
      aria-haspopup="listbox"
      aria-controls=${isOpen ? 'list' : nothing}
      aria-expanded=${isOpen}
      aria-disabled=${this.#isFixed ? 'true' : nothing}
      aria-busy=${saving ? 'true' : nothing}
      aria-label="${strings.status}: ${sentence}"
      @click=${this.#onSelectorClick}
      @keydown=${this.#onKey}
      @focusout=${this.#onFocusOut}
      ><span class="emoji" aria-hidden="true" .textContent=${view?.status.emoji ?? ''}></span
      ><span class="name" aria-hidden="true" title=${saving ? sentence : name} .textContent=${name}></span
      ><span id="time" part="time" class="time ${this.#isOver ? 'over' : ''}" aria-hidden="true"></span
    ></div>`;
  }

  #renderSignIn(strings: Strings): TemplateResult {
    return html`<button part="sign-in" class="primary" ?disabled=${this.disabled} @click=${this.#onSignIn}>
      ${text(strings.signIn)}
    </button>`;
  }

  #renderUnreachable(strings: Strings): TemplateResult {
    return html`<p part="notice" class="notice warning" .textContent=${strings.unreachable}></p>`;
  }

  get #isFixed(): boolean {
    return this.disabled || !this.#view;
  }

  get #elapsed(): number {
    const { session } = this.#scope;
    const since = this.#view?.since;
    return since && session ? Math.max(0, session.store.now() - since) : 0;
  }

  get #isOver(): boolean {
    const allowance = this.#view?.status.allowanceMinutes;
    return Boolean(allowance && this.#minutes >= allowance);
  }

  #listSource(): ListSource {
    const { session, strings } = this.#scope;
    return {
      account: session?.account,
      statuses: session?.account ? choosableStatuses(session.account) : [],
      current: this.#view?.status,
      strings,
      fixed: this.#isFixed,
      opens: () => this.#forward?.close(),
      say: (text) => announce(session, text),
      pick: (status) => this.#pick(status),
    };
  }

  #forwardTarget(): ForwardTarget {
    const { session, strings } = this.#scope;
    const forward = (number: string): void => {
      if (session?.account) void this.#choose(statusOf(session.account, FORWARD), number);
    };
    return { session, strings, country: this.country, forward };
  }

  /** The time is written past the template every second; the template is drawn anew once a minute. */
  #showTime(): void {
    const { view, strings } = this.#scope;
    if (view !== this.#view) return this.requestUpdate();
    const text = view?.since ? formatClock(this.#elapsed, strings.lang) : '';
    const time = this.#find('time');
    if (time && time.textContent !== text) time.textContent = text;
    if (Math.floor(this.#elapsed / MINUTE_MS) !== this.#minutes) this.requestUpdate();
  }

  #find(id: string): HTMLElement | null {
    return this.renderRoot.querySelector(`#${id}`);
  }

  #show(problem: Problem | undefined): void {
    this.#problem = problem;
    this.requestUpdate();
  }

  #announce(): void {
    const { session, strings } = this.#scope;
    if (session) announceChanges(session, strings);
  }

  #pick(status: Status): void {
    if (status.id !== FORWARD) return void this.#choose(status);
    this.#forward ??= new ForwardForm(this, () => this.#forwardTarget());
    void this.#forward.open();
  }

  async #choose(what: Status, forwardTo?: string): Promise<void> {
    const { scope, session } = this.#scope;
    if (!scope || !session) return;
    const { id: statusId } = what;
    const options = forwardTo === undefined ? {} : { forwardTo };
    if (!scope.request({ agentId: session.agentId, statusId, ...options })) return;
    rememberChoice(session, statusId);
    await this.#attempt(what, session.choose(statusId, options));
  }

  async #attempt(what: Wish, done: Promise<void> | undefined): Promise<void> {
    this.#show(undefined);
    try {
      await done;
    } catch (error) {
      this.#show({ error, wish: { what, now: this.#scope.view?.status } });
      this.#scope.scope?.report(error);
    }
  }

  get #ownList(): StatusList {
    return (this.#list ??= new StatusList(this, () => this.#listSource()));
  }

  #onSelectorClick(): void {
    if (this.#list?.isOpen) this.#list.close();
    else this.#ownList.open();
  }

  #onKey(event: KeyboardEvent): void {
    this.#ownList.onKey(event);
  }

  #onFocusOut(event: FocusEvent): void {
    this.#list?.onFocusOut(event);
  }

  #onSignIn(): void {
    void this.#attempt('signIn', this.#scope.scope?.signIn());
  }

  readonly #onWithdraw = (): void => {
    void this.#attempt('withdraw', this.#scope.session?.withdraw());
  };

  readonly #onDismiss = (): void => this.#show(undefined);
}

declare global {
  interface HTMLElementTagNameMap {
    'phone-status-select': PhoneStatusSelect;
  }
}
