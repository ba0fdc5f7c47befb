import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

const root = new URL('../../../', import.meta.url).pathname;

const run = (...args: string[]): string =>
  execFileSync(process.execPath, ['cli/main.ts', ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, DOCKER_HOST: 'tcp://127.0.0.1:1' },
  });

test('./pulse version says what this clone is, also where no engine answers', () => {
  const found = JSON.parse(run('version', '--json')) as Record<string, string | null>;
  const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
    version: string;
  };
  expect(found).toEqual({
    pulse: version,
    commit: expect.toBeOneOf([expect.stringMatching(/[0-9a-f]{12}|^v/), null]),
    schema: readdirSync(`${root}worker/postgres/migrations`).toSorted().at(-1),
    node: process.versions.node,
    pulumi: expect.toBeOneOf([expect.stringMatching(/^\d+\.\d+\.\d+/), null]),
    engine: null,
    engineId: null,
  });

  const answer = run('version');
  const lines = answer.trimEnd().split('\n');
  expect(lines.map((line) => line.split(/ {2,}/))).toEqual(
    Object.entries(found).map(([what, text]) => [what, text ?? 'not found']),
  );
  for (const option of ['--version', '-v', '-V']) expect(run(option)).toBe(answer);
});
