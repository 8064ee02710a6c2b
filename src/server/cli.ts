#!/usr/bin/env node
// An old Node must be able to parse this file: everything that needs a newer one is loaded after the check.
if (parseInt(process.version.slice(1), 10) < 20) {
  process.stderr.write('phone-widget: Node 20 or newer is required; this is Node ' + process.version.slice(1) + '.\n');
  process.exitCode = 1;
} else {
  const { run } = await import('./cli/run.js');
  process.exitCode = await run(process.argv.slice(2));
}

export {};
