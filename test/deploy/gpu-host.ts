import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { promisify } from 'node:util';

import { startInstantTei } from '../doubles/instant-tei.ts';
import type { InstantTei } from '../doubles/instant-tei.ts';
import { eventually } from '../harness/eventually.ts';
import { removeAtExit } from '../harness/reaper.ts';
import { reservePort } from '../harness/reserve-port.ts';
import { imageOf } from './images.ts';

const exec = promisify(execFile);
const model = {
  embeddingModel: 'test/instant',
  vectorDim: '32',
  maxChunkTokens: '128',
  chunkOverlapTokens: '16',
} as const;

/**
 * A GPU host outside the stack, where the model is not the point: an instant TEI and an Ollama in
 * this process, Qdrant's engine in a container.
 */
export interface GpuHost extends AsyncDisposable {
  readonly tei: InstantTei;
}

export interface Address {
  readonly tei: number;
  readonly qdrant: number;
  readonly ollama: number;
}

/** Ports on which a GPU host can be started, now or later. */
export async function gpuHostAddress(): Promise<Address> {
  return { tei: await reservePort(), qdrant: await reservePort(), ollama: await reservePort() };
}

/** Settings of a stack whose network has this gateway: the host's address, as containers see it. */
export function gpuHostSettings(
  { tei, qdrant, ollama }: Address,
  gateway: string,
): Record<string, string> {
  return {
    gpuHost: 'external',
    ...model,
    teiUrl: `http://${gateway}:${tei}`,
    qdrantUrl: `http://${gateway}:${qdrant}`,
    ollamaUrl: `http://${gateway}:${ollama}`,
  };
}

/** @param name of its container */
export async function startGpuHost(name: string, address: Address): Promise<GpuHost> {
  const tei = await startInstantTei({
    host: '0.0.0.0',
    port: address.tei,
    model: model.embeddingModel,
    dimension: Number(model.vectorDim),
  });
  const ollama = createServer((_, response) =>
    response.setHeader('content-type', 'application/json').end('{"version":"0.12.0"}'),
  ).listen(address.ollama, '0.0.0.0');
  await new Promise((resolve) => ollama.once('listening', resolve));
  const { now: remove } = removeAtExit('docker', 'rm', '--force', '--volumes', name);
  // On the host's own network: one bridge cannot reach a port that another one publishes.
  await exec('docker', [
    'run',
    '--detach',
    '--rm',
    '--network',
    'host',
    '--name',
    name,
    '--env',
    `QDRANT__SERVICE__HTTP_PORT=${address.qdrant}`,
    await imageOf('qdrant'),
  ]);
  await answering('Qdrant of the GPU host', `http://127.0.0.1:${address.qdrant}/readyz`);
  return {
    tei,
    [Symbol.asyncDispose]: async () => {
      ollama.close();
      await Promise.all([tei.close(), remove()]);
    },
  };
}

/** Waits until a server that was started answers: an update that finds none there fails. */
export function answering(what: string, url: string): Promise<boolean> {
  return eventually(`the ${what}`, async () => (await fetch(url)).ok);
}
