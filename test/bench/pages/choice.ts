/** One status as the controls know it. */
export interface Choice {
  readonly id: string;
  readonly name: string;
  readonly emoji: string;
}

/** What an agent of the default account can choose. */
export const choices: readonly Choice[] = [
  { id: 'available', name: 'Available', emoji: '🟢' },
  { id: 'offline', name: 'Offline', emoji: '⚪' },
  { id: 'meeting', name: 'Meeting', emoji: '👥' },
  { id: 'break', name: 'Break', emoji: '☕' },
  { id: 'training', name: 'Training', emoji: '🎓' },
  { id: 'lunch', name: 'Lunch', emoji: '🍽️' },
];

/** That name of a status that an admin adds: as long as real ones are. */
export function nameOfExtra(index: number): string {
  return `Project number ${index} with a customer`;
}

/** So many statuses in all. */
export function manyChoices(count: number): readonly Choice[] {
  const extra = Array.from({ length: Math.max(0, count - choices.length) }, (_, index) => ({
    id: `custom-${index + 1}`,
    name: nameOfExtra(index + 1),
    emoji: '🧭',
  }));
  return [...choices, ...extra];
}
