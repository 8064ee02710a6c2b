import { html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { statusOf } from '../../model/account.js';
import { FORWARD, type Status } from '../../model/status.js';
import type { AgentView, NextStatus } from '../../model/view.js';
import { announceChanges, rememberChoice } from '../controllers/announcements.js';
import { Announcer } from '../controllers/announcer.js';
import { FocusKeeper } from '../controllers/focus-keeper.js';
import { PhoneElement } from '../phone-element.js';
import { ScopeController } from '../session/scope-controller.js';
import { popup } from '../styles/popup.js';
import { spinner } from '../styles/spinner.js';
import { controls, notices, tokens } from '../styles/tokens.js';
import { errorText, type Strings } from '../text/strings.js';
import { text } from '../text/live-text.js';
import { ForwardForm } from './forward-form.js';
import { nameOf, nextText, whyLine, whyOf } from './labels.js';
import { styles } from './phone-status-select.styles.js';
import { ProblemNotice } from './problem-notice.js';
import { isFixed } from './selector-host.js';
import { StatusList } from './status-list.js';
import { StatusTime } from './status-time.js';

/**
 * Shows the agent's status with the time in it, the reason for it, and the status that comes next, and lets the agent
 * choose another. It works inside a `phone-provider` or `phone-widget`, which fires its events.
 *
 * @csspart selector - The box that shows the status and opens the list (combobox).
 * @csspart time - The time in the status.
 * @csspart why - The reason for the status.
 * @csspart next - The status that was chosen for after the conversations.
 * @csspart withdraw - Withdraws that choice.
 * @csspart sign-in - Signs a signed-out agent in.
 * @csspart popup - The box around filter and list, in the top layer.
 * @csspart filter - The field that filters a long list.
 * @csspart list - The list (listbox).
 * @csspart status - One status in the list (option); `data-status` is its id.
 * @csspart notice - What went wrong, or that the connection is lost.
 * @cssprop --phone-color-surface - Background.
 * @cssprop --phone-color-sunken - Background of areas inside the surface.
 * @cssprop --phone-color-text - Text.
 * @cssprop --phone-color-muted - Secondary text.
 * @cssprop --phone-color-line - Dividing lines.
 * @cssprop --phone-color-edge - Edges of fields and buttons.
 * @cssprop --phone-color-accent - Focus ring, selection, primary button.
 * @cssprop --phone-color-on-accent - Text on the accent colour.
 * @cssprop --phone-color-tint - Background of the active option.
 * @cssprop --phone-color-danger - Errors.
 * @cssprop --phone-color-warning - Time beyond the allowance; a lost connection.
 * @cssprop --phone-font - Font family; the page's own by default.
 * @cssprop --phone-font-size - Font size; the page's own by default.
 * @cssprop --phone-radius - Radius of corners.
 * @cssprop --phone-space - Space between things.
 * @cssprop --phone-shadow - Shadow of the list.
 */
export class PhoneStatusSelect extends PhoneElement {
  static override styles = [tokens, controls, notices, popup, spinner, styles];

  /** Makes it read-only: it shows the status and opens no list. */
  @property({ type: Boolean }) disabled = false;
  /** The country (two letters) of numbers without a country code. Default: the browser's region. */
  @property() country = '';
  /** Set by an element around it that shows the calls itself. */
  @property({ type: Boolean, reflect: true }) embedded = false;

  readonly #scope = new ScopeController(this, {
    changed: () => this.#announceChanges(),
    failed: (error) => this.#problem.show(error),
  });
  readonly #time = new StatusTime(this, this.#scope);
  readonly #problem = new ProblemNotice(this, this.#scope);
  /** Both are made when they are first needed: most selectors of a page are only looked at. */
  #list: StatusList | undefined;
  #forward: ForwardForm | undefined;

  constructor() {
    super();
    new Announcer(this, () => this.#scope.session);
    new FocusKeeper(this, () => this.#scope.strings.widget);
  }

  override focus(options?: FocusOptions): void {
    this.renderRoot.querySelector<HTMLElement>('#selector')?.focus(options);
  }

  protected override willUpdate(): void {
    this.#scope.seek();
  }

  protected override render(): TemplateResult {
    const { scope, session, strings } = this.#scope;
    const { view } = this.#time;
    if (!scope || !session) return this.#renderMissing(strings);
    const signsIn = !scope.started || (view && !view.present);
    // White space between tags would be a node of each instance, many hundred on a large page.
    // prettier-ignore
    return html`<div class="row flow">${scope.started ? this.#renderSelector(view, strings) : nothing
    }${signsIn ? this.#renderSignIn(strings) : nothing
    }</div>${view && this.#renderWhy(view)
    }${this.#renderMore()
    }`;
  }

  #renderMissing(strings: Strings): TemplateResult {
    const problem = this.#scope.scope?.problem;
    const text = problem ? errorText(problem, strings) : strings.missingAgent;
    return html`<p part="notice" class="notice" .textContent=${text}></p>`;
  }

  #renderSelector(view: AgentView | undefined, strings: Strings): TemplateResult {
    const name = view ? this.#nameOf(view.status) : strings.connecting;
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
      aria-disabled=${isFixed(this, this.#scope) ? 'true' : nothing}
      aria-busy=${saving ? 'true' : nothing}
      aria-label="${strings.status}: ${sentence}"
      @click=${this.#onSelectorClick}
      @keydown=${this.#onKeydown}
      @focusout=${this.#onFocusout}
      ><span class="emoji" aria-hidden="true" .textContent=${view?.status.emoji ?? ''}></span
      ><span class="name" aria-hidden="true" title=${saving ? sentence : name} .textContent=${name}></span
      ><span id="time" part="time" class="time ${this.#time.isOver ? 'over' : ''}" aria-hidden="true"></span
    ></div>`;
  }

  #renderSignIn(strings: Strings): TemplateResult {
    return html`<button part="sign-in" class="primary" ?disabled=${this.disabled} @click=${this.#onSignIn}>
      ${text(strings.signIn)}
    </button>`;
  }

  #renderWhy(view: AgentView): TemplateResult {
    const { minutes, isOver } = this.#time;
    const { strings, session } = this.#scope;
    const facts = { minutes, isOver, embedded: this.embedded };
    const { before, shown, after } = whyLine(view, facts, { strings, account: session?.account });
    if (!shown) return html`<p part="why" class="sr" .textContent=${before}></p>`;
    // prettier-ignore
    return html`<p part="why" class="line why"
      ><span class="sr" .textContent=${before}></span
      ><span .textContent=${shown}></span
      ><span class="sr" .textContent=${after}></span
    ></p>`;
  }

  /** What most selectors do not show most of the time: one place in the template for all of it. */
  #renderMore(): TemplateResult | typeof nothing {
    const next = this.#time.view?.next && this.#renderNext(this.#time.view.next);
    const choosing = this.#list?.isOpen ? this.#list.render() : this.#forward?.render();
    const unreachable = this.#scope.session?.connection.state === 'offline' && this.#renderUnreachable();
    const problem = this.#problem.render();
    if (!next && !choosing && !unreachable && !problem) return nothing;
    return html`${next}${choosing}${unreachable || nothing}${problem}`;
  }

  #renderNext(next: NextStatus): TemplateResult {
    const { strings, session } = this.#scope;
    const withdraw = html`<button part="withdraw" class="plain" @click=${this.#onWithdraw}>
      ${text(strings.withdraw)}
    </button>`;
    return html`<p part="next" class="line next">
      <span class="text"
        ><span aria-hidden="true" .textContent=${`${next.status.emoji} `}></span
        ><span .textContent=${nextText(next, strings, session?.account)}></span
      ></span>
      ${this.disabled ? nothing : withdraw}
    </p>`;
  }

  #renderUnreachable(): TemplateResult {
    return html`<p part="notice" class="notice warning" .textContent=${this.#scope.strings.unreachable}></p>`;
  }

  #nameOf(status: Status): string {
    const { strings, session } = this.#scope;
    return nameOf(status, strings, session?.account);
  }

  #announceChanges(): void {
    const { session, strings } = this.#scope;
    if (session) announceChanges(session, strings);
  }

  get #ownList(): StatusList {
    const onOpen = (): void => this.#forward?.close();
    return (this.#list ??= new StatusList(this, this.#scope, { onOpen, onChoose: (status) => this.#onChoose(status) }));
  }

  async #choose(what: Status, forwardTo?: string): Promise<void> {
    const { scope, session } = this.#scope;
    if (!scope || !session) return;
    const { id: statusId } = what;
    const options = forwardTo === undefined ? {} : { forwardTo };
    if (!scope.request({ agentId: session.agentId, statusId, ...options })) return;
    rememberChoice(session, statusId);
    await this.#problem.watch(what, session.choose(statusId, options));
  }

  #onChoose(status: Status): void {
    if (status.id !== FORWARD) return void this.#choose(status);
    this.#forward ??= new ForwardForm(this, this.#scope, (number) => this.#onForward(number));
    void this.#forward.open();
  }

  #onForward(number: string): void {
    const account = this.#scope.session?.account;
    if (account) void this.#choose(statusOf(account, FORWARD), number);
  }

  #onSelectorClick(): void {
    if (this.#list?.isOpen) this.#list.close();
    else this.#ownList.open();
  }

  #onKeydown(event: KeyboardEvent): void {
    this.#ownList.onKeydown(event);
  }

  #onFocusout(event: FocusEvent): void {
    this.#list?.onFocusout(event);
  }

  #onSignIn(): void {
    void this.#problem.watch('signIn', this.#scope.scope?.signIn());
  }

  #onWithdraw(): void {
    void this.#problem.watch('withdraw', this.#scope.session?.withdraw());
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'phone-status-select': PhoneStatusSelect;
  }
}
