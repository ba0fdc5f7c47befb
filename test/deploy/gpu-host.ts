import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';

import { rows } from '../../settings.ts';
import { localImages } from '../../toolchain/images/images.ts';
import { startInstantTei } from '../doubles/instant-tei.ts';
import type { InstantTei } from '../doubles/instant-tei.ts';
import { freePort } from './project.ts';

const exec = promisify(execFile);
const model = { embeddingModel: 'test/instant', vectorDim: '32', maxChunkTokens: '128', chunkOverlapTokens: '16' } as const;

/** A GPU host outside the stack, where the model is not the point: an instant TEI and an Ollama in this process, Qdrant's engine in a container. */
export class GpuHost implements AsyncDisposable {
  readonly tei: InstantTei;
  readonly ports: { readonly tei: number; readonly qdrant: number; readonly ollama: number };
  readonly #close: () => Promise<void>;

  private constructor(tei: InstantTei, ports: GpuHost['ports'], close: () => Promise<void>) {
    this.tei = tei;
    this.ports = ports;
    this.#close = close;
  }

  static async start(name: string): Promise<GpuHost> {
    const tei = await startInstantTei({ host: '0.0.0.0', model: model.embeddingModel, dimension: Number(model.vectorDim) });
    const ollama = createServer((_, response) => response.setHeader('content-type', 'application/json').end('{"version":"0.12.0"}')).listen(0, '0.0.0.0');
    await new Promise((resolve) => ollama.once('listening', resolve));
    const qdrant = await freePort();
    // On the host's own network: from one bridge to another's published port there is no way.
    const args = ['run', '--detach', '--rm', '--network', 'host', '--name', name, '--env', `QDRANT__SERVICE__HTTP_PORT=${qdrant}`, await qdrantImage()];
    await exec('docker', args);
    const close = async (): Promise<void> => {
      ollama.close();
      await Promise.all([tei.close(), exec('docker', ['rm', '--force', '--volumes', name])]);
    };
    return new GpuHost(tei, { tei: Number(new URL(tei.url).port), qdrant, ollama: (ollama.address() as AddressInfo).port }, close);
  }

  /** Settings of a stack whose network has this gateway: the host's address, as containers see it. */
  settings(gateway: string): Record<string, string> {
    const { tei, qdrant, ollama } = this.ports;
    return { gpuHost: 'external', ...model, teiUrl: `http://${gateway}:${tei}`, qdrantUrl: `http://${gateway}:${qdrant}`, ollamaUrl: `http://${gateway}:${ollama}` };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }
}

async function qdrantImage(): Promise<string> {
  const local = localImages.qdrant.reference;
  const { stdout } = await exec('docker', ['images', '--quiet', local]);
  return stdout === '' ? rows.qdrantImage.default ?? local : local;
}
