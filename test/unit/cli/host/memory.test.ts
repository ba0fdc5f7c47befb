import { expect, test } from 'vitest';

import { promisedMemory } from '../../../../cli/deployment/host/memory.ts';
import { parseSettings } from '../../../../settings/parse.ts';
import { containerType } from '../../../pulumi/declare.ts';
import { configurationOf, declareStack } from '../../../pulumi/stack.ts';

const backups = {
  backupEvery: '24h',
  backupTarget: '/srv/backups',
  backupPassword: 'kept-elsewhere-0123456789abcdef0123456789',
};

test.each<[stack: string, settings: Record<string, string>]>([
  ['dev', { ollama: 'true' }],
  ['dev', { ollama: 'false' }],
  ['prod', backups],
  ['prod', { ...backups, localEmbeddings: 'true' }],
])('the memory that stack %s promises, with %j, is that of its containers', async (name, over) => {
  const declared = await declareStack(name, over);
  const limits = declared
    .filter(({ type }) => type === containerType)
    .map(({ inputs }) => Number(inputs['memory']));
  const parts = promisedMemory(parseSettings(name, { ...configurationOf(name), ...over }));
  const promised = parts.flatMap(({ each, count }) => Array.from({ length: count }, () => each));
  expect(promised.toSorted((a, b) => a - b)).toEqual(limits.toSorted((a, b) => a - b));
});
