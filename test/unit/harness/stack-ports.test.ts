import { expect, test } from 'vitest';

import { settingRows } from '../../../settings.ts';
import { reserveStackPorts } from '../../harness/stack-ports.ts';

test('every setting of a stack that is a port gets one of its own', async () => {
  const ports = await reserveStackPorts();
  const ofKindPort = Object.values(settingRows).filter(({ kind }) => kind.name === 'port');
  expect(Object.keys(ports)).toEqual(ofKindPort.map(({ key }) => key));
  expect(Object.keys(ports)).toEqual(
    expect.arrayContaining(['postgresPort', 'redisPort', 'apiPort']),
  );
  expect(new Set(Object.values(ports)).size).toBe(ofKindPort.length);
  for (const { key, kind } of ofKindPort)
    expect(kind.parse(String(ports[key]))).toEqual({ value: Number(ports[key]) });
});

test('a setting that is named like a port is of the kind port', () => {
  const named = Object.values(settingRows).filter(({ key }) => /port$/i.test(key));
  expect(named.map(({ key, kind }) => `${key}: ${kind.name}`)).toEqual(
    named.map(({ key }) => `${key}: port`),
  );
});
