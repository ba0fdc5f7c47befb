import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { containerType, filterByType } from '../pulumi/declare.ts';
import { declareStack } from '../pulumi/stack.ts';

const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
const listed = [...page.matchAll(/^\| (\w+) +\| `(\S+)` +\| `([\d.]+:\d+)` +\|$/gm)].map(
  ([, stack, container, published]) => ({ stack, container, published }),
);

async function listPublished(
  stack: string,
  overrides: Record<string, string> = {},
): Promise<{ stack: string; container: unknown; published: string }[]> {
  const declared = filterByType(await declareStack(stack, overrides), containerType);
  return declared.flatMap(({ inputs }) =>
    ((inputs['ports'] ?? []) as { ip: string; external: number }[]).map(({ ip, external }) => ({
      stack,
      container: inputs['name'],
      published: `${ip}:${external}`,
    })),
  );
}

test.each(['dev', 'prod', 'staging'])(
  'stack %s publishes the ports that docs/operations.md lists, and no other',
  async (stack) => {
    const published = await listPublished(stack);
    expect(published).toHaveLength(3);
    const ofStack = listed.filter((one) => one.stack === stack);
    expect(new Set(published)).toEqual(new Set(ofStack));
    expect(ofStack).toHaveLength(published.length);
  },
);

test.each(['dev', 'prod', 'staging'])(
  'stack %s publishes one port more with hookPort, as docs/operations.md says',
  async (stack) => {
    const usual = await listPublished(stack);
    const withHooks = await listPublished(stack, { hookPort: '50999', hookHost: '192.0.2.1' });
    const container = stack === 'prod' ? 'pulse_webhook' : `pulse-${stack}_webhook`;
    expect(withHooks).toHaveLength(usual.length + 1);
    expect(withHooks).toEqual(
      expect.arrayContaining([...usual, { stack, container, published: '192.0.2.1:50999' }]),
    );
    expect(page).toContain('`hookPort` | `<prefix>_webhook`');
  },
);
