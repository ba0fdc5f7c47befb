import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

import { reservePort } from '../../harness/reserve-port.ts';

const module = join(import.meta.dirname, '../../harness/reserve-port.ts');

async function reserveInOtherProcess(start: number, end: number): Promise<number> {
  const script =
    `const { reservePort } = await import(process.argv[1]);` +
    `console.log(await reservePort(${start}, ${end}));`;
  const args = ['--input-type=module', '--eval', script, module];
  return Number((await promisify(execFile)(process.execPath, args)).stdout);
}

test('a reserved port is free on every address', async () => {
  const server = createServer().listen(await reservePort());
  await once(server, 'listening');
  expect(server.listening).toBe(true);
  server.close();
});

test.runIf(process.platform === 'linux')(
  'a reserved port is not given to another process',
  async () => {
    const port = await reservePort();
    expect(await reserveInOtherProcess(port, port + 2)).toBe(port + 1);
  },
);
