import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { containerType, filterByType } from '../pulumi/declare.ts';
import { declareStack } from '../pulumi/stack.ts';

const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
const listed = [...page.matchAll(/^\| (\w+) +\| `(\S+)` +\| `([\d.]+:\d+)` +\|$/gm)].map(
  ([, stack, container, published]) => ({ stack, container, published }),
);

test.each(['dev', 'prod', 'staging'])(
  'stack %s publishes the ports that docs/operations.md lists, and no other',
  async (stack) => {
    const published = filterByType(await declareStack(stack), containerType).flatMap(({ inputs }) =>
      ((inputs['ports'] ?? []) as { ip: string; external: number }[]).map(({ ip, external }) => ({
        stack,
        container: inputs['name'],
        published: `${ip}:${external}`,
      })),
    );
    expect(published).toHaveLength(3);
    const ofStack = listed.filter((one) => one.stack === stack);
    expect(new Set(published)).toEqual(new Set(ofStack));
    expect(ofStack).toHaveLength(published.length);
  },
);
