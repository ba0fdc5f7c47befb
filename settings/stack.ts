import { join } from 'node:path';

import * as pulumi from '@pulumi/pulumi';

import type { Settings } from '../settings.ts';
import { SettingsError } from '../shared/settings-error.ts';
import { readCommit } from './commit.ts';
import { readDeployed } from './deployed.ts';
import { readApiVersion, readEngineId, refuseEngineMove, refuseOtherEngine } from './engine.ts';
import { applyMachineSettings, readMachineSettings } from './machine.ts';
import { refuseUnconfirmedOutage } from './outage.ts';
import { parseSettings } from './parse.ts';
import { releaseSettings } from './releases.ts';
import type { Release } from './releases.ts';
import { chooseStartInterval } from './start-interval.ts';

const root = join(import.meta.dirname, '..');

/** The settings of a stack, and where it is. */
export interface StackSettings extends Settings {
  /** With the folder of the host that stores have in place of volumes, where they have one. */
  readonly containers: Settings['containers'] & { readonly storeBase: string | undefined };
  /** Id of its Docker engine; undefined for a preview of a new stack without an engine. */
  readonly engineId: string | undefined;
  /** Whether its containers are checked more often while they start. */
  readonly usesStartInterval: boolean;
  /** What a list of its releases is made of. */
  readonly release: {
    readonly before: readonly Release[];
    readonly commit: string | null;
    readonly settings: Release['settings'];
  };
}

/**
 * Reads the settings of the stack that is being deployed. Secrets are among them as plain text:
 * components wrap those that they use.
 *
 * @throws pulumi.RunError with every fault of the configuration, for an outage or another engine
 *   that it does not confirm, or for an engine that is not the docker client's, before anything is
 *   declared
 */
export async function stackSettings(): Promise<StackSettings> {
  skipSourceMaps();
  refuseOtherEngine();
  const texts = readConfiguration();
  const settings = checkConfiguration(texts);
  const [deployed, present, apiVersion, commit] = await Promise.all([
    readDeployed(),
    readEngineId(),
    readApiVersion(),
    readCommit(root),
  ]);
  refuseEngineMove({
    deployed: deployed.engine,
    present,
    allowed: settings.engine.allowed,
  });
  refuseUnconfirmedOutage(deployed, settings.network);
  const { healthStartIntervalSeconds: configured } = settings.containers;
  const startInterval = chooseStartInterval({ configured, deployed, apiVersion });
  return {
    ...settings,
    containers: {
      ...settings.containers,
      healthStartIntervalSeconds: startInterval.seconds,
      storeBase: settings.dataFolders.stores ? settings.dataFolders.base : undefined,
    },
    usesStartInterval: startInterval.isUsed,
    engineId: present ?? deployed.engine,
    release: {
      before: deployed.releases ?? [],
      commit,
      settings: releaseSettings(texts, secretKeys()),
    },
  };
}

/**
 * Pulumi keeps a stack trace of each of its promises, and has installed a formatter of stack traces
 * that looks for source maps. Node runs these files as they are written, so there are none, and
 * looking for them would take a sixth of every preview.
 */
function skipSourceMaps(): void {
  Reflect.deleteProperty(Error, 'prepareStackTrace');
}

const own = (): string => `${pulumi.getProject()}:`;

/** @returns the texts by key, without `pulse:` */
function readConfiguration(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(pulumi.runtime.allConfig())
      .filter(([key]) => key.startsWith(own()))
      .map(([key, text]) => [key.slice(own().length), text]),
  );
}

/** Keys that the stack's file has encrypted, as Pulumi tells the program. */
function secretKeys(): string[] {
  const keys = JSON.parse(process.env['PULUMI_CONFIG_SECRET_KEYS'] || '[]') as string[];
  return keys.map((key) => key.slice(own().length));
}

function checkConfiguration(texts: Readonly<Record<string, string>>): Settings {
  try {
    return parseSettings(pulumi.getStack(), applyMachineSettings(texts, readMachineSettings(root)));
  } catch (error) {
    // A RunError is shown without a stack trace: the report is the whole message.
    if (error instanceof SettingsError) throw new pulumi.RunError(error.message);
    throw error;
  }
}
