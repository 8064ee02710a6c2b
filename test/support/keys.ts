import { executeServerCommand } from '@web/test-runner-commands';

/** Presses a real key, or a chord with its modifiers first: `press('ArrowDown')`, `press('Shift+Tab')`, `press('Space')`. */
export async function press(chord: string): Promise<void> {
  await executeServerCommand('press-keys', chord.split('+'));
}

/**
 * Composes text as an input method does, which gets these keys on the way, and ends the composition. Answers false where
 * the browser cannot be told to.
 */
export async function compose(text: string, ...keys: readonly string[]): Promise<boolean> {
  const answer = await executeServerCommand<{ composed: boolean }, object>('compose-text', { text, keys });
  return answer.composed;
}
