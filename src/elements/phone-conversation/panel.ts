import type { Instant } from '../../model/agent.js';
import type { Conversation } from '../../model/view.js';
import type { AgentSession } from '../../session/agent-session.js';
import type { PhoneScope } from '../context.js';
import { writeDraft, type Draft } from '../controllers/drafts.js';
import { errorText, type Strings } from '../strings.js';

/** What a panel needs of the element that it is in. */
export interface PanelHost {
  readonly scope: PhoneScope | undefined;
  readonly updateComplete: Promise<boolean>;
  requestUpdate(): void;
  /** Says a sentence to screen readers, politely. */
  announce(text: string): void;
}

/** What a panel shows besides the conversation. */
export type Drawer = 'keypad' | 'transfer' | 'callOver';

/** One conversation on the screen: what the agent is doing in it, and what went wrong. */
export class Panel {
  drawer: Drawer | undefined;
  /** The digits sent since the keypad was opened. */
  digits = '';
  /** What went wrong last, and by which deed. */
  failure: { readonly deed: string; readonly text: string } | undefined;
  /** The limit on After Call Work of which the agent was told that it is near. */
  warnedOf: Instant | undefined;
  readonly #host: PanelHost;
  readonly #deeds = new Set<string>();

  constructor(host: PanelHost) {
    this.#host = host;
  }

  /** Whether the deed of that name is being done. */
  isDoing(deed: string): boolean {
    return this.#deeds.has(deed);
  }

  /** Does something that takes a while, once at a time; where it fails the panel says why. */
  async do(deed: string, work: (session: AgentSession, scope: PhoneScope) => Promise<void>): Promise<void> {
    const scope = this.#host.scope;
    if (!scope?.session || this.#deeds.has(deed)) return;
    this.#deeds.add(deed);
    this.failure = undefined;
    this.redraw();
    try {
      await work(scope.session, scope);
    } catch (error) {
      this.#fail(deed, error, (strings) => errorText(error, strings));
    } finally {
      this.#deeds.delete(deed);
      this.redraw();
    }
  }

  /** Keeps what the agent typed. */
  write(conversation: Conversation, change: Partial<Pick<Draft, 'notes' | 'tags' | 'entry'>>): void {
    const session = this.#host.scope?.session;
    if (!session) return;
    if (this.failure?.deed === 'write') this.failure = undefined;
    try {
      writeDraft(session, conversation, change);
    } catch (error) {
      this.#fail('write', error, (strings) => strings.draftNotKept);
    }
  }

  /** Opens one drawer, or closes it where it is open. */
  toggle(drawer: Drawer): void {
    this.drawer = this.drawer === drawer ? undefined : drawer;
    this.digits = '';
    this.redraw();
  }

  announce(text: string): void {
    this.#host.announce(text);
  }

  /** Settles when the panel is drawn. */
  get drawn(): Promise<boolean> {
    return this.#host.updateComplete;
  }

  redraw(): void {
    this.#host.requestUpdate();
  }

  #fail(deed: string, error: unknown, text: (strings: Strings) => string): void {
    const scope = this.#host.scope;
    if (!scope) return;
    this.failure = { deed, text: text(scope.strings) };
    scope.report(error);
    this.redraw();
  }
}
