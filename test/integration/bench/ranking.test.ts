import { expect, test } from 'vitest';

import {
  formatGate,
  listFallen,
  measureGate,
  raise,
  readKept,
} from '../../../bench/ranking/gate.ts';

test('a search ranks the judged set and the names in the docs as well as ever', async () => {
  const figures = await measureGate();
  const kept = readKept();
  const table = formatGate(figures, kept);
  process.stdout.write(`${table}\n`);
  expect(
    listFallen(figures, kept),
    `ranks below what is kept; docs/ranking.md says what to do:\n${table}\n`,
  ).toEqual([]);
  // A kind or a language whose queries are gone would never fall.
  expect(Object.keys(raise(figures, kept).keyword)).toEqual(Object.keys(kept.keyword));
});
