import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { defaultAddress } from '../../shared/docker-engine.ts';
import { engineIdArgs } from '../../shared/engine-of-stack.ts';
import { captureOutput } from '../../toolchain/process.ts';
import { eventually } from '../harness/eventually.ts';
import { Engine } from './engine.ts';
import { imageOf } from './images.ts';
import { Project } from './project.ts';
import { StackApi } from './stack-api.ts';
import { listDelivered, listDocuments } from './stores.ts';

const away = 'http://127.0.0.1:52000';

// Only root may start an engine, and give it a network of its own.
describe.skipIf(process.getuid?.() !== 0)('after a restart of the Docker engine', () => {
  const engine = new Engine();
  const project = new Project(engine.environment);

  beforeAll(async () => {
    await engine.start();
    const images = {
      postgresImage: await imageOf('postgres'),
      redisImage: await imageOf('redis'),
      workerBaseImage: await imageOf('node'),
      haproxyImage: await imageOf('haproxy'),
    };
    await engine.bring(Object.values(images));
    await project.prepare({
      gpuHost: 'external',
      teiUrl: away,
      qdrantUrl: away,
      ollamaUrl: away,
      verification: 'warn',
      workerReplicas: '1',
      apiHost: engine.address,
      ...images,
    });
    await project.pulumi('stack', 'init');
    const up = await project.pulumi('up', '--yes', '--skip-preview');
    expect(up.code, up.stdout + up.stderr).toBe(0);
  });
  afterAll(() => project.remove(engine));

  const health = async () =>
    (await project.docker('ps', '--all', '--format', '{{.Status}}')).stdout
      .trim()
      .split('\n')
      .map((status) => /\((\w+)\)/.exec(status)?.[1] ?? status);
  const allHealthy = (count: number) =>
    eventually('healthy containers', async () =>
      expect(await health()).toEqual(Array.from({ length: count }, () => 'healthy')),
    );

  test('every container comes back healthy by itself, with its data', async () => {
    const page = {
      url: 'https://docs.example.org/reboot',
      title: 'Reboot',
      markdown: 'A host reboots at night.',
    };
    expect(JSON.parse((await project.index([page], '--json')).stdout)).toMatchObject({
      accepted: 1,
    });
    const count = (await health()).length;
    expect(count).toBeGreaterThanOrEqual(4);
    await engine.restart();
    await allHealthy(count);
    expect(JSON.parse((await project.index([page], '--json')).stdout)).toMatchObject({
      accepted: 0,
      unchanged: 1,
    });
    expect(await project.pulumi('preview', '--expect-no-changes', '--refresh')).toMatchObject({
      code: 0,
    });
  });

  test('its stack is refused on another engine, also by plain Pulumi, and its state stays', async ({
    skip,
  }) => {
    const idOf = (env: Readonly<Record<string, string>>) =>
      captureOutput('docker', engineIdArgs, { env });
    const isOne =
      (await idOf(engine.environment)) === (await idOf({ DOCKER_HOST: defaultAddress }));
    skip(isOne, 'up to version 22 the Docker engines of a machine have one id');
    const state = async () => (await project.pulumi('stack', 'export')).stdout;
    const before = await state();
    const elsewhere = (command: string) =>
      project.run('sh', [
        '-c',
        `eval "$(node cli/main.ts env)"; export DOCKER_HOST=${defaultAddress}; ` +
          `${command} --yes --stack ${project.stack}`,
      ]);
    for (const command of ['node cli/main.ts up', 'node cli/main.ts down', 'pulumi up']) {
      const { code, stdout, stderr } = await elsewhere(command);
      expect(code, command).not.toBe(0);
      expect(stdout + stderr).toMatch(/HOST_OTHER: [^]*pulumi config set pulse:allowEngine/);
    }
    expect(await state()).toBe(before);
  });

  test.each(['crash', 'stores-last'] as const)(
    'whatever was acknowledged is there, and all of it once after a resend: %s',
    async (harm) => {
      const api = await StackApi.open(project);
      const containers = Object.keys(await project.ids());
      const isStore = (name: string) => /_(?:postgres|redis)$/.test(name);
      await using callers = api.startCallers(harm);
      await eventually('documents that come in', () => expect(callers.count).toBeGreaterThan(100));
      if (harm === 'crash') await engine.crash();
      else {
        await project.docker('kill', ...containers);
        for (const name of containers.toSorted((one, other) => +isStore(one) - +isStore(other)))
          await project.docker('start', name);
      }
      await allHealthy(containers.length);
      await callers.stop();

      const kept = callers.delivered.filter((url) => callers.acknowledged.has(url));
      expect(kept).not.toEqual([]);
      const delivered = new Set(await listDelivered(project, callers));
      expect(kept.filter((url) => !delivered.has(url))).toEqual([]);
      const stored = new Set(await listDocuments(project, callers.beginning));
      expect([...callers.acknowledged].filter((url) => !stored.has(url))).toEqual([]);

      await callers.resend();
      expect((await listDelivered(project, callers)).sort()).toEqual([...callers.delivered].sort());
      const all = await listDocuments(project, callers.beginning);
      expect(all.sort()).toEqual([...callers.urls].sort());
    },
  );
});
