import { html, nothing, type TemplateResult } from 'lit';
import { withTag } from '../notes/drafts.js';
import { isComposing } from '../typing.js';
import { titleOf } from './button.js';
import { splitTags, tagActionOf } from './conversation-state.js';
import { icon } from './icons.js';
import type { PanelState } from './panel-state.js';

/**
 * The tags as chips in front of the field for the next one. Arrow keys move from the field to the chips, Backspace and
 * Delete remove one; all of it is a single stop of the Tab key.
 */
export function tagField(panel: PanelState): TemplateResult {
  const { strings, draft } = panel;
  const tags = draft?.tags ?? [];
  return html`<div
    class="tags"
    part="tags"
    role="group"
    aria-label=${strings.tags}
    data-typed
    @click=${({ target }: MouseEvent) => (target as Element).closest('button') ?? fieldOf(panel).focus()}
    @keydown=${(event: KeyboardEvent) => onKeydown(panel, event)}
  >
    ${tags.length ? html`<div role="list">${tags.map((tag, index) => chip(panel, tag, index))}</div>` : nothing}
    <input
      enterkeyhint="enter"
      autocomplete="off"
      aria-label=${strings.addTag}
      placeholder=${strings.addTag}
      ?readonly=${panel.isClosing}
      @input=${(event: InputEvent) => onInput(panel, event)}
      @compositionend=${(event: CompositionEvent) => onInput(panel, event)}
      @change=${() => addTags(panel, [fieldOf(panel).value], '')}
    />
  </div>`;
}

function chip(panel: PanelState, tag: string, index: number): TemplateResult {
  const name = panel.strings.removeTag(tag);
  return html`<span class="tag" role="listitem">
    <bdi title=${titleOf(tag)} .textContent=${tag}></bdi>
    <button type="button" tabindex="-1" aria-label=${name} @click=${() => removeTag(panel, index)}>
      ${icon('remove')}
    </button>
  </span>`;
}

/** A comma that an input method is still composing ends no tag. */
function onInput(panel: PanelState, { isComposing: composes }: Partial<InputEvent>): void {
  const { value } = fieldOf(panel);
  const { tags, entry } = composes ? { tags: [], entry: value } : splitTags(value);
  if (tags.length) addTags(panel, tags, entry);
  else panel.write({ entry });
}

function addTags(panel: PanelState, texts: readonly string[], entry: string): void {
  if (panel.isRemoved) return;
  const before = panel.draft?.tags ?? [];
  const tags = texts.reduce(withTag, before);
  panel.write({ tags, entry });
  const added = tags.slice(before.length);
  if (added.length) panel.host.announce(panel.strings.tagAdded(added.join(', ')));
}

function removeTag(panel: PanelState, index: number): void {
  const tags = panel.draft?.tags ?? [];
  const removed = tags[index];
  if (removed === undefined || panel.isClosing) return;
  // The focus moves to the next chip, or to the field, first: removing a focused chip would end the hold of the draft.
  const heir = index < tags.length - 1 ? `.tag:nth-child(${index + 1}) button` : '.tags input';
  panel.element.querySelector<HTMLElement>(heir)?.focus();
  panel.write({ tags: tags.filter((_, one) => one !== index) });
  panel.host.announce(panel.strings.tagRemoved(removed));
}

function onKeydown(panel: PanelState, event: KeyboardEvent): void {
  const field = fieldOf(panel);
  const stops = [...panel.element.querySelectorAll<HTMLElement>('.tag button'), field];
  const action = tagActionOf({
    key: event.key,
    at: stops.indexOf(event.target as HTMLElement),
    count: stops.length - 1,
    entry: field.value,
    isCaretAtStart: field.selectionEnd === 0,
    isRightToLeft: getComputedStyle(field).direction === 'rtl',
  });
  if (!action || isComposing(event)) return;
  if ('focus' in action) stops[action.focus]?.focus();
  else if ('remove' in action) removeTag(panel, action.remove);
  else addTags(panel, [field.value], '');
  event.preventDefault();
}

function fieldOf(panel: PanelState): HTMLInputElement {
  return panel.element.querySelector('.tags input') as HTMLInputElement;
}
