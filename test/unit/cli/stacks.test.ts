import { spawnSync } from 'node:child_process';

import { expect, test } from 'vitest';

const pulse = (...args: string[]) =>
  spawnSync(process.execPath, ['cli/main.ts', ...args], {
    encoding: 'utf8',
    cwd: new URL('../../..', import.meta.url),
  });

test.each([['up'], ['status'], ['down'], ['preview']])(
  '%s of a stack that there is not says which there are and how to make one, and is wrong use',
  (command) => {
    const { status, stderr } = pulse(command, '--stack', 'nosuch');
    expect(status).toBe(2);
    expect(stderr).toMatch(/there is no stack nosuch; there are dev,.* prod, staging/);
    expect(stderr).toContain('Pulumi.nosuch.yaml');
  },
);
