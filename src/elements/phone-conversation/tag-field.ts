import { html, nothing, type TemplateResult } from 'lit';
import { withTag } from '../notes/drafts.js';
import { isComposing } from '../typing.js';
import { titleOf } from './button.js';
import { icon } from './icons.js';
import type { Panel } from './panel.js';

/** The commas of the world's keyboards end a tag as Enter does. */
const COMMA = /[,،、，]/;

/**
 * The tags as chips in front of the field in which the next one is typed. Arrow keys go from the field to the chips,
 * Backspace and Delete remove one; the whole is a single stop of the Tab key.
 */
export function tagField(panel: Panel): TemplateResult {
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

function chip(panel: Panel, tag: string, index: number): TemplateResult {
  const name = panel.strings.removeTag(tag);
  return html`<span class="tag" role="listitem">
    <bdi title=${titleOf(tag)} .textContent=${tag}></bdi>
    <button type="button" tabindex="-1" aria-label=${name} @click=${() => removeTag(panel, index)}>
      ${icon('remove')}
    </button>
  </span>`;
}

/** A comma that an input method still composes ends nothing. */
function onInput(panel: Panel, { isComposing: composes }: Partial<InputEvent>): void {
  const text = fieldOf(panel).value;
  const parts = composes ? [text] : text.split(COMMA);
  const entry = parts.pop() ?? '';
  if (parts.length) addTags(panel, parts, entry.trimStart());
  else panel.write({ entry });
}

function addTags(panel: Panel, texts: readonly string[], entry: string): void {
  if (panel.isGone) return;
  const before = panel.draft?.tags ?? [];
  const tags = texts.reduce(withTag, before);
  panel.write({ tags, entry });
  const added = tags.slice(before.length);
  if (added.length) panel.host.announce(panel.strings.tagAdded(added.join(', ')));
}

function removeTag(panel: Panel, index: number): void {
  const tags = panel.draft?.tags ?? [];
  const removed = tags[index];
  if (removed === undefined || panel.isClosing) return;
  // The next chip takes its place; after the last one comes the field. A chip that went with the focus would end the hold.
  const heir = index < tags.length - 1 ? `.tag:nth-child(${String(index + 1)}) button` : '.tags input';
  panel.element.querySelector<HTMLElement>(heir)?.focus();
  panel.write({ tags: tags.filter((_, one) => one !== index) });
  panel.host.announce(panel.strings.tagRemoved(removed));
}

function onKeydown(panel: Panel, event: KeyboardEvent): void {
  const { key, target } = event;
  const field = fieldOf(panel);
  const stops = [...panel.element.querySelectorAll<HTMLElement>('.tag button'), field];
  const index = stops.indexOf(target as HTMLElement);
  const isInField = target === field;
  const forward = getComputedStyle(field).direction === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
  const isAtStart = !isInField || field.selectionEnd === 0;
  if (isComposing(event)) return;
  if (key === 'Enter' && isInField) addTags(panel, [field.value], '');
  else if (key === 'Backspace' && isInField && !field.value) removeTag(panel, index - 1);
  else if ((key === 'Backspace' || key === 'Delete') && !isInField) removeTag(panel, index);
  else if (key === forward && !isInField) stops[index + 1]?.focus();
  else if (/^Arrow(Left|Right)$/.test(key) && key !== forward && isAtStart) stops[index - 1]?.focus();
  else if (key === 'Home' && isAtStart) stops[0]?.focus();
  else if (key === 'End' && !isInField) field.focus();
  else return;
  event.preventDefault();
}

function fieldOf(panel: Panel): HTMLInputElement {
  return panel.element.querySelector('.tags input') as HTMLInputElement;
}
