import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from 'vitest';

import { KeywordIndex } from '../../../../worker/keywords/keyword-index.ts';
import { currentSchema, openIndexFile } from '../../../../worker/keywords/schema.ts';
import { buildPoint } from '../../../../worker/vectors/points.ts';

const folder = mkdtempSync(join(tmpdir(), 'pulse-table-header-'));
const index = new KeywordIndex(openIndexFile(folder), currentSchema);
afterAll(() => {
  index.close();
  rmSync(folder, { recursive: true });
});

const page = {
  url: 'https://a.example/ports',
  title: 'Services',
  description: '',
  language: 'en',
  country: null,
  isMobile: null,
  contentHash: '',
  source: null,
  crawlId: null,
};
const chunks = [
  { index: 0, text: 'Before the table.', headings: [] },
  { index: 1, text: '| redis | 6379 |', headings: [], prefix: '| name | listener |', chunker: 3 },
];
index.replace([
  { id: '00000000-0000-0000-0000-000000000000', version: 1, domain: 'a.example', ...page, chunks },
]);

test('a chunk from the middle of a table is found by the words of its header row, which is no part of its text', () => {
  expect(index.search('listener', {}, 5)).toEqual([
    {
      url: page.url,
      title: 'Services',
      passage: '| redis | 6379 |',
      prefix: '| name | listener |',
      chunk: 1,
      score: expect.any(Number),
    },
  ]);
  expect(index.search('Before', {}, 5)[0]).not.toHaveProperty('prefix');
});

test('a point has the header row and the rules of its chunk, and those of before where none are recorded', () => {
  const version = { documentId: 'id', versionId: 1, page, chunks };
  const payloads = chunks.map((chunk) => buildPoint(version, chunk, [1], 'm', 'local').payload);
  expect(payloads).toMatchObject([{ chunker: 2 }, { chunker: 3, prefix: '| name | listener |' }]);
  expect(payloads[0]).not.toHaveProperty('prefix');
});
