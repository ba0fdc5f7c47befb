import { spawnSync } from 'node:child_process';

import { expect, test } from 'vitest';

const pulse = (...args: string[]) =>
  spawnSync(process.execPath, ['cli/main.ts', ...args], {
    encoding: 'utf8',
    cwd: new URL('../../..', import.meta.url),
  });

test.each([['up'], ['status'], ['down'], ['preview']])(
  './pulse %s with an unknown stack exits with 2, lists the known ones and says how to make one',
  (command) => {
    const { status, stderr } = pulse(command, '--stack', 'nosuch');
    expect(status).toBe(2);
    expect(stderr).toMatch(/there is no stack nosuch; there are (.*, )?dev,.* prod,.* staging/);
    expect(stderr).toContain('Pulumi.nosuch.yaml');
  },
);
