import { html, type TemplateResult } from 'lit';

/**
 * A text in an element of its own, written as its property: an extension that puts a page's texts into elements of its own,
 * as translators do, is overwritten by the next text, where a node that is kept would be changed out of sight.
 */
export function text(words: string | undefined): TemplateResult {
  return html`<span .textContent=${words}></span>`;
}
