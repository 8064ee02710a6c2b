import { executeServerCommand } from '@web/test-runner-commands';

/**
 * Switches media features on, for example `{ 'forced-colors': 'active' }`; every other feature is as the machine has
 * it, so `{}` switches all of them off again. Answers false where the browser cannot do it.
 */
export async function emulateFeatures(features: Readonly<Record<string, string>>): Promise<boolean> {
  const answer = await executeServerCommand<{ emulated: boolean }, typeof features>('emulate-features', features);
  return answer.emulated;
}
