import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { contentHash } from '../../../components/worker-image.ts';
import { imageType, filterByType } from '../../pulumi/declare.ts';
import { declareStack } from '../../pulumi/stack.ts';

function sources(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'pulse-sources-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(root, name, '..'), { recursive: true });
    writeFileSync(join(root, name), content);
  }
  return root;
}
const computeTag = (files: Record<string, string>, base = 'node:24') =>
  contentHash(sources(files), ['worker'], base);

test('the tag of the worker image depends only on file contents, file names and base image', () => {
  const tagged = computeTag({ 'worker/a.ts': '1', 'worker/b.ts': '2' });
  expect(computeTag({ 'worker/b.ts': '2', 'worker/a.ts': '1' })).toBe(tagged);
  expect(
    computeTag({
      'worker/a.ts': '1',
      'worker/b.ts': '2',
      'worker/node_modules/x/index.js': 'x',
      'docs/a.md': 'x',
    }),
  ).toBe(tagged);
  expect(computeTag({ 'worker/a.ts': '1', 'worker/b.ts': '3' })).not.toBe(tagged);
  expect(computeTag({ 'worker/a.ts': '1', 'worker/c.ts': '2' })).not.toBe(tagged);
  expect(computeTag({ 'worker/a.ts': '1', 'worker/b.ts': '2' }, 'node:25')).not.toBe(tagged);
});

test('workers run an image that is built on the configured base and tagged by its contents', async () => {
  const declared = await declareStack('dev', { workerBaseImage: 'node:24' });
  const image =
    filterByType(declared, imageType).find(({ name }) => name === 'worker-image') ??
    expect.fail('no image');
  const tag = `pulse-dev_webhook-worker:${(image.inputs['triggers'] as { contents: string }).contents}`;
  expect(image).toMatchObject({
    inputs: {
      name: tag,
      keepLocally: true,
      build: { dockerfile: 'worker/Dockerfile', buildArgs: { BASE_IMAGE: 'node:24' } },
    },
    ignoreChanges: ['build.context'],
  });
  expect(declared.find(({ name }) => name === 'worker-1')?.inputs['image']).toBe(tag);
});
