import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { Project } from './project.ts';

/** As for a pull request: a fresh clone without engine, state, passphrase and GPU host. */
const project = new Project();
const withoutEngine = (...args: string[]) =>
  project.run('env', [
    'DOCKER_HOST=unix:///nowhere/docker.sock',
    process.execPath,
    'cli/main.ts',
    'preview',
    ...args,
  ]);

beforeAll(() => project.prepare());
afterAll(() => project.remove());

describe('a preview before any deployment', () => {
  test('plans every stack as new and says so, without engine and secrets', async () => {
    const { code, stdout, stderr } = await withoutEngine('--all', '--json');
    expect(code, stderr).toBe(0);
    const { types, stacks } = JSON.parse(stdout) as {
      types: boolean;
      stacks: {
        stack: string;
        against: string;
        why: string;
        changes: { change: string; resource: string }[];
      }[];
    };
    expect(types).toBe(true);
    expect(stacks.map(({ stack }) => stack)).toEqual(
      expect.arrayContaining(['dev', 'prod', 'staging']),
    );
    for (const { against, why, changes } of stacks) {
      expect([against, why]).toEqual(['nothing', 'this backend holds no state of it']);
      expect(changes.every(({ change }) => change === 'create')).toBe(true);
    }
    const prod = stacks
      .find(({ stack }) => stack === 'prod')
      ?.changes.map(({ resource }) => resource);
    expect(
      prod?.filter((resource) => resource.startsWith('worker-') && resource !== 'worker-image'),
    ).toHaveLength(8);
  });

  test('changes no configuration of the clone', async () => {
    expect((await withoutEngine('--stack', 'prod')).code).toBe(0);
    const configuration = await project.run('cat', ['Pulumi.prod.yaml']);
    expect(configuration.stdout).not.toContain('encryptionsalt');
  });

  test('fails on a faulty configuration and names every fault', async () => {
    const path = join(project.folder, `Pulumi.${project.stack}.yaml`);
    const sound = readFileSync(path, 'utf8');
    onTestFinished(() => writeFileSync(path, sound));
    const faulty = sound.replace(/pulse:workerReplicas: .*/, 'pulse:workerReplicas: eight');
    writeFileSync(path, `${faulty}  pulse:replicas: "3"\n`);
    const { code, stdout } = await withoutEngine('--stack', project.stack);
    expect(code).toBe(1);
    expect(stdout).toContain("pulse:workerReplicas is 'eight'");
    expect(stdout).toContain('pulse:replicas is not a setting; did you mean pulse:workerReplicas?');
  });
});
