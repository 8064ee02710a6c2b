import { css } from 'lit';

/** Panels, from wide to the width of a sidebar. */
export const conversationStyles = css`
  :host {
    display: block;
    min-inline-size: 0;
    max-inline-size: 100%;
  }
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
  }
  .panel + .panel {
    margin-block-start: var(--_space);
  }
  .panel[data-state='ringing'] {
    border-color: var(--_success);
    box-shadow: inset 0 0 0 1px var(--_success);
  }
  .head,
  .controls,
  .foot,
  .row {
    display: flex;
    flex-wrap: wrap;
    gap: var(--_space);
  }
  .controls,
  .foot {
    align-items: center;
  }
  .head {
    gap: 0 var(--_space);
  }
  .caller {
    flex: 1 1 8em;
    min-inline-size: 0;
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
  .number,
  .state,
  .time {
    color: var(--_muted);
    font-size: 0.875em;
  }
  .aside {
    display: flex;
    flex: 0 1 auto;
    flex-direction: column;
    align-items: flex-end;
  }
  .state,
  .time {
    display: flex;
    align-items: center;
    gap: 0.35em;
    line-height: 1.6;
  }
  .time {
    color: inherit;
    font-size: inherit;
    font-variant-numeric: tabular-nums;
    line-height: inherit;
  }
  .time .inbound,
  .time .outbound {
    color: var(--_muted);
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
  }
  .icon {
    inline-size: max(2.3em, 32px);
    padding: 0;
  }
  [aria-expanded='true'] {
    background: var(--_tint);
  }
  .hang-up,
  .answer,
  .hang-up:hover,
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
  .hang-up {
    margin-inline-start: auto;
  }
  .hang-up svg,
  .decline svg {
    rotate: 135deg;
  }
  .answer,
  .decline {
    flex: 1 1 6em;
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
  .digits {
    grid-column: 1 / -1;
    min-block-size: 1.4em;
    text-align: center;
  }
  .row input {
    flex: 1 1 8em;
  }
  label,
  .field {
    display: block;
  }
  .caption {
    display: block;
    margin-block-end: 0.15em;
    color: var(--_muted);
    font-size: 0.875em;
  }
  textarea {
    display: block;
    min-block-size: 4em;
    max-block-size: 60vh;
    resize: vertical;
  }
  .quiet {
    padding-inline: 0;
    color: var(--_muted);
    font-size: 0.875em;
  }
  .close {
    margin-inline-start: auto;
  }
  .limit {
    flex: 1 1 6em;
    color: var(--_muted);
    font-size: 0.875em;
    font-variant-numeric: tabular-nums;
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
  [aria-busy='true']::before {
    inline-size: 0.9em;
    block-size: 0.9em;
    border: 0.14em solid;
    border-inline-end-color: transparent;
    border-radius: 50%;
    animation: turn 0.9s linear infinite;
    content: '';
  }
  [aria-busy='true'] svg {
    display: none;
  }
  @keyframes turn {
    to {
      rotate: 1turn;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    [aria-busy='true']::before {
      border-style: dotted;
      animation: none;
    }
  }
  @media (forced-colors: active) {
    progress {
      border: 1px solid;
    }
    .panel[data-state='ringing'] {
      border-width: 2px;
    }
  }
`;
