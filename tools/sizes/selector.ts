// What a page loads that shows the selector alone, with a session and the browser store: measured, never published.
export { AgentSession, browserStore } from '../../src/headless.js';
import '../../src/define/phone-status-select.js';
