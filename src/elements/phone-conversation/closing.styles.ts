import { css } from 'lit';

/** The time left before a conversation closes, and what says that it was closed. */
export const closingStyles = css`
  .limit {
    flex: 1 1 6em;
  }
  progress {
    display: block;
    inline-size: 100%;
    block-size: 0.25em;
    overflow: hidden;
    appearance: none;
    border: 0;
    border-radius: 1em;
    background: var(--_line);
  }
  ::-webkit-progress-bar {
    background: none;
  }
  ::-webkit-progress-value {
    background: var(--_accent);
  }
  ::-moz-progress-bar {
    background: var(--_accent);
  }
  .panel[data-state='closed'] {
    border-style: dashed;
    background: var(--_sunken);
  }
  .closed {
    color: var(--_warning);
    font-weight: 600;
  }
  @media (forced-colors: active) {
    progress {
      --_accent: Highlight;
      border: 1px solid;
      forced-color-adjust: none;
    }
  }
`;
