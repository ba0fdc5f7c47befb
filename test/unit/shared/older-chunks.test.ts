import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { describeOlderChunks } from '../../../shared/older-chunks.ts';

const counted = { documents: 9, chunks: 50, olderDocuments: 2, olderChunks: 12, minutes: 3 };

test('chunks of earlier rules are counted, with the time that making all anew would take', () => {
  expect(describeOlderChunks(counted)).toMatch(
    /^12 of 50 chunks .* \.\/pulse reindex --all would, all 50 in about 3 minutes\.$/,
  );
  expect(describeOlderChunks({ ...counted, minutes: 1 })).toContain('in about 1 minute.');
  expect(describeOlderChunks({ ...counted, minutes: null })).toMatch(/all 50\.$/);
});
test('where there are none nothing is proposed', () => {
  const none = { ...counted, olderChunks: 0 };
  expect(describeOlderChunks(none)).toBe('All 50 chunks were cut by the present rules.');
});

test('docs/operations.md shows the sentence', () => {
  const page = readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8');
  const [, shown = ''] = /^\.\/pulse reindex --all --dry-run.*\n((?:# .*\n)+)/m.exec(page) ?? [];
  const [olderChunks = 0, chunks = 0, , minutes = 0] = (shown.match(/\d+/g) ?? []).map(Number);
  expect(shown.replaceAll(/^# /gm, '').trim().replaceAll('\n', ' ')).toBe(
    describeOlderChunks({ ...counted, olderChunks, chunks, minutes }),
  );
});
