/**
 * `npm run ranking`: prints how the judged set ranks and keeps every figure that rose. One that
 * fell stays as it was, and the exit code is 1: see docs/ranking.md. With `--vectors` the vectors
 * of the set are made first, by the image of TEI that a stack would run.
 */
import { existsSync, writeFileSync } from 'node:fs';

import { formatGate, keptFile, listFallen, measureGate, raise, readKept } from './gate.ts';
import { makeVectors } from './make-vectors.ts';

if (process.argv.includes('--vectors')) await makeVectors();
const kept = existsSync(keptFile) ? readKept() : undefined;
const figures = await measureGate();
const raised = raise(figures, kept);
writeFileSync(keptFile, `${JSON.stringify(raised, undefined, 2)}\n`);
process.stdout.write(`${formatGate(figures, kept)}\n`);
const fallen = listFallen(figures, raised);
if (fallen.length > 0) process.stdout.write(`\n${fallen.join('\n')}\n`);
process.exit(fallen.length > 0 ? 1 : 0);
