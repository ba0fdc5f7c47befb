import { describe, expect, test } from 'vitest';

import { listMoves } from '../../../cli/move-data/move.ts';
import { parseSettings } from '../../../settings/parse.ts';
import { first } from '../../harness/certificates.ts';
import {
  commandType,
  containerType,
  findNamed,
  filterByType,
  volumeType,
} from '../../pulumi/declare.ts';
import { declareStack } from '../../pulumi/stack.ts';
import { externalGpuHost } from '../settings/external-gpu-host.ts';

/** Settings with which a stack has everything that it can have. */
const everything = {
  gpuHost: 'embedded',
  ollama: 'true',
  monitoring: 'own',
  backupEvery: '24h',
  backupTarget: '/mnt/repository',
  backupPassword: 'of the repository',
  apiCertificate: first.certificate,
  apiCertificateKey: first.key,
};
const inFolders = { appdataBase: '/srv', storeFolders: 'true', protectData: 'true' };
const secrets = ['tls', 'alertmanager-config', 'prometheus-key'];

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

  test('hold all data and secrets, and data volumes stay, where that is said', async () => {
    const declared = await declareStack('dev', { ...everything, ...inFolders });
    const mounted = filterByType(declared, containerType).flatMap(
      ({ inputs }) => inputs['mounts'] as { readonly type: string; readonly source: string }[],
    );
    expect(mounted.filter(({ type }) => type !== 'bind')).toEqual([]);
    const folders = ['qdrant', 'hf_cache', 'ollama', 'prometheus', 'alertmanager', 'backup'];
    expect([...new Set(mounted.map(({ source }) => source))].sort()).toEqual(
      [
        ...['postgres', 'redis', ...folders].map((name) => `/srv/pulse-dev_data/${name}`),
        ...secrets.map((name) => `/srv/pulse-dev_secrets/${name}`),
        '/srv/pulse_webhook/bm25',
        '/mnt/repository',
      ].sort(),
    );
    // Components have the same names.
    for (const name of ['postgres', 'redis', 'qdrant', 'ollama', 'prometheus', 'alertmanager']) {
      const { waitsFor } = findNamed(filterByType(declared, containerType), name);
      expect(waitsFor).toContain(`${name}-folder`);
      expect(findNamed(declared, `${name}-data`)).toMatchObject({ protect: true });
    }
  });

  test('for what a stack has on volumes are those to which ./pulse move-data copies', async () => {
    const declared = await declareStack('dev', { ...everything, ...inFolders });
    const moves = listMoves(parseSettings('dev', { ...everything, ...inFolders }));
    const data = filterByType(declared, volumeType).map(({ inputs }) => String(inputs['name']));
    expect(moves.map(({ volume }) => volume).sort()).toEqual(data.sort());
    const text = JSON.stringify(declared);
    for (const { folder } of moves) expect(text).toContain(`"source":"/srv/${folder}"`);
    const few = listMoves(parseSettings('dev', { ...externalGpuHost, monitoring: 'none' }));
    expect(few.map(({ volume }) => volume)).toEqual(['pulse-dev_postgres', 'pulse-dev_redis']);
  });
});
