import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { conformanceArguments, serveArguments } from './arguments.js';
import { Failure, misuse } from './failure.js';
import { conformanceHelp, generalHelp, serveHelp } from './help.js';

/** Runs the command. Returns its exit code. */
export async function run([command, ...rest]: readonly string[]): Promise<number> {
  try {
    return await obey(command, rest);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const advice = error instanceof Failure && error.exitCode === 2 ? ' See phone-widget --help.' : '';
    process.stderr.write(`phone-widget: ${message.replace('[phone-widget] ', '')}${advice}\n`);
    return error instanceof Failure ? error.exitCode : 1;
  }
}

async function obey(command: string | undefined, rest: readonly string[]): Promise<number> {
  if (command === '--help' || command === '-h') return say(generalHelp);
  if (command === '--version' || command === '-v') return say(version());
  if (command === 'serve') {
    const options = serveArguments(rest);
    if (!options) return say(serveHelp);
    const { serve } = await import('./serve.js');
    await serve(options);
    return 0;
  }
  if (command === 'conformance') {
    const options = conformanceArguments(rest);
    if (!options) return say(conformanceHelp);
    const { conformance } = await import('./conformance.js');
    return (await conformance(options)) ? 0 : 1;
  }
  throw misuse(command === undefined ? 'No command given.' : `Unknown command ${JSON.stringify(command)}.`);
}

function say(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

function version(): string {
  const file = join(dirname(fileURLToPath(import.meta.url)), '../../../package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version;
}
