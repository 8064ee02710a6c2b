import type { LitElement } from 'lit';
import type { ScopeController } from '../session/scope-controller.js';

/** What the parts of a selector know of its element. */
export interface SelectorHost extends LitElement {
  readonly disabled: boolean;
  readonly country: string;
}

/** Whether nothing can be chosen. */
export function isFixed({ disabled }: SelectorHost, { view }: ScopeController): boolean {
  return disabled || !view;
}
