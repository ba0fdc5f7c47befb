import { describe, expect, test } from 'vitest';

import { containerType, readEnvironment, findNamed, filterByType } from '../../pulumi/declare.ts';
import { declareStack } from '../../pulumi/stack.ts';
import { externalGpuHost } from '../settings/external-gpu-host.ts';

const on = { ...externalGpuHost, localEmbeddings: 'true' };

describe('local embeddings', () => {
  test('exist only when they are switched on', async () => {
    const declared = await declareStack('dev');
    expect(filterByType(declared, containerType).map(({ name }) => name)).not.toContain(
      'local-embeddings-tei',
    );
    expect(readEnvironment(findNamed(declared, 'worker-1'))).not.toHaveProperty(
      'WEBHOOK_LOCAL_TEI_URL',
    );
  });

  test('run a TEI of the configured model with limits of its own and without a published port', async () => {
    const declared = await declareStack('dev', {
      ...on,
      localEmbeddingsMemory: '3GiB',
      localEmbeddingsCpus: '1.5',
    });
    const { inputs } = findNamed(declared, 'local-embeddings-tei');
    expect(inputs).toMatchObject({
      name: 'pulse-dev_local-embeddings',
      memory: 3072,
      cpus: '1.5',
      user: '99:100',
      networksAdvanced: [{ name: 'pulse-dev' }],
    });
    expect(inputs['command']).toEqual([
      '--model-id',
      'sentence-transformers/all-MiniLM-L6-v2',
      '--port',
      '8080',
    ]);
    expect(inputs['ports']).toBeUndefined();
    expect(readEnvironment(findNamed(declared, 'worker-1'))).toMatchObject({
      WEBHOOK_LOCAL_TEI_URL: 'http://pulse-dev_local-embeddings:8080',
    });
  });

  test('ask for their key in a way that no process and no configuration shows', async () => {
    const declared = await declareStack('dev', {
      ...on,
      localEmbeddingsApiKey: 'hunter-2',
      huggingfaceToken: 'hf_hunter',
    });
    const local = findNamed(declared, 'local-embeddings-tei');
    expect(readEnvironment(local)).toMatchObject({ API_KEY: 'hunter-2', HF_TOKEN: 'hf_hunter' });
    expect(local.secretInputs).toContain('envs');
    const { command, healthcheck } = local.inputs;
    expect(JSON.stringify([command, healthcheck])).not.toContain('hunter');
    expect(JSON.stringify(healthcheck)).toContain('Bearer %s');
    const worker = findNamed(declared, 'worker-1');
    expect(readEnvironment(worker)).toMatchObject({
      WEBHOOK_LOCAL_TEI_API_KEY: 'hunter-2',
      HF_TOKEN: 'hf_hunter',
    });
    expect(worker.secretInputs).toContain('envs');
  });

  test('share the models of the workers, on a volume or in a folder of the host', async () => {
    const mounts = async (more: Record<string, string>) =>
      (
        findNamed(await declareStack('dev', { ...on, ...more }), 'local-embeddings-tei').inputs[
          'mounts'
        ] as { source: string; target: string }[]
      ).map(({ source, target }) => `${source} ${target}`);
    expect(await mounts({})).toEqual(['pulse-dev_hf_cache /models/hub']);
    expect(await mounts({ appdataBase: '/srv' })).toEqual(['/srv/pulse_webhook/hf_cache /models']);
  });

  test('start after the workers have taken over the volume, and delay no worker', async () => {
    const declared = await declareStack('dev', on);
    expect(findNamed(declared, 'worker-1').waitsFor).not.toContain('local-embeddings-tei');
    expect(findNamed(declared, 'local-embeddings-tei').waitsFor).toContain('worker-1');
  });
});
