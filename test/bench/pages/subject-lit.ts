import { LitStatusSelect } from '../lit-status-select.js';
import { manyChoices } from './choice.js';
import { offer } from './harness.js';
import { wantedStatuses } from './subject.js';

const statuses = manyChoices(wantedStatuses());
const root = (element: HTMLElement): ShadowRoot | null => element.shadowRoot;

offer({
  parent: document.body,
  create: () => Object.assign(new LitStatusSelect(), { statuses, value: 'available' }),
  shown: (element) => root(element)?.querySelector('.name')?.textContent ?? undefined,
  trigger: (element) => root(element)?.querySelector<HTMLElement>('#selector'),
  list: (element) => root(element)?.querySelector<HTMLElement>('#list'),
  settled: (element) => (element as LitStatusSelect).updateComplete,
  change: (elements, statusId) => ({
    prepare: () => Promise.resolve(),
    go: () => {
      for (const element of elements as readonly LitStatusSelect[]) element.value = statusId;
    },
  }),
});
