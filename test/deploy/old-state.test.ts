import { execFile } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { pulumi as pulumiTools } from '../../cli/needed-tools.ts';

/**
 * Previews an update, by the present program, of stacks that commit 84aa6d3 brought up; their
 * states are in test/fixtures/old-state. It needs the Pulumi CLI and no Docker engine.
 */
const root = join(import.meta.dirname, '../..');
const fixtures = join(root, 'test/fixtures/old-state');
/** Opens the fixtures' secrets; it has no other use. */
const passphrase = 'throw-away';
const base = mkdtempSync(join(tmpdir(), 'pulse-old-state-'));
const project = join(base, 'project');
beforeAll(prepareProject);
afterAll(() => rmSync(base, { recursive: true }));

/** A resource by its type and name; it stays the same resource when its parents change. */
interface Named {
  readonly type: string;
  readonly name: string;
}
interface Step extends Named {
  readonly op: string;
}

/** `urn:pulumi:<stack>::<project>::<types of its parents, then its own, joined by $>::<name>`. */
function named(urn: string): Named {
  const [types = '', name = ''] = urn.split('::').slice(2);
  return { type: types.split('$').at(-1) ?? types, name };
}

/** This project by symbolic links: `pulumi stack init` writes into the stack's configuration. */
function prepareProject(): void {
  for (const folder of ['project', 'state']) mkdirSync(join(base, folder), { recursive: true });
  const entries = readdirSync(root).filter((name) => !/^(\.git|\.pulse|Pulumi\..*)$/.test(name));
  for (const name of entries) symlinkSync(join(root, name), join(project, name));
  copyFileSync(join(root, 'Pulumi.yaml'), join(project, 'Pulumi.yaml'));
  for (const name of readdirSync(fixtures).filter((file) => file.startsWith('Pulumi.')))
    copyFileSync(join(fixtures, name), join(project, name));
}

async function pulumi(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('pulumi', ['--non-interactive', ...args], {
    cwd: project,
    env: {
      ...process.env,
      ...pulumiTools.environment(),
      PULUMI_BACKEND_URL: `file://${join(base, 'state')}`,
      PULUMI_CONFIG_PASSPHRASE: passphrase,
      DOCKER_HOST: 'unix:///nowhere/docker.sock',
    },
    maxBuffer: 64 * 1024 * 1024,
  }).catch((error: Error & { stdout: string; stderr: string }) => {
    // A preview in JSON reports its problems on stdout, after every step.
    const [, problems = ''] = error.stdout.split('"diagnostics":');
    throw new Error(`${error.message}\n${error.stderr}${problems}`);
  });
  return stdout;
}

function readDeployed(stack: string): Named[] {
  const { deployment } = JSON.parse(readFileSync(join(fixtures, `${stack}.json`), 'utf8')) as {
    deployment: { resources: { urn: string }[] };
  };
  return deployment.resources.map(({ urn }) => named(urn));
}

async function previewUpdate(stack: string): Promise<Step[]> {
  await pulumi('stack', 'init', stack);
  await pulumi('stack', 'import', '--stack', stack, '--file', join(fixtures, `${stack}.json`));
  const preview = await pulumi('preview', '--json', '--show-sames', '--stack', stack);
  const { steps } = JSON.parse(preview) as { steps: { op: string; urn: string }[] };
  return steps.map(({ op, urn }) => ({ op, ...named(urn) }));
}

const isWorker = ({ name }: Named): boolean => /^worker-\d+$/.test(name);

/** What holds data or secrets, and what other containers depend on. */
function isKept(resource: Named): boolean {
  switch (resource.type) {
    case 'docker:index/volume:Volume':
    case 'docker:index/network:Network':
      return true;
    case 'docker:index/container:Container':
      return !isWorker(resource);
    case 'command:local:Command':
      return resource.name.startsWith('secrets-');
    default:
      return false;
  }
}

/** What a new version of the worker replaces; new workers are verified again. */
const isReplaceable = (resource: Named): boolean =>
  isWorker(resource) || /^(worker-image|verification-(probe|enforce))$/.test(resource.name);

const stores = ['network', 'postgres', 'postgres-data', 'redis', 'redis-data', 'models'];
const gpuServices = ['tei', 'qdrant', 'qdrant-data', 'ollama', 'ollama-data'];
const ownSecrets = ['secrets-postgres', 'secrets-redis'];

describe.each([
  {
    stack: 'embedded',
    shape: 'an embedded GPU host', // named volumes, local embeddings, secrets made by the stack
    kept: [...stores, ...gpuServices, ...ownSecrets, 'keywords-data', 'local-embeddings-tei'],
  },
  {
    stack: 'external',
    shape: 'an external GPU host', // folders of the host, protected volumes, own secrets
    kept: stores,
  },
])('an update of a stack of commit 84aa6d3 with $shape', ({ stack, kept }) => {
  let steps: readonly Step[];
  beforeAll(async () => {
    steps = await previewUpdate(stack);
  });
  const operationsOn = (resource: Named): string[] =>
    steps
      .filter(({ type, name }) => type === resource.type && name === resource.name)
      .map(({ op }) => op);

  test('keeps its stores, volumes, network and secrets', () => {
    const deployed = readDeployed(stack).filter(isKept);
    expect(deployed.map(({ name }) => name).sort()).toEqual(kept.toSorted());
    expect(deployed.map((resource) => [resource.name, operationsOn(resource)])).toEqual(
      deployed.map(({ name }) => [name, ['same']]),
    );
  });

  test('replaces only image, workers and verification', () => {
    const replaced = steps.filter(({ op }) => op.includes('replace'));
    expect(replaced.filter((step) => !isReplaceable(step))).toEqual([]);
    // Another version of a provider's package brings another provider.
    const removed = steps.filter(({ op, type }) => op === 'delete' && !type.startsWith('pulumi:'));
    expect(removed).toEqual([]);
  });
});
