import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';

const mute = svg`<path d="M9.5 6.5a2.5 2.5 0 0 1 5 0v5a2.5 2.5 0 0 1-5 0ZM6.5 11.5a5.5 5.5 0 0 0 11 0M12 17v3"/>`;

const shapes = {
  phone: svg`<path fill="currentColor" d="M7.2 3.4 4.2 4.6C3.6 13.6 10.4 20.4 19.4 19.8l1.2-3-4.1-2.6-2.3 1.7C11.8 14.7 9.3 12.2 8.1 9.8l1.7-2.3Z"/>`,
  hold: svg`<path d="M8.5 5.5v13M15.5 5.5v13"/>`,
  resume: svg`<path fill="currentColor" d="M8 6v12l10-6Z"/>`,
  mute,
  unmute: svg`${mute}<path d="m4 4 16 16"/>`,
  keypad: svg`<path stroke-width="3" d="M6 6h0M12 6h0M18 6h0M6 12h0M12 12h0M18 12h0M6 18h0M12 18h0M18 18h0"/>`,
  transfer: svg`<path d="M4 9h15l-4-4M20 15H5l4 4"/>`,
  inbound: svg`<path d="M18 6 6 18M6 9v9h9"/>`,
  outbound: svg`<path d="M6 18 18 6M9 6h9v9"/>`,
  remove: svg`<path d="M7 7l10 10M17 7 7 17"/>`,
} satisfies Record<string, SVGTemplateResult>;

/** The name of a drawing. */
export type Icon = keyof typeof shapes;

/** A drawing in the colour and size of the text around it. Its meaning is given beside it. */
export function icon(name: Icon): TemplateResult {
  return html`<svg viewBox="0 0 24 24" aria-hidden="true">${shapes[name]}</svg>`;
}
