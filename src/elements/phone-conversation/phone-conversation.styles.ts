import { css } from 'lit';

/** Panels, from wide to the width of a sidebar. */
export const conversationStyles = css`
  p {
    flex: 1 1 100%;
    margin: 0;
    font-size: 0.875em;
  }
  .panel {
    display: flex;
    flex-direction: column;
    gap: calc(var(--_space) * 1.25);
    padding: calc(var(--_space) * 1.5);
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
    font-variant-numeric: tabular-nums;
  }
  .panel + .panel {
    margin-block-start: var(--_space);
  }
  .panel[data-state='ringing'] {
    border-color: var(--_success);
    box-shadow: inset 0 0 0 1px var(--_success);
  }
  .controls,
  .foot {
    align-items: center;
  }
  .head {
    gap: 0 var(--_space);
  }
  .caller {
    flex: 1 1 6em;
    max-inline-size: 100%;
  }
  /* A number is not broken inside its digits. */
  .caller [dir='ltr'] {
    display: block;
    inline-size: fit-content;
    max-inline-size: 100%;
    overflow: hidden;
    overflow-wrap: normal;
    text-overflow: ellipsis;
  }
  .name {
    display: -webkit-box;
    overflow: hidden;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    font-weight: 600;
  }
  .name:focus {
    -webkit-line-clamp: none;
  }
  [data-state='ringing'] .name {
    -webkit-line-clamp: 3;
  }
  .small {
    color: var(--_muted);
    font-size: 0.875em;
  }
  .aside {
    display: flex;
    flex-direction: column;
    align-items: flex-end;
    margin-inline-start: auto;
  }
  [data-state='ringing'] .aside {
    flex: 1 0 100%;
    align-items: flex-start;
  }
  .state,
  .time {
    display: flex;
    align-items: center;
    gap: 0.35em;
  }
  .state {
    line-height: 1.6;
  }
  [data-state='held'] .state {
    color: var(--_warning);
  }
  svg {
    display: block;
    flex: none;
    inline-size: 1.15em;
    block-size: 1.15em;
    fill: none;
    stroke: currentcolor;
    stroke-linecap: round;
    stroke-linejoin: round;
    stroke-width: 2;
  }
  button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.4em;
    min-block-size: max(2.1em, 32px);
    overflow-wrap: break-word;
  }
  .icon {
    inline-size: clamp(32px, 2.4em, 25% - var(--_space) * 0.8);
    min-inline-size: 0;
    padding: 0;
  }
  .icon svg {
    font-size: 1.2em;
  }
  [aria-expanded='true'],
  .resume,
  .unmute {
    background: var(--_tint);
  }
  .hangUp,
  .answer,
  .hangUp:hover,
  .answer:hover {
    border-color: var(--_danger);
    background: var(--_danger);
    color: var(--_on-accent);
    font-weight: 600;
  }
  .answer,
  .answer:hover {
    border-color: var(--_success);
    background: var(--_success);
  }
  .hangUp {
    flex: 1 1 auto;
    max-inline-size: 20em;
    margin-inline-start: auto;
  }
  .hangUp svg,
  .decline svg {
    rotate: 135deg;
  }
  .answer,
  .decline {
    flex: 1 1 6em;
    padding-inline: 0.4em;
  }
  .decline {
    border-color: var(--_danger);
    color: var(--_danger);
  }
  .keypad {
    display: grid;
    grid-template-columns: repeat(3, minmax(0, 5em));
    justify-content: center;
    gap: calc(var(--_space) / 2);
  }
  .keypad span {
    grid-column: 1 / -1;
    color: var(--_muted);
    text-align: center;
  }
  .row input {
    flex: 1 1 8em;
  }
  textarea {
    display: block;
    min-block-size: 4em;
    max-block-size: 60vh;
    resize: vertical;
  }
  .panel .quiet {
    margin: -0.3em -0.5em;
    padding-inline: 0.5em;
    color: var(--_muted);
    font-size: 0.875em;
    text-decoration: underline;
    text-underline-offset: 0.2em;
  }
  .close {
    margin-inline-start: auto;
  }
  [aria-busy='true'] svg {
    display: none;
  }
  @media (forced-colors: active) {
    .panel .quiet {
      margin: 0;
    }
    .panel[data-state='ringing'] {
      border-width: 2px;
    }
  }
`;
