import { describe, expect, test } from 'vitest';

import {
  containerType,
  readEnvironment,
  imageType,
  findNamed,
  filterByType,
  volumeType,
} from '../../pulumi/declare.ts';
import { declareStack } from '../../pulumi/stack.ts';
import { externalGpuHost } from '../settings/external-gpu-host.ts';

const names = (declared: Awaited<ReturnType<typeof declareStack>>, type: string) =>
  filterByType(declared, type).map(({ name }) => name);

describe('an external GPU host', () => {
  test('is three addresses that workers receive, and no container, image or volume', async () => {
    const declared = await declareStack('dev', {
      gpuHost: 'external',
      teiUrl: 'http://10.9.9.9:1',
      qdrantUrl: 'http://10.9.9.9:2/',
      ollamaUrl: 'http://10.9.9.9:3',
    });
    for (const type of [containerType, imageType, volumeType])
      expect(names(declared, type).join()).not.toMatch(/tei|qdrant|ollama/);
    expect(readEnvironment(findNamed(declared, 'worker-1'))).toMatchObject({
      WEBHOOK_TEI_URL: 'http://10.9.9.9:1',
      WEBHOOK_QDRANT_URL: 'http://10.9.9.9:2',
      WEBHOOK_OLLAMA_URL: 'http://10.9.9.9:3',
    });
  });

  test('without the address of an Ollama has none, and no worker is told of one', async () => {
    const declared = await declareStack('dev', externalGpuHost);
    const environment = readEnvironment(findNamed(declared, 'worker-1'));
    expect(environment).toMatchObject({ WEBHOOK_TEI_URL: externalGpuHost.teiUrl });
    expect(environment).not.toHaveProperty('WEBHOOK_OLLAMA_URL');
  });

  test('that is away does not delay the start of a worker', async () => {
    expect(
      findNamed(await declareStack('dev', externalGpuHost), 'worker-1').waitsFor,
    ).not.toContain('tei');
  });
});

describe('an embedded GPU host', () => {
  test('is three containers, reached by name on the network of the stack and not published', async () => {
    const declared = await declareStack('dev', { ollama: 'true' });
    for (const name of ['tei', 'qdrant', 'ollama']) {
      expect(findNamed(declared, name).inputs).toMatchObject({
        name: `pulse-dev_${name}`,
        networksAdvanced: [{ name: 'pulse-dev' }],
      });
      expect(findNamed(declared, name).inputs['ports']).toBeUndefined();
    }
    expect(readEnvironment(findNamed(declared, 'worker-1'))).toMatchObject({
      WEBHOOK_TEI_URL: 'http://pulse-dev_tei:8080',
      WEBHOOK_QDRANT_URL: 'http://pulse-dev_qdrant:6333',
    });
  });

  test('has an Ollama only where the stack asks for one', async () => {
    const declared = await declareStack('dev');
    for (const type of [containerType, imageType, volumeType])
      expect(names(declared, type).join()).not.toContain('ollama');
    expect(readEnvironment(findNamed(declared, 'worker-1'))).not.toHaveProperty(
      'WEBHOOK_OLLAMA_URL',
    );
  });

  test('that protects its data keeps the volume of an Ollama that it had', async () => {
    const declared = await declareStack('dev', { protectData: 'true' });
    expect(names(declared, volumeType)).toContain('ollama-data');
    expect(names(declared, containerType)).not.toContain('ollama');
  });

  test('serves the configured model from the volume where workers find its tokenizer', async () => {
    const declared = await declareStack('dev');
    expect(findNamed(declared, 'tei').inputs['command']).toEqual(
      expect.arrayContaining(['--model-id', 'sentence-transformers/all-MiniLM-L6-v2']),
    );
    const sources = ['tei', 'worker-1'].map((name) =>
      (findNamed(declared, name).inputs['mounts'] as { source: string }[]).map(
        ({ source }) => source,
      ),
    );
    for (const mounted of sources) expect(mounted).toContain('pulse-dev_hf_cache');
  });

  test('gets a gated or mirrored model with the token and from the address of the stack', async () => {
    const plain = findNamed(await declareStack('dev'), 'tei');
    expect(plain.secretInputs).not.toContain('envs');
    const hub = {
      huggingfaceToken: 'hf_hunter',
      huggingfaceEndpoint: 'https://mirror.example.org',
    };
    const tei = findNamed(await declareStack('dev', hub), 'tei');
    expect(readEnvironment(tei)).toEqual({
      ...readEnvironment(plain),
      HF_TOKEN: 'hf_hunter',
      HF_ENDPOINT: 'https://mirror.example.org',
    });
    expect(tei.secretInputs).toContain('envs');
    expect(JSON.stringify(tei.inputs['command'])).not.toContain('hunter');
  });

  test('keeps its vectors and models when the stack is destroyed', async () => {
    const declared = await declareStack('dev', { ollama: 'true' });
    for (const name of ['qdrant-data', 'ollama-data', 'models'])
      expect(findNamed(declared, name).retainOnDelete).toBe(true);
  });
});
