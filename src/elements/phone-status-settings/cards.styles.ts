import { css } from 'lit';

/** Where there is no room for columns, each row of the table is a card. */
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
      grid-template: 'sign name actions' auto 'about about about' auto 'type takes enabled' auto / auto 1fr auto;
      gap: 0 0.2em;
      padding-block: 0.5em;
      contain-intrinsic-block-size: auto 7.5em;
    }
    .sign {
      grid-area: sign;
    }
    .name {
      grid-area: name;
    }
    .actions {
      grid-area: actions;
    }
    .about {
      grid-area: about;
    }
    .about:not(:has(.allowed)):has(bdi:empty) {
      display: none;
    }
    .type {
      grid-area: type;
    }
    .takes {
      grid-area: takes;
    }
    .enabled {
      grid-area: enabled;
      text-align: end;
    }
    .about,
    .type {
      padding-inline-start: max(1.6em, 24px);
    }
    .takes::before {
      color: var(--_muted);
      font-size: 0.875em;
      font-weight: 400;
      content: attr(data-label) ' ';
    }
  }
  @container (inline-size < 26em) {
    .row[data-status] {
      grid-template:
        'sign name name' auto 'about about about' auto 'type type enabled' auto 'takes takes actions' auto /
        auto 1fr auto;
      contain-intrinsic-block-size: auto 10em;
    }
    .takes {
      padding-inline-start: max(1.6em, 24px);
    }
    .enabled {
      max-inline-size: 11em;
    }
  }
`;
