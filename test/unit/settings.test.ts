import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

import { pulumiSchema, settle } from '../../settings.ts';

const file = (name: string) => parse(readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8')) as { config: Record<string, unknown> };

test('Pulumi.yaml declares what the settings say', () => expect(file('Pulumi.yaml').config).toEqual(pulumiSchema()));

test('every fault is reported at once, each with its key', () => {
  const settling = () => settle('dev', { workerReplicas: 'eight', postgresPort: '70000', teiUrl: 'nowhere', workerMemory: '4', replicas: '2' });
  for (const key of ['workerReplicas', 'postgresPort', 'teiUrl', 'workerMemory', 'replicas']) expect(settling).toThrow(key);
});
