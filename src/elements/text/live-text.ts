import { html, type TemplateResult } from 'lit';

/**
 * A text in an element of its own, set as a property. Extensions such as translators replace the text nodes of a page: the
 * next text overwrites theirs, while a node that Lit keeps would be updated out of sight.
 */
export function text(content: string | undefined): TemplateResult {
  return html`<span .textContent=${content}></span>`;
}
