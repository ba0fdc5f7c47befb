/**
 * `npm run ranking`: prints how the judged set ranks; the exit code is 1 when a figure fell below
 * the kept one. `--keep` then keeps every figure that rose; one that fell stays as it was, see
 * docs/ranking.md. `--vectors` first makes the vectors of the set, by the image of TEI that a stack
 * would run.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { formatGate, keptFile, listFallen, measureGate, raise, readKept } from './gate.ts';
import { makeVectors } from './make-vectors.ts';

const { values: chosen } = parseArgs({
  options: { keep: { type: 'boolean' }, vectors: { type: 'boolean' } },
});
if (chosen.vectors === true) await makeVectors();
const before = existsSync(keptFile) ? readKept() : { keyword: {}, hybrid: {} };
const figures = await measureGate();
process.stdout.write(`${formatGate(figures, before)}\n`);
const kept = chosen.keep === true ? raise(figures, before) : before;
if (chosen.keep === true) writeFileSync(keptFile, `${JSON.stringify(kept, undefined, 2)}\n`);
const fallen = listFallen(figures, kept);
if (fallen.length > 0) process.stdout.write(`\n${fallen.join('\n')}\n`);
process.exit(fallen.length > 0 ? 1 : 0);
