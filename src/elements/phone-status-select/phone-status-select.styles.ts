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
    flex: 1 0 auto;
  }
  .selector {
    display: flex;
    flex: 999 1 10em;
    flex-wrap: wrap;
    align-items: center;
    justify-content: end;
    gap: 0 min(0.55em, 8px);
    min-inline-size: 0;
    min-block-size: max(2.4em, 32px);
    padding-block: 0.2em;
    padding-inline: min(0.7em, 10px);
    border: 1px solid var(--_edge);
    border-radius: var(--_radius);
    background: var(--_surface);
    cursor: pointer;
    user-select: none;
  }
  :host([embedded]) .selector {
    border-color: transparent;
  }
  .selector:hover,
  .selector[aria-expanded='true'] {
    background: var(--_sunken);
  }
  /* An arrow down of two strokes; a turned box would be a layer of its own in each selector. */
  .selector::after {
    --_stroke: transparent 36%, var(--_muted) 36% 64%, transparent 64%;
    flex: none;
    inline-size: 0.75em;
    block-size: 0.42em;
    background:
      linear-gradient(to top right, var(--_stroke)) 0 / 50% 100% no-repeat,
      linear-gradient(to top left, var(--_stroke)) 100% / 50% 100% no-repeat;
    content: '';
  }
  .selector[aria-expanded='true']::after {
    background-position: 100%, 0;
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
  .emoji {
    flex: none;
    inline-size: 1.3em;
    font-family: 'Apple Color Emoji', 'Segoe UI Emoji', 'Noto Color Emoji', sans-serif;
    font-weight: 400;
    text-align: center;
  }
  .emoji:empty {
    display: none;
  }
  .name {
    display: -webkit-box;
    flex: 1 1 3em;
    min-inline-size: 0;
    overflow: clip;
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
    margin-inline-end: 0.3em;
    content: '⚠\\FE0E' / '';
  }
  .line {
    margin-block-start: calc(var(--_space) / 2);
    padding-inline: calc(0.8em + 1px);
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
  /* Laid out only when its place is known. */
  .popup:popover-open {
    display: flex;
    flex-direction: column;
  }
  .popup {
    position: fixed;
    inset: auto;
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
    position: relative;
    padding-block: max(0.35em, 16px - 0.7em);
    padding-inline: 2.3em 0.5em;
    border-radius: calc(var(--_radius) * 0.75);
    line-height: 1.4;
    cursor: pointer;
    unicode-bidi: isolate;
  }
  /* A list of 1,000 is drawn as far as it is seen: that takes rows of one height. */
  .long .option:not([data-active]) {
    block-size: max(2.1em, 32px);
    content-visibility: auto;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .option > .emoji {
    position: absolute;
    inset-inline-start: 0.5em;
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
    padding-inline-end: 1.8em;
    font-weight: 600;
  }
  .option[aria-selected='true']::after {
    position: absolute;
    inset-block-start: max(0.35em, 16px - 0.7em);
    inset-inline-end: 0.5em;
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
