import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { withTag } from '../controllers/drafts.js';
import { icon } from './icons.js';
import { isClosing, type PanelView } from './panel-view.js';

/** The commas of the world's keyboards end a tag as Enter does. */
const COMMA = /[,\u060c\u3001\uff0c]/;

/**
 * The tags as chips in front of the field in which the next one is typed. Arrow keys go from the field to the chips,
 * Backspace and Delete remove one; the whole is a single stop of the Tab key.
 */
export function tagField(view: PanelView): TemplateResult {
  const { strings, draft } = view;
  const tags = draft?.tags ?? [];
  return html`<div
    class="tags"
    part="tags"
    role="group"
    aria-label=${strings.tags}
    @click=${onClick}
    @keydown=${(event: KeyboardEvent) => onKeydown(view, event)}
  >
    ${tags.length ? html`<div role="list">${tags.map((tag, index) => chip(view, tag, index))}</div>` : nothing}
    <input
      type="text"
      enterkeyhint="enter"
      autocomplete="off"
      aria-label=${strings.addTag}
      placeholder=${tags.length ? nothing : strings.addTag}
      ?readonly=${isClosing(view)}
      .value=${live(draft?.entry ?? '')}
      @input=${(event: InputEvent) => onInput(view, event)}
      @change=${() => addTags(view, [draft?.entry ?? ''], '')}
    />
  </div>`;
}

function chip(view: PanelView, tag: string, index: number): TemplateResult {
  const name = view.strings.removeTag(tag);
  return html`<span class="tag" role="listitem">
    <bdi title=${tag}>${tag}</bdi>
    <button
      type="button"
      tabindex="-1"
      aria-label=${name}
      title=${name}
      @click=${(event: MouseEvent) => removeTag(view, index, event.currentTarget as HTMLElement)}
    >
      ${icon('remove')}
    </button>
  </span>`;
}

function onClick({ target, currentTarget }: MouseEvent): void {
  if (!(target as Element).closest('button')) fieldOf(currentTarget as Element).focus();
}

function onInput(view: PanelView, { currentTarget }: InputEvent): void {
  const parts = (currentTarget as HTMLInputElement).value.split(COMMA);
  const entry = parts.pop() ?? '';
  if (parts.length) addTags(view, parts, entry.trimStart());
  else view.panel.write(view.conversation, { entry });
}

function addTags({ panel, conversation, draft, strings }: PanelView, texts: readonly string[], entry: string): void {
  const before = draft?.tags ?? [];
  const tags = texts.reduce(withTag, before);
  panel.write(conversation, { tags, entry });
  const added = tags.slice(before.length);
  if (added.length) panel.announce(strings.tagAdded(added.join(', ')));
}

function removeTag(view: PanelView, index: number, from: Element): void {
  const { panel, conversation, draft, strings } = view;
  const tags = draft?.tags ?? [];
  const removed = tags[index];
  if (removed === undefined || isClosing(view)) return;
  const field = fieldOf(from);
  panel.write(conversation, { tags: tags.filter((_, one) => one !== index) });
  panel.announce(strings.tagRemoved(removed));
  if (from !== field) void panel.drawn.then(() => (chipsOf(field)[index] ?? field).focus());
}

function onKeydown(view: PanelView, event: KeyboardEvent): void {
  const target = event.target as HTMLElement;
  const field = fieldOf(target);
  const chips = chipsOf(field);
  const index = target === field ? chips.length : chips.indexOf(target as HTMLButtonElement);
  const isAtStart = target !== field || (field.selectionStart === 0 && field.selectionEnd === 0);
  const isRightToLeft = getComputedStyle(field).direction === 'rtl';
  const isRemoval = event.key === 'Backspace' || event.key === 'Delete';
  if (event.isComposing) return;
  if (event.key === 'Enter' && target === field) addTags(view, [field.value], '');
  else if (isRemoval && target !== field) removeTag(view, index, target);
  else if (event.key === 'Backspace' && !field.value) removeTag(view, index - 1, field);
  else if (event.key === (isRightToLeft ? 'ArrowRight' : 'ArrowLeft') && isAtStart) chips[index - 1]?.focus();
  else if (event.key === (isRightToLeft ? 'ArrowLeft' : 'ArrowRight') && target !== field)
    (chips[index + 1] ?? field).focus();
  else if (event.key === 'Home' && isAtStart) chips[0]?.focus();
  else if (event.key === 'End' && target !== field) field.focus();
  else return;
  event.preventDefault();
}

function fieldOf(inside: Element): HTMLInputElement {
  return inside.closest('.tags')?.querySelector('input') as HTMLInputElement;
}

function chipsOf(field: HTMLElement): readonly HTMLButtonElement[] {
  return [...(field.parentElement?.querySelectorAll('button') ?? [])];
}
