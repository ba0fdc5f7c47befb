/** Local images for machines that reach package registries and no image registry. */
import { mkdir } from 'node:fs/promises';

import { captureOutput, succeeds } from '../../toolchain/process.ts';
import { runWithProgress } from '../../toolchain/step.ts';
import type { Found, Report, Tool } from '../../toolchain/tool.ts';
import { archive, archiveFolder, isArchived, restore } from './archive.ts';
import { findBaseObstacle, makeBase } from './base.ts';
import { contextOf, localImages, recipeOf, recipes, referenceOf } from './recipe.ts';
import type { LocalImageName, RecipeName } from './recipe.ts';

const purposes: Record<LocalImageName, string> = {
  postgres: 'the database, in place of the official postgres:15',
  redis: 'the queue, in place of the official redis:7',
  node: 'what the worker image is built on, in place of the official node:24-bookworm-slim',
  haproxy: 'the front door before the API, in place of the official haproxy:3',
  prometheus: 'who watches the stack, in place of the official prom/prometheus:v3',
  alertmanager: 'who tells of alarms, in place of the official prom/alertmanager',
  qdrant: "vectors on an embedded GPU host: the real engine behind Qdrant's REST API",
  tei:
    'embeddings on an embedded GPU host: all-MiniLM-L6-v2 behind ' +
    "text-embeddings-inference's API",
  ollama: "the language model's address on an embedded GPU host; serves no model",
};

/** Only stacks that have a Prometheus need them. */
const ofMonitoring: readonly LocalImageName[] = ['prometheus', 'alertmanager'];

/** What every stack may need. */
export const imageTools: readonly Tool[] = (Object.keys(purposes) as LocalImageName[])
  .filter((name) => !ofMonitoring.includes(name))
  .map(toolOf);

export const monitoringImageTools: readonly Tool[] = ofMonitoring.map(toolOf);

function toolOf(name: LocalImageName): Tool {
  return {
    name: `${name} image`,
    purpose: purposes[name],
    find: () => findImage(name),
    methods: [
      {
        origin: 'built',
        isTried: true,
        findObstacle: () => findObstacle(name),
        install: (report) => provide(name, report),
      },
    ],
    byHand:
      'Give this machine access to an image registry (registry-1.docker.io, ghcr.io), ' +
      'then the official images are used.',
  };
}

async function findImage(name: LocalImageName): Promise<Found | undefined> {
  const { reference } = localImages[name];
  if (!(await isInEngine(reference))) return undefined;
  return { origin: 'built', version: recipes[name].version, where: reference };
}

function isInEngine(reference: string): Promise<boolean> {
  return succeeds('docker', ['image', 'inspect', reference]);
}

async function findObstacle(name: LocalImageName): Promise<string | undefined> {
  if (!(await succeeds('docker', ['version']))) return 'no Docker engine answers';
  return isArchived(referenceOf(name)) ? undefined : findBaseObstacle();
}

/**
 * Makes sure that an image is in the engine: it is loaded from its archive, or else built on its
 * parent, which is provided first.
 */
async function provide(name: RecipeName, report: Report): Promise<void> {
  const reference = referenceOf(name);
  if (await isInEngine(reference)) return;
  if (isArchived(reference)) {
    report(`${name}: from ${archiveFolder()}`);
    return restore(reference, report);
  }
  const recipe = recipeOf(name);
  if (recipe.from !== undefined) await provide(recipe.from, report);
  await build(name, reference, report);
  await archive(reference);
}

async function build(name: RecipeName, reference: string, report: Report): Promise<void> {
  const recipe = recipeOf(name);
  const context = contextOf(recipe);
  if (context === undefined || recipe.from === undefined) {
    await mkdir(archiveFolder(), { recursive: true });
    return makeBase(reference, archiveFolder(), report);
  }
  const base = ['--build-arg', `BASE=${referenceOf(recipe.from)}`];
  const args = ['build', '--tag', reference, ...base, ...(await registryArguments(name)), context];
  await runWithProgress(
    {
      doing: `building ${reference}`,
      command: 'docker',
      args,
      remedy: `Run it by hand to see all of it: docker ${args.join(' ')}`,
    },
    report,
  );
}

/**
 * Build arguments that name the machine's own npm or PyPI registry, where it has one. The recipes'
 * defaults are the public registries.
 */
async function registryArguments(name: RecipeName): Promise<string[]> {
  if (name === 'node' && (await succeeds('npm', ['--version']))) {
    const registry = await captureOutput('npm', ['config', 'get', 'registry']);
    return ['--build-arg', `NPM_REGISTRY=${registry.trim()}`];
  }
  const index = process.env['PIP_INDEX_URL'];
  return index === undefined ? [] : ['--build-arg', `PIP_INDEX_URL=${index}`];
}
