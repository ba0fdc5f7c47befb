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

/** A resource in a plan: its kind and name, then one property a line. */
interface Entry {
  readonly heading: string;
  readonly properties: readonly string[];
}

/**
 * Writes what a stack declares as text to review: each resource with the properties that matter for
 * a review, one a line, then the environment of its workers.
 */
export function formatPlan(stack: string, declared: readonly Declared[]): string {
  const containers = filterByType(declared, containerType);
  const waves = wavesOf(containers);
  const entries = [
    ...filterByType(declared, networkType).map(describeNetwork),
    ...filterByType(declared, volumeType).map(describeVolume),
    ...filterByType(declared, imageType).map(describeImage),
    ...containers.map((one) => describeContainer(one, waves.get(one.name) ?? 0)),
    ...filterByType(declared, commandType).map(describeCommand),
  ];
  return [
    `# What stack ${stack} declares, written by \`npm run plans\`.`,
    '# A wave starts when the one before it is healthy.',
    ...sortByHeading(entries).flatMap(({ heading, properties }) => [
      heading,
      ...properties.map((property) => `  ${property}`),
    ]),
    '',
    '# What its workers are told',
    ...listWorkerEnvironment(containers),
    '',
  ].join('\n');
}

function sortByHeading(entries: readonly Entry[]): Entry[] {
  return entries.toSorted((one, other) =>
    one.heading.localeCompare(other.heading, 'en', { numeric: true }),
  );
}

function describeNetwork({ inputs }: Declared): Entry {
  const [range] = inputs['ipamConfigs'] as { subnet: string; gateway: string }[];
  return {
    heading: `network ${inputs['name'] as string}`,
    properties: [
      `driver ${inputs['driver'] as string}`,
      `subnet ${range?.subnet}`,
      `gateway ${range?.gateway}`,
      ...(inputs['ipv6'] === false ? ['no-ipv6'] : []),
    ],
  };
}

function describeVolume({ inputs, retainOnDelete, protect }: Declared): Entry {
  return {
    heading: `volume ${inputs['name'] as string}`,
    properties: [
      retainOnDelete ? 'outlives destroy' : 'removed by destroy',
      ...(protect ? ['protected'] : []),
    ],
  };
}

function describeImage({ inputs }: Declared): Entry {
  const build = inputs['build'] as { buildArgs: { BASE_IMAGE: string } } | undefined;
  return {
    heading: `image ${withoutHash(String(inputs['name']))}`,
    properties: build === undefined ? [] : [`built on ${build.buildArgs.BASE_IMAGE}`],
  };
}

function describeCommand({ name, ignoreChanges }: Declared): Entry {
  return {
    heading: `command ${name}`,
    properties: ignoreChanges.includes('create') ? ['made once'] : [],
  };
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

function describeContainer({ inputs }: Declared, wave: number): Entry {
  const container = inputs as unknown as Container;
  const { interval, timeout, retries, startPeriod } = container.healthcheck;
  const { memoryReservation, cpuShares } = container;
  return {
    heading: `container ${container.name}`,
    properties: [
      `wave ${wave}`,
      `image ${withoutHash(container.image)}`,
      `user ${container.user ?? 'of the image'}`,
      `memory ${container.memory}MiB`,
      ...(memoryReservation === undefined ? [] : [`memory reserved ${memoryReservation}MiB`]),
      `cpus ${container.cpus}`,
      ...(cpuShares === undefined ? [] : [`cpu weight ${cpuShares}`]),
      ...(container.ulimits ?? []).map(({ name, soft, hard }) => `${name} ${soft}:${hard}`),
      `health check every ${interval}, timeout ${timeout}, ${retries} tries`,
      `start period ${startPeriod}`,
      ...(container.ports ?? []).map(
        ({ ip, external, internal }) => `port ${ip}:${external}->${internal}`,
      ),
      ...container.mounts.map(({ source, target }) => `mount ${source}->${target}`),
      `restart ${container.restart}`,
      `stop ${container.stopTimeout}s`,
      container.readOnly ? 'read-only' : 'writable root',
    ],
  };
}

/**
 * Leaves out the tag of the worker image, which changes with every change of the worker and says
 * nothing about a stack.
 */
function withoutHash(reference: string): string {
  return reference.replace(/(_webhook-worker):[0-9a-f]{16}$/, '$1:<contents>');
}

/**
 * Numbers the waves in which containers start: 1 for a container that waits for no other, else one
 * more than the last container that it waits for.
 *
 * @returns name of a container to its wave
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

function listWorkerEnvironment(containers: readonly Declared[]): string[] {
  const worker = containers.find(({ name }) => name === 'worker-1');
  if (worker === undefined) return [];
  return Object.entries(readEnvironment(worker)).map(
    ([name, value]) => `${name}=${value.replace(/:\/\/([^:@/]*):[^@/]+@/, '://$1:<secret>@')}`,
  );
}
