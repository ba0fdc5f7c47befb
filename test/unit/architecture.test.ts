import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { cruiseImports } from '../../checks/imports.ts';
import { findOversized } from '../../checks/sizes.ts';

const root = join(import.meta.dirname, '../..');

describe('the rules of imports', () => {
  test('are kept, in every file of TypeScript', async () => {
    const { files, violations } = await cruiseImports();
    expect(violations).toEqual([]);
    expect(files.length).toBeGreaterThan(200);
    expect([...files].sort()).toEqual(
      globSync('**/*.ts', {
        cwd: root,
        exclude: ['**/node_modules/**', 'test/fixtures/**'],
      }).sort(),
    );
  });

  test('find each import and each circle that is forbidden', async () => {
    const { violations } = await cruiseImports(join(root, 'test/fixtures/imports'));
    const packages = '../../../node_modules';
    const stray = 'worker/chunks/forbidden.ts';
    const [first, second] = ['worker/commands/first.ts', 'worker/commands/second.ts'];
    expect(violations).toEqual([
      'cli-imports: cli/stack.ts -> test/unit/some.test.ts',
      `no-circle-of-files: ${first} -> ${second} -> ${first}`,
      'no-circle-of-worker-folders: worker/circuit -> worker/search -> worker/circuit',
      'no-circle-of-worker-folders: worker/search -> worker/circuit -> worker/search',
      'no-import-of-a-test: cli/stack.ts -> test/unit/some.test.ts',
      `packages-of-the-image: ${stray} -> ${packages}/@pulumi/pulumi/index.js`,
      `pulumi-where-declared: ${stray} -> ${packages}/@pulumi/pulumi/index.js`,
      'shared-imports: shared/codes.ts -> offline/image.ts',
      `work-without-queue: ${stray} -> ${packages}/bullmq/dist/esm/index.js`,
      `worker-imports: ${stray} -> components/queue.ts`,
      'worker-imports: worker/documents/dynamic.ts -> cli/stack.ts',
    ]);
  });
});

test('no file of TypeScript is longer than 300 lines, and no line longer than 120 characters', () => {
  expect(findOversized()).toEqual([]);
});

test('every package of the worker image has the same version in the repository', () => {
  const packageOf = (path: string) =>
    JSON.parse(readFileSync(join(root, path), 'utf8')) as {
      readonly dependencies: Readonly<Record<string, string>>;
      readonly devDependencies?: Readonly<Record<string, string>>;
    };
  const { dependencies, devDependencies } = packageOf('package.json');
  const ofImage = packageOf('worker/package.json');
  expect({ ...dependencies, ...devDependencies }).toMatchObject({
    ...ofImage.dependencies,
    ...ofImage.devDependencies,
  });
});
