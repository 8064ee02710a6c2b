import { css } from 'lit';

/** The table: rows of a grid where there is room, else cards. */
export const tableStyles = css`
  .filter {
    margin-block-end: var(--_space);
  }
  .table {
    overflow-wrap: anywhere;
  }
  .row {
    display: grid;
    grid-template-columns: 3.9em minmax(7em, 2fr) 6em minmax(8em, 4fr) 6.5em 6.5em 4.2em;
    align-items: center;
  }
  .head {
    border-block-end: 1px solid var(--_line);
    color: var(--_muted);
    font-size: 0.875em;
  }
  .head .row {
    grid-template-columns: 4.46em minmax(8em, 2fr) 6.86em minmax(9.14em, 4fr) 7.43em 7.43em 4.8em;
    align-items: end;
  }
  .row > * {
    min-inline-size: 0;
    padding: 0.4em 0.5em;
    font-weight: inherit;
    text-align: start;
  }
  .row[data-status] {
    position: relative;
    min-block-size: 3.1em;
    border-block-end: 1px solid var(--_line);
    /* Of 1,000 rows only the visible ones are drawn. */
    content-visibility: auto;
    contain-intrinsic-block-size: auto 3.2em;
  }
  .row[data-status]:hover {
    background: var(--_sunken);
  }
  .sign {
    display: flex;
    align-items: center;
    gap: 0.2em;
    padding-inline: 0;
  }
  .sign .emoji {
    font-size: 1.25em;
    line-height: 1.2;
    max-block-size: 1.3em;
    overflow: hidden;
  }
  .grip {
    flex: none;
    inline-size: max(1.6em, 24px);
    min-inline-size: 0;
    block-size: max(2em, 28px);
    padding: 0;
    border: 0;
    background: none;
    cursor: grab;
    touch-action: none;
  }
  span.grip {
    cursor: auto;
  }
  button.grip::before {
    display: block;
    inline-size: 0.55em;
    block-size: 0.9em;
    margin-inline: auto;
    background: radial-gradient(circle, var(--_muted) 0.09em, transparent 0.11em) 0 0 / 0.275em 0.3em;
    content: '';
  }
  .name {
    font-weight: 600;
  }
  bdi {
    display: -webkit-box;
    overflow: hidden;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 3;
    text-align: -webkit-match-parent;
    text-align: match-parent;
    unicode-bidi: isolate;
  }
  .type > span {
    display: inline-block;
    padding: 0 0.5em;
    border: 1px solid var(--_line);
    border-radius: 1em;
    color: var(--_muted);
    font-size: 0.875em;
  }
  .type.custom > span {
    border-color: var(--_accent);
    color: var(--_accent);
  }
  .about {
    font-size: 0.9375em;
  }
  .about bdi {
    -webkit-line-clamp: 8;
  }
  .allowed {
    display: block;
    color: var(--_muted);
    font-size: 0.9375em;
  }
  .takes:not(.yes) {
    color: var(--_muted);
  }
  .takes.yes {
    font-weight: 600;
  }
  .off :is(.name, .about, .takes) {
    color: var(--_muted);
  }
  .off .name bdi {
    text-decoration: line-through;
    text-decoration-thickness: 1px;
  }
  .actions {
    padding-inline: 0;
    text-align: end;
  }
  .switch {
    position: relative;
    inline-size: max(2.6em, 40px);
    min-block-size: max(1.5em, 24px);
    padding: 0;
    border-radius: 2em;
    background: var(--_sunken);
  }
  .switch::before {
    position: absolute;
    inset-block: 0.2em;
    inset-inline-start: 0.2em;
    aspect-ratio: 1;
    border-radius: 50%;
    background: var(--_edge);
    transition: inset-inline-start 0.12s;
    content: '';
  }
  .switch[aria-checked='true'] {
    border-color: var(--_accent);
    background: var(--_accent);
  }
  .switch[aria-checked='true']::before {
    inset-inline: auto 0.2em;
    background: var(--_on-accent);
  }
  .switch.waits {
    border-style: dashed;
    opacity: 0.6;
  }
  [data-dragged] {
    background: var(--_tint);
    opacity: 0.7;
  }
  [data-dragged] .grip {
    cursor: grabbing;
  }
  [data-drop]::after {
    position: absolute;
    z-index: 1;
    inset-inline: 0;
    inset-block-start: 0;
    block-size: 3px;
    background: var(--_accent);
    content: '';
  }
  [data-drop='after']::after {
    inset-block: auto 0;
  }
  .edited {
    display: block;
    padding-block: 0.6em;
    background: none;
    /* Its picker and its messages may overflow. */
    content-visibility: visible;
  }
  @media (prefers-reduced-motion: reduce) {
    .switch::before {
      transition: none;
    }
  }
  @media (forced-colors: active) {
    button.grip::before {
      background: none;
      block-size: auto;
      inline-size: auto;
      content: '⠿' / '';
    }
    .switch::before {
      border: 2px solid ButtonText;
      background: Canvas;
    }
    .switch[aria-checked='true'] {
      background: Highlight;
      forced-color-adjust: none;
    }
    [data-drop]::after {
      background: Highlight;
    }
  }
`;
