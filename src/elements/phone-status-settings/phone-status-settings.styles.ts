import { css } from 'lit';

/** The page: header, notices, and the account's settings. */
export const styles = css`
  :host {
    container-type: inline-size;
    min-inline-size: min(240px, 100%);
    padding: min(1em, 4cqi);
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
  }
  header {
    align-items: center;
    justify-content: space-between;
    margin-block-end: 1em;
  }
  h2 {
    flex: 1 1 auto;
  }
  /* A quick save shows nothing. */
  .saving {
    color: var(--_muted);
    animation: appear 0s 0.4s backwards;
  }
  @keyframes appear {
    from {
      visibility: hidden;
    }
  }
  h2,
  h3 {
    margin: 0;
    line-height: 1.25;
  }
  h2 {
    font-size: 1.35em;
  }
  h3 {
    font-size: 1.1em;
  }
  select {
    inline-size: 100%;
    min-block-size: max(2.2em, 24px);
    margin: 0;
    padding: 0.25em 0.4em;
    border: 1px solid var(--_edge);
    border-radius: var(--_radius);
    background: var(--_surface);
    color: inherit;
    font: inherit;
  }
  input[type='checkbox'] {
    flex: none;
    inline-size: max(1.2em, 18px);
    block-size: max(1.2em, 18px);
    min-block-size: 0;
    margin: 0.1em 0 0;
    accent-color: var(--_accent);
  }
  .quiet,
  .hint,
  .loading,
  .empty {
    color: var(--_muted);
  }
  .hint {
    font-size: 0.875em;
  }
  .empty,
  .loading {
    padding: 1.2em 0.5em;
    text-align: center;
  }
  .notice {
    margin-block: 0 1em;
    font-size: inherit;
  }
  /* The focus is never hidden behind the notice below. */
  :is(button, input, select, textarea) {
    scroll-margin-block: 1em 5em;
  }
  /* Stays in sight in a table of a thousand rows. */
  .notice.last {
    position: sticky;
    z-index: 2;
    inset-block-end: 0.5em;
    max-block-size: 25vh;
    margin-block: 1em 0;
    overflow: auto;
    border: 1px solid var(--_line);
    border-inline-start: 3px solid var(--_success);
    border-radius: var(--_radius);
    background: var(--_surface);
    box-shadow: var(--_shadow);
  }
  .notice.last.error {
    border-inline-start-color: var(--_danger);
  }
  .notice > .plain {
    margin-inline-end: 0;
  }
  .whole {
    display: contents;
  }
  .settings {
    margin-block-start: 2em;
    padding-block-start: 1.2em;
    border-block-start: 1px solid var(--_line);
  }
  .settings .fields {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(17em, 100%), 1fr));
    gap: 1.2em 1.6em;
    margin-block-start: 1em;
  }
`;
