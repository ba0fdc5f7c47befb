import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { eventually } from '../harness/eventually.ts';
import { Project } from './project.ts';
import type { Ended } from './project.ts';

/** As a team would: the state in a folder that all reach, the passphrase from a vault. */
const backend = mkdtempSync(join(tmpdir(), 'pulse-backend-'));
const elsewhere = {
  PULUMI_BACKEND_URL: `file://${backend}`,
  PULUMI_CONFIG_PASSPHRASE: 'correct horse battery staple',
};
const shared = new Project(elsewhere);
/** As a newcomer would: both inside the clone. */
const own = new Project();
const ownWith = (variables: Readonly<Record<string, string>>, ...args: string[]) => {
  const assignments = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  const command = [process.execPath, 'cli/main.ts', ...args, '--stack', own.stack];
  return own.run('env', [...assignments, ...command]);
};
const page = {
  url: 'https://docs.example.org/quokka',
  title: 'Quokkas',
  markdown: 'The quokka is a small marsupial.',
};
const found = async (project: Project) =>
  (
    JSON.parse((await project.pulse('search', 'quokka', '--mode', 'keyword', '--json')).stdout) as {
      results: { url: string }[];
    }
  ).results.map(({ url }) => url);
const ok = ({ code, stdout, stderr }: Ended) => expect(code, stdout + stderr).toBe(0);

async function beginWith(...projects: readonly Project[]): Promise<void> {
  for (const project of projects) await project.beginWith();
}

beforeAll(async () => {
  for (const project of [shared, own]) {
    await project.prepare({ workerReplicas: '1' });
    await project.up();
  }
});
afterAll(async () => {
  await Promise.all([shared.remove(), own.remove()]);
  rmSync(backend, { recursive: true });
});

describe('two stacks on one host', () => {
  test('share nothing: a document of one is not found in the other', async () => {
    await beginWith(shared, own);
    ok(await own.index([page], '--wait'));
    expect(await found(own)).toEqual([page.url]);
    expect(await found(shared)).toEqual([]);
  });

  test('cannot share a subnet or port: the update names the other and changes nothing', async () => {
    await beginWith(shared, own);
    const [before, kept] = [
      await own.ids(),
      {
        subnet: String(own.setting('subnet')),
        gateway: own.gateway,
        postgresPort: String(own.setting('postgresPort')),
      },
    ];
    own.configure({
      subnet: String(shared.setting('subnet')),
      gateway: shared.gateway,
      postgresPort: String(shared.setting('postgresPort')),
    });
    const { code, stderr } = await own.pulse('up', '--yes');
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`HOST_SUBNET: .*overlaps network ${shared.prefix} `));
    expect(stderr).toMatch(
      new RegExp(
        `HOST_PORT: pulse:postgresPort .* is taken by container ${shared.container('postgres')}`,
      ),
    );
    expect(await own.ids()).toEqual(before);
    own.configure(kept);
  });

  test('are never called removed by a state that does not know them', async () => {
    await beginWith(own);
    const before = await own.ids();
    const { code, stderr } = await ownWith(elsewhere, 'down', '--data', '--yes');
    expect(code).toBe(1);
    expect(stderr).toContain(`does not know ${own.container('postgres')}, `);
    expect(stderr).toContain('set PULUMI_BACKEND_URL to where their state is');
    expect(await own.ids()).toEqual(before);
  });

  test('are independent: destroying one changes nothing about the other', async () => {
    await beginWith(shared, own);
    const before = await own.ids();
    ok(await shared.pulse('down', '--yes'));
    expect(await shared.ids()).toEqual({});
    expect(await own.ids()).toEqual(before);
    // A single probe may time out on a busy machine.
    await eventually('a verification that passes', async () => ok(await own.pulse('verify')));
    await own.settled();
  });

  test('have separate states, which a preview reads only with the right passphrase', async () => {
    await beginWith(own);
    own.configure({ logLevel: 'WARNING' });
    const {
      stacks: [real],
    } = JSON.parse((await own.pulse('preview', '--json')).stdout);
    expect(real).toMatchObject({
      against: 'state',
      changes: expect.arrayContaining([
        expect.objectContaining({
          change: 'replace',
          resource: 'worker-1',
          because: expect.stringContaining('envs'),
        }),
      ]),
    });
    const locked = await ownWith({ PULUMI_CONFIG_PASSPHRASE: 'wrong' }, 'preview', '--json');
    expect(JSON.parse(locked.stdout).stacks[0]).toMatchObject({
      ok: true,
      against: 'nothing',
      why: 'the passphrase of its state is not at hand',
    });
    own.configure({ logLevel: undefined });
  });
});

describe('a stack that lost its state', () => {
  test('names the containers to remove, then opens its data with new passwords', async () => {
    await beginWith(own);
    ok(await own.index([page], '--wait'));
    rmSync(join(own.folder, '.pulse'), { recursive: true });
    own.forgetSalt();
    const refused = await own.pulse('up', '--yes');
    expect(refused.code).toBe(1);
    const [remedy = ''] = /docker rm -f .*/.exec(refused.stderr) ?? [];
    for (const name of ['postgres', 'webhook-worker-1'])
      expect(remedy).toContain(own.container(name));
    ok(await own.run('sh', ['-c', remedy]));
    await own.up();
    expect(await found(own)).toEqual([page.url]);
    expect(own.setting('network'), 'the network is its own again').toBeUndefined();
  });
});
