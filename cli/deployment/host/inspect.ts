import type { Settings } from '../../../settings.ts';
import { CommandError } from '../../../toolchain/command-error.ts';
import { inspectListed } from '../../inspect-listed.ts';
import { captureLines, captureOutput } from '../../process.ts';
import { listPublishedPorts } from './ports.ts';
import type { PublishedPort } from './ports.ts';

export interface HostNetwork {
  readonly name: string;
  readonly subnets: readonly string[];
}
export interface HostContainer {
  readonly name: string;
  readonly published: readonly { readonly ip: string; readonly port: number }[];
  /** Names of the networks that it is in. */
  readonly networks?: readonly string[];
  /** Other names of it on the network that the stack uses. */
  readonly aliases?: readonly string[];
  /** What Docker Compose says of a container that it made. */
  readonly compose?: {
    readonly project: string;
    readonly service: string;
    /** Where its compose.yaml is. */
    readonly folder: string;
  };
}

/** What the Docker host has that a stack could collide with. */
export interface Host {
  readonly networks: readonly HostNetwork[];
  readonly containers: readonly HostContainer[];
  readonly memoryMiB: number;
  /** Version of the engine's API, as `1.44`. */
  readonly apiVersion: string;
  /** Whether it is Podman, which answers to the docker client as well. */
  readonly isPodman: boolean;
  /**
   * Open files that the engine may give a container; undefined when it gives what is configured, or
   * there is no image yet to ask with.
   */
  readonly nofileLimit: number | undefined;
  /**
   * Ports of the configuration that no container publishes and the engine cannot; none when there
   * is no image yet to ask with.
   */
  readonly refusedPorts: readonly RefusedPort[];
}

export interface RefusedPort {
  readonly port: number;
  readonly why: 'taken' | 'no such address';
}

/** The API's version, then the names of the engine's parts: `Engine`, or `Podman Engine`. */
const versionFormat = '{{.Server.APIVersion}} {{range .Server.Components}}{{.Name}},{{end}}';

/** Looks at everything on the Docker host that a stack could collide with. */
export async function inspectHost(settings: Settings): Promise<Host> {
  const { baseImage: image } = settings.workerImage;
  const [networks, containers, memory, version, isHere] = await Promise.all([
    listNetworks(),
    listContainers(settings.prefix),
    captureOutput('docker', ['info', '--format', '{{.MemTotal}}']),
    captureOutput('docker', ['version', '--format', versionFormat]),
    captureOutput('docker', ['image', 'inspect', image]).then(
      () => true,
      () => false,
    ),
  ]);
  const [nofileLimit, refusedPorts] = isHere
    ? await Promise.all([findLowerFileLimit(settings), findRefusedPorts(settings, containers)])
    : [undefined, []];
  return {
    networks,
    containers,
    memoryMiB: Math.floor(Number(memory) / 2 ** 20),
    apiVersion: version.trim().split(' ')[0] ?? '',
    isPodman: version.includes('Podman'),
    nofileLimit,
    refusedPorts,
  };
}

async function listNetworks(): Promise<HostNetwork[]> {
  const found = await inspectListed<{
    Name: string;
    IPAM: { Config?: { Subnet?: string }[] | null };
  }>(['network', 'ls', '--quiet'], ['network', 'inspect']);
  return found.map(({ Name, IPAM }) => ({
    name: Name,
    subnets: (IPAM.Config ?? []).flatMap(({ Subnet }) => (Subnet?.includes('.') ? [Subnet] : [])),
  }));
}

async function listContainers(network: string): Promise<HostContainer[]> {
  const [containers, aliases] = await Promise.all([listContainersAndPorts(), listAliases(network)]);
  return containers.map((one) => ({ ...one, aliases: aliases.get(one.name) ?? [] }));
}

/** Names that `docker network connect --alias`, or a compose file, gave containers on a network. */
async function listAliases(network: string): Promise<Map<string, readonly string[]>> {
  const found = await inspectListed<{
    Name: string;
    NetworkSettings: { Networks: Record<string, { Aliases?: string[] | null }> };
  }>(['ps', '--all', '--quiet', '--filter', `network=${network}`], ['container', 'inspect']);
  return new Map(
    found.map(({ Name, NetworkSettings: { Networks } }) => [
      Name.slice(1),
      Networks[network]?.Aliases ?? [],
    ]),
  );
}

const columns = [
  '{{.Names}}',
  '{{.Ports}}',
  '{{.Networks}}',
  ...['project', 'service', 'project.working_dir'].map(
    (label) => `{{.Label "com.docker.compose.${label}"}}`,
  ),
];

/** Stopped containers too: their names are taken as well. */
async function listContainersAndPorts(): Promise<HostContainer[]> {
  const lines = await captureLines('docker', ['ps', '--all', '--format', columns.join('\t')]);
  return lines.map((line) => {
    const [name = '', ports = '', networks = '', project = '', service = '', folder = ''] =
      line.split('\t');
    return {
      name,
      published: [...ports.matchAll(/(\d+\.\d+\.\d+\.\d+):(\d+)->/g)].map(([, ip = '', port]) => ({
        ip,
        port: Number(port),
      })),
      networks: networks.split(','),
      ...(project !== '' && { compose: { project, service, folder } }),
    };
  });
}

/**
 * Starts a container with the limit of a worker: the engine's daemon may have been started with
 * less than the host allows.
 *
 * @returns the highest limit that the engine gives, when it is below the configured one
 */
async function findLowerFileLimit({
  workerImage: { baseImage: image },
  workers: { nofile: soft, nofileHard: hard = soft },
}: Settings): Promise<number | undefined> {
  try {
    await run('--network', 'none', '--ulimit', `nofile=${soft}:${hard}`, image, '-c', ':');
    return undefined;
  } catch (error) {
    if (error instanceof CommandError && /rlimit/i.test(error.message))
      return Number(await run('--network', 'none', image, '-c', 'ulimit -Hn'));
    throw error;
  }
}

/**
 * Publishes the ports that no container publishes: only the engine sees what else listens on its
 * host, which may be another than this one. One container tries all of them, and where it is
 * refused, one each. Other refusals are left to the update to show.
 */
async function findRefusedPorts(
  settings: Settings,
  containers: readonly HostContainer[],
): Promise<RefusedPort[]> {
  const { baseImage: image } = settings.workerImage;
  const unpublished = listPublishedPorts(settings).filter(({ port }) =>
    containers.every(({ published }) => published.every((one) => one.port !== port)),
  );
  if (unpublished.length === 0) return [];
  if ((await tryToPublish(unpublished, image)) === undefined) return [];
  const refusals = unpublished.map(async (one): Promise<RefusedPort[]> => {
    const refusal = (await tryToPublish([one], image)) ?? '';
    if (/address already in use/i.test(refusal)) return [{ port: one.port, why: 'taken' }];
    return /cannot assign requested address/i.test(refusal)
      ? [{ port: one.port, why: 'no such address' }]
      : [];
  });
  return (await Promise.all(refusals)).flat();
}

/** @returns why the engine refuses, in its own words */
async function tryToPublish(
  ports: readonly PublishedPort[],
  image: string,
): Promise<string | undefined> {
  const publish = ports.flatMap(({ address, port }) => ['--publish', `${address}:${port}:${port}`]);
  return run(...publish, image, '-c', ':').then(
    () => undefined,
    (error: CommandError) => error.message,
  );
}

function run(...args: string[]): Promise<string> {
  return captureOutput('docker', ['run', '--rm', '--entrypoint', 'sh', ...args]);
}
