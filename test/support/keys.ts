import { executeServerCommand } from '@web/test-runner-commands';

/** Presses a real key, or a chord with its modifiers first: `press('ArrowDown')`, `press('Shift+Tab')`, `press('Space')`. */
export async function press(chord: string): Promise<void> {
  await executeServerCommand('press-keys', chord.split('+'));
}
