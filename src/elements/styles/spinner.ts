import { css } from 'lit';

/** The ring that turns in a busy button, and behind the time of a status that is being saved. */
export const spinner = css`
  button[aria-busy='true']::after,
  .saving .time::after {
    display: inline-block;
    order: -1;
    inline-size: 0.9em;
    block-size: 0.9em;
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
  @media (prefers-reduced-motion: reduce) {
    button[aria-busy='true']::after,
    .saving .time::after {
      border-style: dotted;
      animation: none;
    }
  }
`;
