import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { localImages } from '../../offline/images/recipe.ts';
import { isDefault, machineSettingsFile, readMachineSettings } from '../../settings/machine.ts';
import { isImageRegistryReachable } from '../../toolchain/image-registry.ts';
import { root } from '../paths.ts';
import { captureLines, captureOutput } from '../process.ts';
import type { Progress } from '../progress/steps.ts';
import { readConfiguration } from './settings.ts';
import type { Configuration } from './settings.ts';

const imageKeys = {
  postgresImage: 'postgres',
  redisImage: 'redis',
  workerBaseImage: 'node',
  haproxyImage: 'haproxy',
  teiImage: 'tei',
  qdrantImage: 'qdrant',
  ollamaImage: 'ollama',
} as const;

type ImageKey = keyof typeof imageKeys;

/**
 * Where no image registry answers, writes the images made here into the settings of this machine:
 * each one that the stack's file leaves open and whose official image the engine does not have.
 * Where a registry answers, it leaves them as they are: another image would replace the stores of a
 * stack that is up.
 *
 * @returns the stack's configuration: each program of Pulumi's takes a quarter of a second
 */
export async function chooseImages(stack: string, { note }: Progress): Promise<Configuration> {
  const configured = await readConfiguration(stack);
  if (await isImageRegistryReachable()) return configured;
  const keys = Object.keys(imageKeys) as ImageKey[];
  const misplaced = keys.filter((key) => isMadeHere(key, configured[key]));
  await removeFromStackFile(stack, misplaced, note);

  const machine = readMachineSettings(root);
  const chosen = { ...machine };
  for (const key of keys) {
    const { reference: local } = localImages[imageKeys[key]];
    if (misplaced.includes(key)) chosen[key] = local;
    // The engine is asked only where its answer can change something.
    else if (machine[key] !== local && isDefault(key, configured[key]))
      if (!(await isInEngine(configured[key]))) chosen[key] = local;
  }
  const changed = keys.filter((key) => chosen[key] !== machine[key]);
  if (changed.length > 0) {
    writeMachineSettings(chosen);
    note(
      `${machineSettingsFile}: ${changed.join(', ')} (no image registry answers: images made on ` +
        'this machine are used).',
    );
  }
  return misplaced.length === 0 ? configured : readConfiguration(stack);
}

/** Earlier versions wrote them into the stack's file, which belongs to every machine. */
async function removeFromStackFile(
  stack: string,
  keys: readonly ImageKey[],
  note: Progress['note'],
): Promise<void> {
  if (keys.length === 0) return;
  const names = keys.map((key) => `pulse:${key}`);
  await captureOutput('pulumi', ['config', 'rm-all', '--stack', stack, ...names]);
  note(
    `Pulumi.${stack}.yaml: removed ${keys.join(', ')}: images made on this machine stand in ` +
      `${machineSettingsFile}.`,
  );
}

/**
 * Whether a reference is an image made by this or an earlier version of Pulse, as
 * `pulse-local/redis:7-…`.
 */
function isMadeHere(key: ImageKey, reference: string | undefined): boolean {
  const { reference: local } = localImages[imageKeys[key]];
  return reference?.startsWith(local.slice(0, local.indexOf(':') + 1)) ?? false;
}

async function isInEngine(reference: string | undefined): Promise<boolean> {
  if (reference === undefined) return false;
  return (await captureLines('docker', ['images', '--quiet', reference])).length > 0;
}

/** By a rename: a reader sees the old file or the new one. */
function writeMachineSettings(settings: Readonly<Record<string, string>>): void {
  const path = join(root, machineSettingsFile);
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, `${JSON.stringify(settings, null, 2)}\n`);
  renameSync(unfinished, path);
}
