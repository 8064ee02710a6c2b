import { css } from 'lit';

/** The tags and their field look like one field. */
export const tagFieldStyles = css`
  .tags {
    display: flex;
    flex-wrap: wrap;
    gap: 0.3em;
    padding: 0.3em;
    border: 1px solid var(--_edge);
    border-radius: var(--_radius);
    cursor: text;
  }
  .tags > div {
    display: contents;
  }
  .tags input {
    flex: 1 1 5em;
    inline-size: 5em;
    min-block-size: max(1.8em, 24px);
    padding: 0 0.3em;
    border: 0;
    outline: 0;
    background: none;
  }
  .tags:has(input:focus-visible) {
    outline: 2px solid var(--_accent);
    outline-offset: 2px;
  }
  .tag {
    display: inline-flex;
    align-items: center;
    min-inline-size: 0;
    max-inline-size: 100%;
    padding-inline-start: 0.5em;
    border-radius: calc(var(--_radius) * 0.75);
    background: var(--_tint);
  }
  .tag bdi {
    min-inline-size: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .tag button {
    flex: none;
    inline-size: max(1.8em, 24px);
    min-inline-size: 0;
    min-block-size: max(1.8em, 24px);
    padding: 0;
    border: 0;
    background: none;
    color: var(--_muted);
  }
  .tag button:hover {
    color: var(--_danger);
  }
  .tag button:focus-visible {
    outline-offset: -2px;
  }
  @media (forced-colors: active) {
    .tag {
      border: 1px solid;
    }
  }
`;
