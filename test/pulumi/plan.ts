import {
  commandType,
  containerType,
  readEnvironment,
  imageType,
  networkType,
  filterByType,
  volumeType,
} from './declare.ts';
import type { Declared } from './declare.ts';

/**
 * What a stack declares, as text to review: one line a resource with what matters of it, then what
 * its workers are told.
 */
export function formatPlan(stack: string, declared: readonly Declared[]): string {
  const containers = filterByType(declared, containerType);
  const waves = wavesOf(containers);
  const described = [
    ...filterByType(declared, networkType).map(network),
    ...filterByType(declared, volumeType).map(volume),
    ...filterByType(declared, imageType).map(image),
    ...containers.map((one) => container(one, waves.get(one.name) ?? 0)),
    ...filterByType(declared, commandType).map(
      ({ name, ignoreChanges }) =>
        `command ${name}${ignoreChanges.includes('create') ? '  made once' : ''}`,
    ),
  ];
  return `# What stack ${stack} declares, written by \`npm run plans\`. A wave starts when the one before it is healthy.\n${sorted(described).join('\n')}\n\n# What its workers are told\n${told(containers).join('\n')}\n`;
}

function sorted(lines: readonly string[]): string[] {
  return lines.toSorted((one, other) => one.localeCompare(other, 'en', { numeric: true }));
}

function network({ inputs }: Declared): string {
  const [range] = inputs['ipamConfigs'] as { subnet: string; gateway: string }[];
  return `network ${inputs['name']}  ${inputs['driver']} ${range?.subnet} gateway ${range?.gateway}${inputs['ipv6'] === false ? ' no-ipv6' : ''}`;
}

function volume({ inputs, retainOnDelete, protect }: Declared): string {
  return `volume ${inputs['name']}  ${[retainOnDelete ? 'outlives destroy' : 'removed by destroy', ...(protect ? ['protected'] : [])].join(', ')}`;
}

function image({ inputs }: Declared): string {
  const build = inputs['build'] as { buildArgs: { BASE_IMAGE: string } } | undefined;
  return `image ${withoutHash(String(inputs['name']))}${build === undefined ? '' : `  built on ${build.buildArgs.BASE_IMAGE}`}`;
}

interface Container {
  readonly name: string;
  readonly image: string;
  readonly user?: string;
  readonly memory: number;
  readonly memoryReservation?: number;
  readonly cpus: string;
  readonly cpuShares?: number;
  readonly ulimits?: readonly { name: string; soft: number; hard: number }[];
  readonly healthcheck: { interval: string; timeout: string; retries: number; startPeriod: string };
  readonly ports?: readonly { ip: string; external: number; internal: number }[];
  readonly mounts: readonly { source: string; target: string }[];
  readonly restart: string;
  readonly stopTimeout: number;
  readonly readOnly: boolean;
}

function container({ inputs }: Declared, wave: number): string {
  const it = inputs as unknown as Container;
  const { interval, timeout, retries, startPeriod } = it.healthcheck;
  return [
    `container ${it.name}  wave ${wave}`,
    `image ${withoutHash(it.image)}`,
    `user ${it.user ?? 'of the image'}`,
    `memory ${it.memory}MiB${it.memoryReservation === undefined ? '' : ` (keeps ${it.memoryReservation}MiB)`}`,
    `cpus ${it.cpus}${it.cpuShares === undefined ? '' : ` (weight ${it.cpuShares})`}`,
    ...(it.ulimits ?? []).map(({ name, soft, hard }) => `${name} ${soft}:${hard}`),
    `health every ${interval}, ${timeout}, ${retries} times, after ${startPeriod}`,
    ...(it.ports ?? []).map(({ ip, external, internal }) => `port ${ip}:${external}->${internal}`),
    ...it.mounts.map(({ source, target }) => `mount ${source}->${target}`),
    `restart ${it.restart}`,
    `stop ${it.stopTimeout}s`,
    it.readOnly ? 'read-only' : 'writable root',
  ].join('  ');
}

/** The tag of our own image changes with every change of the worker, which is no news about a stack. */
function withoutHash(reference: string): string {
  return reference.replace(/(_webhook-worker):[0-9a-f]{16}$/, '$1:<contents>');
}

/**
 * How many containers have to be healthy one after the other before each may start; 1 for those
 * that wait for none.
 */
function wavesOf(containers: readonly Declared[]): Map<string, number> {
  const byName = new Map(containers.map((one) => [one.name, one]));
  const waveOf = (name: string): number =>
    1 +
    Math.max(
      0,
      ...byName
        .get(name)!
        .waitsFor.filter((other) => byName.has(other))
        .map(waveOf),
    );
  return new Map(containers.map(({ name }) => [name, waveOf(name)]));
}

function told(containers: readonly Declared[]): string[] {
  const worker = containers.find(({ name }) => name === 'worker-1');
  if (worker === undefined) return [];
  return Object.entries(readEnvironment(worker)).map(
    ([name, value]) => `${name}=${value.replace(/:\/\/([^:@/]*):[^@/]+@/, '://$1:<secret>@')}`,
  );
}
