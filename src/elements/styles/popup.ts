import { css } from 'lit';

/** A box in the top layer that is placed beside its anchor. */
export const popup = css`
  /* Laid out only when its place is known. */
  .popup:popover-open {
    display: flex;
    flex-direction: column;
  }
  .popup {
    position: fixed;
    inset: auto;
    margin: 0;
    padding: 0;
    overflow: hidden;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
    color: var(--_text);
    box-shadow: var(--_shadow);
  }
`;
