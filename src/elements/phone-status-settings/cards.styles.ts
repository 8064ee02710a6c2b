import { css } from 'lit';

/** Without room for columns, each row of the table is a card. */
export const cardStyles = css`
  @container (inline-size < 46em) {
    .head {
      position: absolute;
      inline-size: 1px;
      block-size: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
    .row[data-status] {
      display: flex;
      flex-wrap: wrap;
      padding-block: 0.5em;
      contain-intrinsic-block-size: auto 7.5em;
    }
    .name {
      flex: 1 1 calc(100% - 5em);
    }
    .about {
      flex: 1 0 100%;
      order: 1;
    }
    .about.none {
      display: none;
    }
    .type,
    .takes,
    .enabled,
    .actions {
      order: 2;
    }
    .enabled {
      flex: 1 1 8em;
      text-align: end;
    }
    .about,
    .type {
      padding-inline-start: max(1.8em, 26px);
    }
    .takes::before {
      color: var(--_muted);
      font-size: 0.9375em;
      font-weight: 400;
      content: attr(data-label) ' ';
    }
  }
  @container (inline-size < 28em) {
    .row[data-status] {
      contain-intrinsic-block-size: auto 10em;
    }
    .takes {
      flex: 1 0 100%;
      order: 1;
      padding-inline-start: max(1.8em, 26px);
    }
    .enabled {
      flex-basis: 5em;
    }
  }
`;
