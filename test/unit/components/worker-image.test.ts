import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { contentHash } from '../../../components/worker-image.ts';

function sources(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'pulse-sources-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(root, name, '..'), { recursive: true });
    writeFileSync(join(root, name), content);
  }
  return root;
}
const tag = (files: Record<string, string>, base = 'node:24') => contentHash(sources(files), ['worker'], base);

test('the tag follows contents, names and base, and nothing else', () => {
  const tagged = tag({ 'worker/a.ts': '1', 'worker/b.ts': '2' });
  expect(tag({ 'worker/b.ts': '2', 'worker/a.ts': '1' })).toBe(tagged);
  expect(tag({ 'worker/a.ts': '1', 'worker/b.ts': '2', 'worker/node_modules/x/index.js': 'x', 'docs/a.md': 'x' })).toBe(tagged);
  expect(tag({ 'worker/a.ts': '1', 'worker/b.ts': '3' })).not.toBe(tagged);
  expect(tag({ 'worker/a.ts': '1', 'worker/c.ts': '2' })).not.toBe(tagged);
  expect(tag({ 'worker/a.ts': '1', 'worker/b.ts': '2' }, 'node:25')).not.toBe(tagged);
});
