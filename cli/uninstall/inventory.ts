import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { Settings } from '../../settings.ts';
import { cacheFolder } from '../../toolchain/cache.ts';
import { containersOf, nameOf } from '../containers.ts';
import { listDataVolumes } from '../deployment/destroy.ts';
import { captureLines } from '../process.ts';
import type { StateResource } from '../state.ts';
import { findCollections } from './collections.ts';
import type { FoundCollections } from './collections.ts';

/** What there is of a stack, and of Pulse on this machine. */
export interface Inventory {
  readonly containers: readonly string[];
  readonly volumes: readonly string[];
  /** None where the stack only joined one. */
  readonly networks: readonly string[];
  /** Builds of the worker. */
  readonly builds: readonly string[];
  /** Of the stores and services; other stacks may use them. */
  readonly images: readonly string[];
  /** Absolute paths on the Docker host. */
  readonly folders: readonly string[];
  readonly collections: FoundCollections;
  readonly cache: { readonly folder: string; readonly mebibytes: number };
}

/** Lists what a stack has, before anything is removed. */
export async function takeInventory(
  settings: Settings,
  state: readonly StateResource[],
): Promise<Inventory> {
  const { stack, prefix, network } = settings;
  const repository = `${prefix}_webhook-worker`;
  const format = '{{.Repository}}:{{.Tag}}';
  const [containers, volumes, networks, builds, collections, mebibytes] = await Promise.all([
    containersOf(stack),
    listDataVolumes(stack),
    captureLines('docker', ['network', 'ls', '--format', '{{.Name}}']),
    captureLines('docker', ['image', 'ls', repository, '--format', format]),
    findCollections(settings),
    measureMebibytes(cacheFolder()),
  ]);
  const names = state
    .filter(({ type }) => type === 'docker:index/remoteImage:RemoteImage')
    .flatMap(({ outputs }) => outputs?.name ?? []);
  return {
    containers: containers.map(nameOf),
    volumes,
    networks: networks.filter((name) => name === prefix && network.mode === 'own'),
    builds: builds.filter((one) => !one.endsWith(':<none>')),
    images: [...new Set(names)].filter((name) => !name.startsWith(`${repository}:`)),
    folders: listFolders(settings),
    collections,
    cache: { folder: cacheFolder(), mebibytes },
  };
}

function listFolders({
  prefix,
  dataFolders: { base, stores },
  gpuHost: { mode },
}: Settings): string[] {
  if (base === undefined) return [];
  const names = mode === 'external' ? ['bm25', 'hf_cache'] : ['bm25'];
  const ofStores = stores ? [`${base}/${prefix}_data`, `${base}/${prefix}_secrets`] : [];
  return [...ofStores, ...names.map((name) => `${base}/pulse_webhook/${name}`)];
}

/** Of all files below a folder; 0 where there is none. */
async function measureMebibytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async ({ parentPath, name }) =>
        stat(join(parentPath, name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
  );
  return Math.round(sizes.reduce((sum, size) => sum + size, 0) / 2 ** 20);
}
