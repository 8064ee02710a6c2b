import { css } from 'lit';

/** The selector, its lines and its list. */
export const styles = css`
  .row > button {
    flex: 1 0 auto;
  }
  /* The arrow is two strokes of the background: a box of its own would be one more node of each selector. */
  .selector {
    --_stroke: transparent 38%, var(--_muted) 38% 62%, transparent 62%;
    --_down: linear-gradient(to top right, var(--_stroke));
    --_up: linear-gradient(to top left, var(--_stroke));
    --_side: right;
    --_edge-space: min(0.7em, 10px);
    display: flex;
    flex: 999 1 10em;
    flex-wrap: wrap;
    align-items: center;
    justify-content: end;
    gap: 0 min(0.55em, 8px);
    min-inline-size: 0;
    min-block-size: max(2.4em, 32px);
    padding-block: 0.2em;
    padding-inline: var(--_edge-space) calc(var(--_edge-space) + 1.1em);
    border: 1px solid var(--_edge);
    border-radius: var(--_radius);
    background-color: var(--_surface);
    background-image: var(--_up), var(--_down);
    background-position:
      var(--_side) var(--_edge-space) center,
      var(--_side) calc(var(--_edge-space) + 0.36em) center;
    background-size: 0.36em 0.4em;
    background-repeat: no-repeat;
    cursor: pointer;
    user-select: none;
  }
  .selector:dir(rtl) {
    --_side: left;
  }
  .selector:is(:dir(ltr)[aria-expanded='true'], :dir(rtl)[aria-expanded='false']) {
    background-image: var(--_down), var(--_up);
  }
  :host([embedded]) .selector {
    border-color: transparent;
  }
  .selector:hover,
  .selector[aria-expanded='true'] {
    background-color: var(--_sunken);
  }
  .selector[aria-disabled] {
    padding-inline-end: var(--_edge-space);
    border-style: dashed;
    background: none;
    cursor: default;
  }
  .saving .time::after {
    inline-size: 0.7em;
    block-size: 0.7em;
    margin-inline-start: 0.4em;
  }
  .emoji {
    flex: none;
    inline-size: 1.3em;
    margin-inline-end: auto;
    text-align: center;
  }
  .emoji:empty {
    display: none;
  }
  .name {
    display: -webkit-box;
    flex: 1 1 5em;
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
    padding-inline: calc(min(0.8em, 10px) + 1px);
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
    color: inherit;
  }
  .forward {
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
    padding: 0.3em;
  }
  .popup input {
    margin-block-end: 0.3em;
  }
  .list {
    position: relative;
    overflow-y: auto;
    overscroll-behavior: contain;
  }
  .option {
    position: relative;
    padding-block: max(0.35em, 16px - 0.7em);
    padding-inline: 2.3em 0.5em;
    border-radius: calc(var(--_radius) * 0.75);
    cursor: pointer;
    unicode-bidi: isolate;
  }
  /* Of 1,000 options only the visible ones are drawn: that takes rows of one height. */
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
  @media (forced-colors: active) {
    /* No drawn background is left: the arrow is a letter. */
    .selector {
      position: relative;
    }
    .selector:not([aria-disabled])::after {
      position: absolute;
      inset-inline-end: var(--_edge-space);
      content: '▾' / '';
    }
    .selector[aria-expanded='true']::after {
      content: '▴' / '';
    }
    .option[data-active] {
      outline-color: Highlight;
    }
  }
`;
