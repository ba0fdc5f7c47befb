import { afterAll, beforeAll, expect, test } from 'vitest';

import { eventually } from '../harness/eventually.ts';
import { reservePort } from '../harness/reserve-port.ts';
import { answering, gpuHostAddress, gpuHostSettings, startGpuHost } from './gpu-host.ts';
import type { GpuHost } from './gpu-host.ts';
import { imageOf } from './images.ts';
import { Project } from './project.ts';

const project = new Project();
const address = await gpuHostAddress();
/** The GPU host's TEI: the model of the stack's own, in a container that can be taken away. */
const tei = {
  container: `${project.prefix}-gpu-tei`,
  model: 'sentence-transformers/all-MiniLM-L6-v2',
  port: await reservePort(),
};
let gpuHost: GpuHost;

beforeAll(async () => {
  gpuHost = await startGpuHost(`${project.prefix}-elsewhere`, address);
  await project.docker(
    'run',
    '--detach',
    '--network',
    'host',
    '--name',
    tei.container,
    await imageOf('tei'),
    '--model-id',
    tei.model,
    '--port',
    String(tei.port),
  );
  await answering("GPU host's TEI", `http://127.0.0.1:${tei.port}/health`);
  await project.prepare({
    ...gpuHostSettings(address, project.gateway),
    embeddingModel: tei.model,
    vectorDim: '384',
    maxChunkTokens: '254',
    teiUrl: `http://${project.gateway}:${tei.port}`,
    localEmbeddings: 'true',
    workerReplicas: '1',
  });
  await project.up();
});
afterAll(async () => {
  await project.docker('rm', '--force', '--volumes', tei.container);
  await project.remove(gpuHost);
});

const stored = async () =>
  JSON.parse((await project.pulse('audit', '--json')).stdout) as {
    ok: boolean;
    points: number;
    standIns: number;
  };

test("the stack's own TEI embeds while the GPU host's is away, which replaces these vectors afterwards", async () => {
  const page = {
    url: 'https://docs.example.org/quokka',
    title: 'Quokkas',
    markdown: 'The quokka is a small marsupial that smiles at visitors.',
  };
  await project.docker('stop', tei.container);
  expect(await project.index([page])).toMatchObject({ code: 0 });
  await eventually("a point of the stack's own TEI", async () =>
    expect(await stored()).toMatchObject({ ok: true, points: 1, standIns: 1 }),
  );
  // The replica of the API has to find out by itself that it stands in.
  await eventually('an answer with a vector of its own', async () => {
    const search = ['search', 'an animal from Australia', '--mode', 'semantic', '--json'];
    const { degraded, results } = JSON.parse((await project.pulse(...search)).stdout);
    expect({ degraded, found: results.map(({ url }: { url: string }) => url) }).toEqual({
      degraded: false,
      found: [page.url],
    });
  });
  await eventually('a queue in which nothing stands still', async () =>
    expect(await project.pulse('queue', 'why')).toMatchObject({ code: 0 }),
  );

  await project.docker('start', tei.container);
  await eventually("a point of the GPU host's TEI", async () =>
    expect(await stored()).toMatchObject({ ok: true, points: 1, standIns: 0 }),
  );
  await project.settled();
});
