import { css } from 'lit';

/** The box around selector, conversations and dial field. */
export const styles = css`
  :host {
    max-inline-size: var(--phone-max-width, 26em);
  }
  .base {
    padding: var(--_space);
    border: 1px solid var(--_line);
    border-radius: calc(var(--_radius) * 1.5);
    background: var(--_surface);
  }
  phone-conversation {
    display: block;
    margin-block-start: var(--_space);
  }
  .dial {
    margin-block-start: var(--_space);
  }
  .dial input {
    flex: 999 1 7.5em;
    min-inline-size: 0;
  }
  .dial button {
    flex: 1 0 auto;
  }
`;
