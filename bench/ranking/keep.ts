/**
 * `npm run ranking`: prints how the judged set ranks and keeps every figure that rose. One that
 * fell stays as it was, and the exit code is 1: see docs/ranking.md.
 */
import { existsSync, writeFileSync } from 'node:fs';

import { formatGate, keptFile, listFallen, measureGate, readKept } from './gate.ts';

const kept = existsSync(keptFile) ? readKept() : {};
const figures = await measureGate();
const raised = Object.fromEntries(
  figures.map(({ of, now }) => [of, Math.max(kept[of] ?? 0, Number(now.toFixed(4)))]),
);
writeFileSync(keptFile, `${JSON.stringify(raised, undefined, 2)}\n`);
process.stdout.write(`${formatGate(figures, kept)}\n`);
const fallen = listFallen(figures, raised);
if (fallen.length > 0)
  process.stdout.write(`\nbelow what is kept: ${fallen.map(({ of }) => of).join(', ')}\n`);
process.exitCode = fallen.length > 0 ? 1 : 0;
