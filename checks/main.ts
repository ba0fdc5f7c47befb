/**
 * `npm run check`: everything a change has to pass before its tests run. Exit code 1 when a check
 * fails.
 */
import { runChecks } from './run.ts';

const started = performance.now();
const { passed, failed } = await runChecks({
  print: (line) => process.stdout.write(`${line}\n`),
  mayInstall: process.env['CI'] !== undefined,
});
const seconds = ((performance.now() - started) / 1_000).toFixed(1);
process.stdout.write(`${passed} passed, ${failed} failed in ${seconds} s\n`);
process.exitCode = failed === 0 ? 0 : 1;
