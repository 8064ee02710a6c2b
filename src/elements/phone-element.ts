import { adoptStyles, LitElement, type CSSResult } from 'lit';
import { containTyping } from './typing.js';

/** What all phone elements have in common: what is typed in them stays there, and their look goes with them to any document. */
export abstract class PhoneElement extends LitElement {
  /** @internal */
  adoptedCallback(): void {
    if (this.shadowRoot) dress(this.shadowRoot, this);
  }

  protected override createRenderRoot(): ShadowRoot {
    // eslint-disable-next-line wc/attach-shadow-constructor -- as Lit does, whose own way throws in another document
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    dress(root, this);
    containTyping(root);
    return root;
  }
}

/** A constructed sheet serves the document that it is made in alone; Lit's are made in that of the script. */
function dress(root: ShadowRoot, { constructor, ownerDocument }: PhoneElement): void {
  const { elementStyles } = constructor as typeof LitElement;
  if (ownerDocument === document) return adoptStyles(root, elementStyles);
  const { defaultView } = ownerDocument;
  // A document that is not shown, as a template's, takes no styles.
  if (!defaultView) return;
  root.adoptedStyleSheets = elementStyles.map((style) => {
    const sheet = new defaultView.CSSStyleSheet();
    sheet.replaceSync((style as CSSResult).cssText);
    return sheet;
  });
}
