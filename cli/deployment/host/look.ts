import type { Settings } from '../../../settings.ts';
import { ToolFault } from '../../../toolchain/tool.ts';
import { jsonOf, linesOf, outputOf } from '../../process.ts';

export interface HostNetwork { readonly name: string; readonly subnets: readonly string[] }
export interface HostContainer { readonly name: string; readonly published: readonly { readonly ip: string; readonly port: number }[] }

/** What the Docker host has that a stack could collide with. */
export interface Host {
  readonly networks: readonly HostNetwork[];
  readonly containers: readonly HostContainer[];
  readonly memoryMiB: number;
  /** Open files that the engine may give a container; undefined when it gives what is configured, or there is no image yet to ask with. */
  readonly nofileLimit: number | undefined;
}

export async function lookAtHost(settings: Settings): Promise<Host> {
  const [networks, containers, memory, nofileLimit] = await Promise.all([lookAtNetworks(), lookAtContainers(), outputOf('docker', ['info', '--format', '{{.MemTotal}}']), askNofile(settings)]);
  return { networks, containers, memoryMiB: Math.floor(Number(memory) / 2 ** 20), nofileLimit };
}

/** One that goes between listing and looking would fail the whole look: it is listed anew. */
async function lookAtNetworks(attempts = 3): Promise<HostNetwork[]> {
  const ids = await linesOf('docker', ['network', 'ls', '--quiet']);
  const found = await jsonOf<{ Name: string; IPAM: { Config?: { Subnet?: string }[] | null } }[]>('docker', ['network', 'inspect', ...ids]).catch((error: unknown) => {
    if (attempts > 1) return undefined;
    throw error;
  });
  if (found === undefined) return lookAtNetworks(attempts - 1);
  return found.map(({ Name, IPAM }) => ({ name: Name, subnets: (IPAM.Config ?? []).flatMap(({ Subnet }) => (Subnet?.includes('.') ? [Subnet] : [])) }));
}

/** Stopped ones too: their name is taken all the same. */
async function lookAtContainers(): Promise<HostContainer[]> {
  const lines = await linesOf('docker', ['ps', '--all', '--format', '{{.Names}}\t{{.Ports}}']);
  return lines.map((line) => {
    const [name = '', ports = ''] = line.split('\t');
    return { name, published: [...ports.matchAll(/(\d+\.\d+\.\d+\.\d+):(\d+)->/g)].map(([, ip = '', port]) => ({ ip, port: Number(port) })) };
  });
}

/** Only a container shows what the engine may give: its daemon may have been started with less than the host allows. */
async function askNofile({ workerBaseImage: image, workerNofile: soft, workerNofileHard: hard = soft }: Settings): Promise<number | undefined> {
  const isHere = await outputOf('docker', ['image', 'inspect', image]).then(() => true, () => false);
  if (!isHere) return undefined;
  const run = (...args: string[]): Promise<string> => outputOf('docker', ['run', '--rm', '--network', 'none', '--entrypoint', 'sh', ...args]);
  try {
    await run('--ulimit', `nofile=${soft}:${hard}`, image, '-c', ':');
    return undefined;
  } catch (error) {
    if (error instanceof ToolFault && /rlimit/i.test(error.message)) return Number(await run(image, '-c', 'ulimit -Hn'));
    throw error;
  }
}
