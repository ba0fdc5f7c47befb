import { describe, expect, test } from 'vitest';

import { commandType, containerType, findNamed, filterByType } from '../../pulumi/declare.ts';
import { declareStack } from '../../pulumi/stack.ts';
import { externalGpuHost } from '../settings/external-gpu-host.ts';

const mounts = async (overrides: Record<string, string>) =>
  findNamed(await declareStack('dev', overrides), 'worker-1').inputs['mounts'];

describe('data folders of the host', () => {
  test('are mounted from where the deployment before Pulse kept them', async () => {
    expect(await mounts({ appdataBase: '/mnt/cache/appdata/', ...externalGpuHost })).toEqual([
      { type: 'bind', target: '/app/data/bm25', source: '/mnt/cache/appdata/pulse_webhook/bm25' },
      {
        type: 'bind',
        target: '/app/.cache/huggingface',
        source: '/mnt/cache/appdata/pulse_webhook/hf_cache',
      },
    ]);
  });

  test('leave the models on a volume when an embedded TEI shares them', async () => {
    expect(await mounts({ appdataBase: '/srv' })).toEqual([
      { type: 'bind', target: '/app/data/bm25', source: '/srv/pulse_webhook/bm25' },
      { type: 'volume', target: '/app/.cache/huggingface/hub', source: 'pulse-dev_hf_cache' },
    ]);
  });

  test('are created before any worker starts, owned by the user that workers run as', async () => {
    const declared = await declareStack('dev', { appdataBase: '/srv', ...externalGpuHost });
    expect(findNamed(declared, 'folders-made').inputs['environment']).toMatchObject({
      BASE: '/srv',
      OWNER: '99:100',
      FOLDERS: 'pulse_webhook/bm25 pulse_webhook/hf_cache',
    });
    expect(findNamed(declared, 'worker-1').waitsFor).toContain('folders-made');
    expect(findNamed(declared, 'worker-1').inputs['user']).toBe('99:100');
  });

  test('are not created when the stack keeps its data on volumes', async () => {
    expect(
      filterByType(await declareStack('dev'), commandType).map(({ name }) => name),
    ).not.toContain('folders-made');
  });

  test('hold the data of every store, whose volumes stay, where that is said', async () => {
    const folders = { appdataBase: '/srv', storeFolders: 'true', protectData: 'true' };
    const declared = await declareStack('dev', folders);
    for (const store of ['postgres', 'redis', 'qdrant']) {
      const source = `/srv/pulse-dev_data/${store}`;
      // Components have the same names.
      expect(findNamed(filterByType(declared, containerType), store)).toMatchObject({
        inputs: { mounts: [{ type: 'bind', source }] },
        waitsFor: expect.arrayContaining([`${store}-folder`]),
      });
      expect(findNamed(declared, `${store}-data`)).toMatchObject({ protect: true });
    }
  });
});
