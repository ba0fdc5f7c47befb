/**
 * The table of all settings of a stack, part by part; a part's rows are in settings/parts/. The
 * rows are the only source of validation, of the types below, of the schema in Pulumi.yaml, of
 * docs/configuration.md and of the worker's environment; `npm run settings` writes the files.
 * Imports nothing of Pulumi, so that it can be tested and printed on its own.
 */
import { api, apiKeys, frontDoor, hooks } from './settings/parts/api.ts';
import { backups } from './settings/parts/backups.ts';
import { containers, dataFolders } from './settings/parts/containers.ts';
import { embeddings } from './settings/parts/embeddings.ts';
import { engine } from './settings/parts/engine.ts';
import { gpuHost, localEmbeddings } from './settings/parts/gpu-host.ts';
import { monitoring, receivers } from './settings/parts/monitoring.ts';
import { network } from './settings/parts/network.ts';
import { retention } from './settings/parts/retention.ts';
import { senders } from './settings/parts/senders.ts';
import { postgres, redis, secrets } from './settings/parts/stores.ts';
import { verification } from './settings/parts/verification.ts';
import { workerImage, workers } from './settings/parts/workers.ts';
import type { Setting } from './settings/setting.ts';

const parts = {
  network,
  engine,
  containers,
  postgres,
  redis,
  secrets,
  workers,
  workerImage,
  dataFolders,
  gpuHost,
  localEmbeddings,
  embeddings,
  api,
  frontDoor,
  apiKeys,
  hooks,
  retention,
  backups,
  senders,
  verification,
  monitoring,
  receivers,
};

type Parts = typeof parts;
type Part = keyof Parts;

/** Name of a setting in a stack's configuration, after `pulse:`. */
export type Key = { [P in Part]: Parts[P][keyof Parts[P]] }[Part]['key'];

/** A setting and its place in {@link SettingsByPart}. */
export interface SettingRow extends Setting<Key, unknown> {
  readonly part: Part;
  readonly field: string;
}

/** Every setting by its key, in the order of the documentation. */
export const settingRows = Object.fromEntries(
  Object.entries<Readonly<Record<string, Setting<Key, unknown>>>>(parts).flatMap(
    ([part, settings]) =>
      Object.entries(settings).map(([field, setting]) => [
        setting.key,
        { ...setting, part, field },
      ]),
  ),
) as Readonly<Record<Key, SettingRow>>;

/** A value for each setting, part by part: `settings.postgres.memoryMiB`. Units stand in the names. */
export type SettingsByPart = {
  readonly [P in Part]: {
    readonly [F in keyof Parts[P]]: Parts[P][F] extends Setting<Key, infer T> ? T : never;
  };
};

/** The checked settings of a stack, as parseSettings returns them. */
export interface Settings extends SettingsByPart {
  readonly stack: string;
  /** First part of every name the stack makes: `pulse` in prod, `pulse-<stack>` elsewhere. */
  readonly prefix: string;
  /**
   * Alias of the vector collection: project, stack, model and dimension, so that stacks can share
   * one GPU host.
   */
  readonly collection: string;
}
