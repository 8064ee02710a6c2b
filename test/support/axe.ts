import 'axe-core/axe.min.js';
import type { AxeResults, RunOptions } from 'axe-core';

declare const axe: { run(context: Element, options: RunOptions): Promise<AxeResults> };

// Rules about a whole page say nothing about one element in a test.
const pageRules = { region: { enabled: false }, 'page-has-heading-one': { enabled: false } };

/** Checks an element and all inside it with axe; fails with one paragraph a violation. `without` names rules left out. */
export async function expectAccessible(element: Element, { without = [] as readonly string[] } = {}): Promise<void> {
  const off = Object.fromEntries(without.map((rule) => [rule, { enabled: false }]));
  const { violations } = await axe.run(element, { resultTypes: ['violations'], rules: { ...pageRules, ...off } });
  if (violations.length === 0) return;
  const report = violations.map(({ id, impact, help, nodes }) => {
    const places = nodes.map((node) => `    ${String(node.target.flat().join(' '))}\n      ${node.failureSummary}`);
    return `${id} (${impact}): ${help}\n${places.join('\n')}`;
  });
  throw new Error(`${violations.length} accessibility violations in <${element.localName}>\n${report.join('\n')}`);
}
