import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

import { reservePort } from '../../harness/reserve-port.ts';

const module = join(import.meta.dirname, '../../harness/reserve-port.ts');

async function reserveInOtherProcess(count: number, start: number, end: number) {
  const script = `const { reservePort } = await import(process.argv[1]);
    const ports = [];
    while (ports.length < ${count}) ports.push(await reservePort(${start}, ${end}));
    console.log(JSON.stringify(ports));`;
  const args = ['--input-type=module', '--eval', script, module];
  return JSON.parse((await promisify(execFile)(process.execPath, args)).stdout) as number[];
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
    // Tests beside this one, and other programs, may have some of these ports: never so many.
    const ports = await reserveInOtherProcess(80, port, port + 100);
    expect(new Set(ports).size).toBe(80);
    expect(ports).not.toContain(port);
  },
);
