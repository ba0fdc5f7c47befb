import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { vi } from 'vitest';
import { parse } from 'yaml';

import * as machine from '../../settings/machine.ts';
import { declare } from './declare.ts';
import type { Declared } from './declare.ts';

const root = join(import.meta.dirname, '../..');

/** Every stack that this repository configures. */
export const stacks: readonly string[] = readdirSync(root).flatMap(
  (name) => /^Pulumi\.([\w-]+)\.yaml$/.exec(name)?.[1] ?? [],
);

/**
 * A stack's configuration as it is reviewed: without what `./pulse up` adds for a machine that has
 * no image registry.
 */
export function configurationOf(stack: string): Record<string, string> {
  const { config = {} } = parse(readFileSync(join(root, `Pulumi.${stack}.yaml`), 'utf8')) as {
    config?: Record<string, unknown>;
  };
  return Object.fromEntries(
    Object.entries(config)
      .filter(
        (entry): entry is [string, string] =>
          typeof entry[1] === 'string' && !entry[1].startsWith('pulse-local/'),
      )
      .map(([key, text]) => [key.slice('pulse:'.length), text]),
  );
}

const declaredOnce = new Map<string, Promise<Declared[]>>();

/**
 * Everything that index.ts declares for a stack; `overrides` stand over its configuration. The same
 * question is answered once.
 */
export function declareStack(
  stack: string,
  overrides: Readonly<Record<string, string>> = {},
): Promise<Declared[]> {
  const question = JSON.stringify([stack, overrides]);
  const declared =
    declaredOnce.get(question) ??
    declare(
      async () => {
        vi.resetModules();
        // The plan is the same on every machine.
        vi.doMock('../../settings/machine.ts', () => ({
          ...machine,
          readMachineSettings: () => ({}),
        }));
        await import('../../index.ts');
      },
      { stack, config: { ...configurationOf(stack), ...overrides } },
    );
  declaredOnce.set(question, declared);
  return declared;
}
