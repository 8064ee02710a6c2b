import { adoptStyles, LitElement, type CSSResult } from 'lit';
import { containTyping } from './typing.js';

/** The base of all phone elements: typing inside does not leave them, and their styles move with them to any document. */
export abstract class PhoneElement extends LitElement {
  /** @internal */
  adoptedCallback(): void {
    if (this.shadowRoot) applyStyles(this.shadowRoot, this);
  }

  protected override createRenderRoot(): ShadowRoot {
    // eslint-disable-next-line wc/attach-shadow-constructor -- as Lit does, whose own way throws in another document
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    applyStyles(root, this);
    containTyping(root);
    return root;
  }
}

/** A constructed sheet works only in the document that it was made in; Lit makes its own in that of the script. */
function applyStyles(root: ShadowRoot, { constructor, ownerDocument }: PhoneElement): void {
  const { elementStyles } = constructor as typeof LitElement;
  if (ownerDocument === document) return adoptStyles(root, elementStyles);
  const { defaultView } = ownerDocument;
  // A document without a window, as that of a template, takes no styles.
  if (!defaultView) return;
  root.adoptedStyleSheets = elementStyles.map((style) => {
    const sheet = new defaultView.CSSStyleSheet();
    sheet.replaceSync((style as CSSResult).cssText);
    return sheet;
  });
}
