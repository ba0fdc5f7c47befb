import { expect, test } from 'vitest';

import { formatGate, listFallen, measureGate, readKept } from '../../../bench/ranking/gate.ts';

test('a search by keyword ranks the judged set and the names in the docs as well as ever', async () => {
  const figures = await measureGate();
  const kept = readKept();
  const table = formatGate(figures, kept);
  process.stdout.write(`${table}\n`);
  expect(figures.map(({ of }) => of).sort()).toEqual(Object.keys(kept).sort());
  expect(
    listFallen(figures, kept),
    `ranks below what is kept; docs/ranking.md says what to do:\n${table}\n`,
  ).toEqual([]);
});
