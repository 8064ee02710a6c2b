import { LitElement } from 'lit';
import { containTyping } from './typing.js';

/** What all phone elements have in common: nothing that is typed in them reaches the page. */
export abstract class PhoneElement extends LitElement {
  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    const root = super.createRenderRoot();
    containTyping(root as ShadowRoot);
    return root;
  }
}
