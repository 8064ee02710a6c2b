import { css } from 'lit';

/** The selector, its lines and its list. */
export const styles = css`
  :host {
    display: block;
    min-inline-size: 0;
    max-inline-size: 100%;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    gap: var(--_space);
  }
  .row > button {
    flex: 0 0 auto;
  }
  .selector {
    display: flex;
    flex: 1 1 10em;
    align-items: center;
    gap: 0.55em;
    min-inline-size: 0;
    min-block-size: max(2.4em, 32px);
    padding-block: 0.2em;
    padding-inline: 0.7em;
    border: 1px solid var(--_edge);
    border-radius: var(--_radius);
    background: var(--_surface);
    cursor: pointer;
    user-select: none;
  }
  .selector:hover {
    background: var(--_sunken);
  }
  .selector::after {
    flex: none;
    inline-size: 0.5em;
    block-size: 0.5em;
    margin-block-end: 0.25em;
    border: solid var(--_muted);
    border-width: 0 0.14em 0.14em 0;
    rotate: 45deg;
    content: '';
  }
  .selector[aria-expanded='true']::after {
    margin-block: 0.25em 0;
    rotate: 225deg;
  }
  .selector[aria-disabled] {
    border-style: dashed;
    background: none;
    cursor: default;
  }
  .selector[aria-disabled]::after {
    display: none;
  }
  .saving .time::after {
    display: inline-block;
    inline-size: 0.7em;
    block-size: 0.7em;
    margin-inline-start: 0.4em;
    border: 0.14em solid;
    border-inline-end-color: transparent;
    border-radius: 50%;
    animation: turn 0.9s linear infinite;
    content: '';
  }
  @keyframes turn {
    to {
      rotate: 1turn;
    }
  }
  .emoji,
  .option::before {
    flex: none;
    inline-size: 1.4em;
    text-align: center;
  }
  .emoji:empty {
    display: none;
  }
  .name {
    display: -webkit-box;
    flex: 1;
    min-inline-size: 0;
    overflow: hidden;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    font-weight: 600;
    line-height: 1.25;
    unicode-bidi: isolate;
  }
  .time {
    flex: none;
    color: var(--_muted);
    font-variant-numeric: tabular-nums;
  }
  .over {
    color: var(--_warning);
    font-weight: 700;
  }
  .over::before {
    content: '⚠\\FE0E ' / '';
  }
  .line {
    margin-block-start: calc(var(--_space) / 2);
    padding-inline: 0.7em;
    color: var(--_muted);
    font-size: 0.875em;
  }
  .why::first-letter {
    text-transform: uppercase;
  }
  .next {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.2em var(--_space);
    padding-inline-end: 0;
    color: inherit;
  }
  .forward {
    display: flex;
    flex-wrap: wrap;
    gap: var(--_space);
    margin-block-start: var(--_space);
    padding: 0.7em;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
  }
  .forward > :is(label, input, p) {
    flex: 1 0 100%;
  }
  .forward label {
    font-weight: 600;
  }
  .popup {
    position: fixed;
    inset: auto;
    display: flex;
    flex-direction: column;
    margin: 0;
    padding: 0.3em;
    overflow: hidden;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
    color: var(--_text);
    box-shadow: var(--_shadow);
  }
  .popup input {
    flex: none;
    margin-block-end: 0.3em;
  }
  .list {
    position: relative;
    flex: 0 1 auto;
    min-block-size: 0;
    overflow-y: auto;
    overscroll-behavior: contain;
  }
  .option {
    display: flex;
    align-items: center;
    gap: 0.55em;
    min-block-size: max(2.1em, 32px);
    padding: 0.25em 0.5em;
    border-radius: calc(var(--_radius) * 0.75);
    content-visibility: auto;
    contain-intrinsic-block-size: auto 2.1em;
    cursor: pointer;
    unicode-bidi: isolate;
  }
  .option::before {
    content: attr(data-emoji) / '';
  }
  .option:hover {
    background: var(--_sunken);
  }
  .option[data-active] {
    background: var(--_tint);
    outline: 2px solid var(--_accent);
    outline-offset: -2px;
  }
  .option[aria-selected='true'] {
    font-weight: 600;
  }
  .option[aria-selected='true']::after {
    margin-inline-start: auto;
    color: var(--_accent);
    content: '✓' / '';
  }
  .empty {
    padding: 0.4em 0.5em;
    color: var(--_muted);
  }
  @media (prefers-reduced-motion: reduce) {
    .saving .time::after {
      border-style: dotted;
      animation: none;
    }
  }
  @media (forced-colors: active) {
    .option[data-active] {
      outline-color: Highlight;
    }
  }
`;
