import { css } from 'lit';

/**
 * The look that all phone elements share. A page sets the public `--phone-…` properties on any ancestor; the private
 * `--_…` ones resolve them, light or dark by the page's `color-scheme`. Sizes are in `em`: the elements follow the text
 * around them.
 */
export const tokens = css`
  :host {
    --_surface: var(--phone-color-surface, light-dark(#fff, #1d232c));
    --_sunken: var(--phone-color-sunken, light-dark(#f3f5f7, #272f3a));
    --_text: var(--phone-color-text, light-dark(#1b2430, #e9edf2));
    --_muted: var(--phone-color-muted, light-dark(#566273, #a7b2c0));
    --_line: var(--phone-color-line, light-dark(#c9d0d9, #3d4755));
    --_edge: var(--phone-color-edge, light-dark(#7a8696, #7f8b9b));
    --_accent: var(--phone-color-accent, light-dark(#1f5fc4, #8db8ff));
    --_on-accent: var(--phone-color-on-accent, light-dark(#fff, #0d1a2e));
    --_tint: var(--phone-color-tint, light-dark(#e8f0fd, #26395a));
    --_danger: var(--phone-color-danger, light-dark(#b3261e, #ff9c94));
    --_warning: var(--phone-color-warning, light-dark(#8a5300, #f2bd63));
    --_success: var(--phone-color-success, light-dark(#1a7f45, #6fd39a));
    --_radius: var(--phone-radius, 0.5em);
    --_space: var(--phone-space, min(0.5em, 8px));
    --_shadow: var(--phone-shadow, 0 0.5em 1.5em light-dark(rgb(15 23 42 / 0.18), rgb(0 0 0 / 0.6)));
    box-sizing: border-box;
    display: block;
    min-inline-size: 0;
    max-inline-size: 100%;
    color: var(--_text);
    font-family: var(--phone-font, inherit);
    font-size: var(--phone-font-size, inherit);
    line-height: 1.4;
    overflow-wrap: anywhere;
    /* Not inherited from the page's own text. Spacing of letters and words is: readers set it. */
    caret-color: auto !important;
    cursor: auto !important;
    font-stretch: normal !important;
    font-style: normal !important;
    font-variant: normal !important;
    font-weight: 400 !important;
    hyphens: manual !important;
    line-break: auto !important;
    text-align: start !important;
    text-align-last: auto !important;
    text-emphasis: none !important;
    text-indent: 0 !important;
    text-shadow: none !important;
    text-transform: none !important;
    white-space: normal !important;
    word-break: normal !important;
    -webkit-text-fill-color: currentcolor !important;
    -webkit-text-stroke: 0 currentcolor !important;
  }
  :host([hidden]) {
    display: none;
  }
  *,
  ::before,
  ::after {
    box-sizing: border-box;
  }
`;

/** Buttons, fields, rows that wrap, the focus ring, and text for screen readers alone. */
export const controls = css`
  button,
  input,
  textarea {
    margin: 0;
    border: 1px solid var(--_edge);
    border-radius: var(--_radius);
    background: var(--_surface);
    color: inherit;
    font: inherit;
    letter-spacing: inherit;
  }
  button {
    min-block-size: max(2em, 24px);
    min-inline-size: max(2em, 24px);
    padding: 0.15em 0.7em;
    cursor: pointer;
  }
  button:hover {
    background: var(--_sunken);
  }
  button.primary {
    border-color: var(--_accent);
    background: var(--_accent);
    color: var(--_on-accent);
    font-weight: 600;
  }
  button.plain {
    border-color: transparent;
    background: none;
    color: var(--_accent);
  }
  button.plain:hover {
    background: var(--_tint);
  }
  button.danger {
    border-color: var(--_danger);
    color: var(--_danger);
  }
  button:disabled,
  [aria-disabled='true'] {
    border-style: dashed;
    color: var(--_muted);
    cursor: default;
  }
  input,
  textarea {
    inline-size: 100%;
    min-block-size: max(2.2em, 24px);
    padding: 0.25em 0.6em;
  }
  ::placeholder {
    color: var(--_muted);
    opacity: 1;
  }
  :focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 2px;
  }
  .flow {
    display: flex;
    flex-wrap: wrap;
    gap: var(--_space);
  }
  .emoji {
    font-family: 'Apple Color Emoji', 'Segoe UI Emoji', 'Noto Color Emoji', sans-serif;
    font-weight: 400;
  }
  .error {
    color: var(--_danger);
  }
  /* The text begins where the box ends: nothing of it is drawn. */
  .sr {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    margin: -1px;
    padding-block-start: 1px;
    overflow: clip;
    white-space: nowrap;
  }
  @media (forced-colors: active) {
    :focus-visible {
      outline-color: Highlight;
    }
    button.primary {
      border-width: 2px;
    }
  }
`;

/** Paragraphs, and boxes for messages. */
export const notices = css`
  p {
    margin: 0;
  }
  .text {
    flex: 1 1 10em;
  }
  .notice {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.2em var(--_space);
    margin-block-start: var(--_space);
    padding: 0.35em min(0.7em, 10px);
    border-inline-start: 3px solid var(--_edge);
    border-start-end-radius: var(--_radius);
    border-end-end-radius: var(--_radius);
    background: var(--_sunken);
    font-size: 0.875em;
  }
  .notice:first-child {
    margin: 0;
  }
  .notice.error {
    border-color: var(--_danger);
    color: inherit;
  }
  .notice.warning {
    border-color: var(--_warning);
  }
  /* Aligns its label with the text, not its box. */
  .text + .plain {
    margin-inline: calc(-0.4em - 1px);
    padding-inline: 0.4em;
  }
  .notice > .plain {
    color: inherit;
  }
`;
