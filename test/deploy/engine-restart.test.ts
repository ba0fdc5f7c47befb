import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { eventually } from '../harness/eventually.ts';
import { Engine } from './engine.ts';
import { imageOf } from './images.ts';
import { Project } from './project.ts';

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
    await eventually('healthy containers', async () =>
      expect(await health()).toEqual(Array.from({ length: count }, () => 'healthy')),
    );
    expect(JSON.parse((await project.index([page], '--json')).stdout)).toMatchObject({
      accepted: 0,
      unchanged: 1,
    });
    expect(await project.pulumi('preview', '--expect-no-changes', '--refresh')).toMatchObject({
      code: 0,
    });
  });
});
