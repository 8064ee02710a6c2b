import { css } from 'lit';

/** Fields with their meaning and their problem, the form of a status, and the emoji picker. */
export const formStyles = css`
  .form {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(18em, 100%), 1fr));
    gap: 1em 1.4em;
    align-items: start;
    padding: min(1em, 4cqi);
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_sunken);
  }
  header + .form {
    margin-block-end: 1.2em;
  }
  .form + .table,
  .form + .filter {
    margin-block-start: 1.2em;
  }
  .wide {
    grid-column: 1 / -1;
  }
  .field {
    min-inline-size: 0;
  }
  .field > label {
    display: block;
    margin-block-end: 0.2em;
    font-weight: 600;
  }
  .field.flag > label {
    display: flex;
    gap: 0.5em;
    align-items: start;
    cursor: pointer;
  }
  .field.flag > .hint {
    padding-inline-start: calc(max(1.2em, 18px) + 0.6em);
  }
  .problem {
    margin-block-start: 0.2em;
    font-size: 0.9375em;
    font-weight: 600;
  }
  .problem:not(:empty)::before {
    margin-inline-end: 0.3em;
    content: '⚠\\FE0E' / '';
  }
  [aria-invalid='true'] {
    border-color: var(--_danger);
    box-shadow: 0 0 0 1px var(--_danger);
  }
  .moves {
    margin-inline-start: auto;
  }
  .emoji-field input {
    flex: none;
    inline-size: 3.6em;
    padding-inline: 0.3em;
    text-align: center;
  }
  .emoji-field > button {
    flex: 1 1 auto;
  }
  .picker {
    container-type: inline-size;
    block-size: min(24em, 90dvb);
  }
  .picker > p {
    padding: 1em;
  }
  emoji-picker {
    --background: var(--_surface);
    --border-color: var(--_line);
    --border-size: 0px;
    --indicator-color: var(--_accent);
    --input-border-color: var(--_edge);
    --input-border-radius: var(--_radius);
    --input-font-color: var(--_text);
    --input-placeholder-color: var(--_muted);
    --outline-color: var(--_accent);
    --category-font-color: var(--_text);
    --category-font-size: 0.875rem;
    --category-emoji-size: 1rem;
    --category-emoji-padding: 0.25rem;
    --button-active-background: var(--_tint);
    --button-hover-background: var(--_sunken);
    --emoji-size: 1.25rem;
    --emoji-padding: 0.25rem;
    --num-columns: 7;
    flex: 1 1 auto;
    inline-size: 100%;
    block-size: auto;
    min-block-size: 0;
    color-scheme: inherit;
    font-family: inherit;
  }
  @container (inline-size >= 16rem) {
    emoji-picker {
      --num-columns: 8;
    }
  }
  @container (inline-size >= 20rem) {
    emoji-picker {
      --num-columns: 10;
    }
  }
`;
