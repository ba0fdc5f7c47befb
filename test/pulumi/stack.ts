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
 * Reads the configuration of a stack, without the images that `./pulse up` adds on a machine
 * without an image registry.
 *
 * @returns setting to text, without the prefix `pulse:`
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
 * Declares everything that index.ts declares for a stack. Calls with the same arguments share one
 * result.
 *
 * @param overrides settings that replace those of the stack's configuration
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
        vi.doMock('../../settings/engine.ts', () => ({
          refuseOtherEngine: () => {},
          refuseEngineMove: () => {},
          readEngineId: () => undefined,
          readApiVersion: () => undefined,
        }));
        await import('../../index.ts');
      },
      { stack, config: { ...configurationOf(stack), ...overrides } },
    );
  declaredOnce.set(question, declared);
  return declared;
}
