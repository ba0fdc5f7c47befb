import { afterAll, beforeAll, expect, test } from 'vitest';

import { gpuHostAddress, gpuHostSettings, startGpuHost } from '../deploy/gpu-host.ts';
import type { GpuHost } from '../deploy/gpu-host.ts';
import { Project } from '../deploy/project.ts';
import { eventually } from '../harness/eventually.ts';

/**
 * The one deploy of `./pulse test quick`. The full `./pulse test` leaves it out: the tests of
 * test/deploy/ see the same, and more, of stacks that they need anyway.
 */
const project = new Project();
const address = await gpuHostAddress();
let gpuHost: GpuHost;

beforeAll(async () => {
  const settings = gpuHostSettings(address, project.gateway);
  [gpuHost] = await Promise.all([
    startGpuHost(`${project.prefix}-elsewhere`, address),
    project.prepare({ ...settings, workerReplicas: '1' }),
  ]);
});
afterAll(() => project.remove(gpuHost));

test('a stack comes up, and a document that goes in is found by word and by meaning', async () => {
  const page = {
    url: 'https://docs.example.org/quokka',
    title: 'Quokkas',
    markdown: 'The quokka is a small marsupial.',
  };
  await project.up();
  expect(await project.index([page], '--wait')).toMatchObject({ code: 0 });
  await eventually('a search by word and by meaning', async () => {
    const { stdout } = await project.pulse('search', 'quokka', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      mode: 'hybrid',
      degraded: false,
      results: [{ url: page.url }],
    });
  });
});
