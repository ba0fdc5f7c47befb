import { createInterface } from 'node:readline/promises';

import { localImages, registryReachable } from '../toolchain/images/images.ts';
import { bringTools } from '../toolchain/toolchain.ts';
import { ToolFault } from '../toolchain/tool.ts';
import type { Tool } from '../toolchain/tool.ts';
import { pagesOf } from './pages.ts';
import { inWorker, outputOf, prefixOf, root, runProgram } from './stack.ts';

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const searches = ['maxmemory-policy noeviction', 'which rows may be thrown away after an update, and when'];

export function tools(yes: boolean): Promise<void> {
  return bringTools(say, (tool) => (yes || tool.name !== 'Docker engine' ? Promise.resolve(true) : asked(tool)));
}

async function asked(tool: Tool): Promise<boolean> {
  if (!process.stdin.isTTY) throw new ToolFault(`${tool.name} is missing`, 'run ./pulse up --yes to have it installed system-wide, or install it by hand');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${tool.name} (${tool.purpose}) is missing. Install and start it on this system? [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

export interface UpResult { readonly stack: string; readonly changed: number; readonly ok: boolean; readonly seconds: number }

/** Tools, stack, `pulumi up`, health, verification; on `dev` also the sample and two searches. */
export async function up(stack: string, yes: boolean): Promise<UpResult> {
  const started = Date.now();
  await tools(yes);
  await selectStack(stack);
  // Refresh: a container that somebody removed is only seen by asking the engine.
  const code = await runProgram('pulumi', ['up', '--yes', '--skip-preview', '--refresh', '--suppress-outputs', '--stack', stack]);
  if (code !== 0) throw new ToolFault('pulumi up failed', 'its words stand above; ./pulse logs shows what a container says');
  await everyContainerHealthy(stack);
  const { replicas } = { replicas: (JSON.parse(await outputOf('pulumi', ['stack', 'output', 'workerNames', '--json', '--stack', stack])) as string[]).length };
  say('\nEvery connection, and a document through the whole pipeline:');
  let ok = await inWorker(stack, ['verify', '--replicas', String(replicas)]) === 0;
  if (stack === 'dev') ok = await sample(stack) && ok;
  const changed = await changes(stack);
  say(`\n${changed === 0 ? 'Nothing changed' : `${changed} resources changed`}; stack ${stack} is ${ok ? 'up and proven' : 'up, and a check failed: see above'} after ${Math.round((Date.now() - started) / 1000)} s.`);
  return { stack, changed, ok, seconds: Math.round((Date.now() - started) / 1000) };
}

async function selectStack(stack: string): Promise<void> {
  await outputOf('pulumi', ['stack', 'select', '--create', stack]);
  if (await registryReachable()) return;
  const images = { postgresImage: localImages.postgres, redisImage: localImages.redis, workerBaseImage: localImages.node, teiImage: localImages.tei, qdrantImage: localImages.qdrant, ollamaImage: localImages.ollama };
  const configured = JSON.parse(await outputOf('pulumi', ['config', '--json', '--stack', stack])) as Record<string, { value?: string }>;
  const lacking = Object.entries(images).filter(([key, { reference }]) => configured[`pulse:${key}`]?.value !== reference);
  if (lacking.length === 0) return;
  await outputOf('pulumi', ['config', 'set-all', '--stack', stack, ...lacking.flatMap(([key, { reference }]) => ['--plaintext', `pulse:${key}=${reference}`])]);
  say(`Pulumi.${stack}.yaml: added encryptionsalt (belongs to this clone's passphrase) and ${lacking.map(([key]) => key).join(', ')} (no image registry answers: images made here are used). Both belong to this machine; do not commit them.`);
}

async function everyContainerHealthy(stack: string): Promise<void> {
  const names = JSON.parse(await outputOf('pulumi', ['stack', 'output', 'containerNames', '--json', '--stack', stack])) as string[];
  const deadline = Date.now() + 120_000;
  for (;;) {
    const states = JSON.parse(await outputOf('docker', ['inspect', ...names])) as { Name: string; State: { Status: string; Health?: { Status: string } } }[];
    const unwell = states.filter(({ State }) => State.Status !== 'running' || State.Health?.Status !== 'healthy').map(({ Name, State }) => `${Name.slice(1)} (${State.Health?.Status ?? State.Status})`);
    if (unwell.length === 0) return say(`All ${names.length} containers are healthy.`);
    if (Date.now() > deadline) throw new ToolFault(`not healthy after 2 minutes: ${unwell.join(', ')}`, `./pulse logs <name> --stack ${stack}`);
    say(`waiting for ${unwell.join(', ')}`);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
  }
}

async function sample(stack: string): Promise<boolean> {
  say('\nThe sample (samples/):');
  const indexed = await inWorker(stack, ['index', '-', '--wait'], pagesOf(`${root}/samples`));
  for (const words of searches) {
    say(`\n./pulse search "${words}"`);
    if (await inWorker(stack, ['search', words, '--limit', '3']) !== 0) return false;
  }
  return indexed === 0;
}

/** What the last update did, from the stack's own history. */
async function changes(stack: string): Promise<number> {
  const [last] = JSON.parse(await outputOf('pulumi', ['stack', 'history', '--json', '--page-size', '1', '--stack', stack])) as { resourceChanges?: Record<string, number> }[];
  return Object.entries(last?.resourceChanges ?? {}).filter(([kind]) => kind !== 'same').reduce((sum, [, count]) => sum + count, 0);
}

export async function down(stack: string, data: boolean): Promise<number> {
  const code = await runProgram('pulumi', ['destroy', '--yes', '--skip-preview', '--stack', stack]);
  if (code !== 0 || !data) return code;
  const volumes = (await outputOf('docker', ['volume', 'ls', '--quiet', '--filter', `name=^${prefixOf(stack)}_`])).split('\n').filter((name) => name !== '');
  return volumes.length === 0 ? 0 : runProgram('docker', ['volume', 'rm', ...volumes]);
}
