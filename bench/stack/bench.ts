import { setTimeout as pause } from 'node:timers/promises';

import { gpuHostAddress, gpuHostSettings, startGpuHost } from '../../test/deploy/gpu-host.ts';
import type { Address } from '../../test/deploy/gpu-host.ts';
import { Project } from '../../test/deploy/project.ts';
import type { Bench, Report, Row } from '../row.ts';
import { watch } from './containers.ts';
import type { Container, Use } from './containers.ts';
import { readDiskWrites } from './disk-writes.ts';

const idleMs = 300_000;
const loadMs = 120_000;
/** After an update: caches fill, garbage of the start is collected. */
const settleMs = 60_000;
const pagesAtOnce = 500;
const MiB = 2 ** 20;
const MiBInGiB = 1_024;
const hourMs = 3_600_000;

/** As a stack's file has them: what tests set in their place is taken back. */
const asDeployed = { canaryInterval: undefined, healthStartInterval: undefined };

/** Settings of dev that prod leaves at their defaults. */
const usual = {
  postgresMemory: undefined,
  redisMemory: undefined,
  apiReplicas: undefined,
  healthInterval: undefined,
  workerMemory: '4GiB',
  workerMemoryReservation: '2GiB',
  workerCpus: '2.0',
  workerCpuShares: '1024',
} as const;

type Settings = Readonly<Record<string, string | undefined>>;

/** A stack that is measured. */
interface Measured {
  readonly name: string;
  readonly project: Project;
  readonly settings: Settings;
  /** Memory of the host that it is made for. */
  readonly hostGiB: number;
}

/**
 * Measures what each container of two stacks uses, idle and while documents come in: dev as it
 * stands, and prod with two workers, its monitoring, and a GPU host elsewhere. They are idle at the
 * same time, which saves six minutes, and under load one after the other.
 */
export const stackBench: Bench = async (report) => {
  await using opened = new AsyncDisposableStack();
  const prod = new Project();
  const address = await gpuHostAddress();
  opened.use(await startGpuHost(`${prod.prefix}-elsewhere`, address));
  const there = new Set<Project>();
  opened.defer(async () => {
    for (const project of there) await project.remove();
  });
  const stacks: readonly Measured[] = [
    {
      name: 'dev',
      project: new Project(),
      settings: { ...asDeployed, healthInterval: '2s' },
      hostGiB: 4,
    },
    { name: 'prod', project: prod, settings: smallProd(address, prod), hostGiB: 8 },
  ];
  for (const { name, project, settings } of stacks) {
    there.add(project);
    await project.prepare(settings);
    report(`${name}: ./pulse up`);
    await project.up();
  }
  await pause(settleMs);
  // Else the first minutes would write what the start has made: it would count for every hour.
  await Promise.all(stacks.map(({ project }) => checkpoint(project)));
  report(`both: idle for ${idleMs / 60_000} minutes`);
  const before = await readDiskWrites();
  const idle = await Promise.all(
    stacks.map(async ({ project }) => watch(await listContainers(project), idleMs)),
  );
  const writtenMiB = ((await readDiskWrites()) - before) / MiB;
  const rows: Row[] = [
    {
      measured: 'both, idle: all that this machine writes to its disks',
      is: `${Math.round(writtenMiB * (hourMs / idleMs))} MiB an hour`,
      wanted: '',
    },
  ];
  for (const [index, stack] of stacks.entries()) {
    const ofStack = describe(stack, idle[index] ?? new Map(), await load(stack, report));
    for (const { measured, is } of ofStack) report(`${measured}: ${is}`);
    rows.push(...ofStack);
    // It would go on with what came in, while the next one is measured.
    there.delete(stack.project);
    await stack.project.remove();
  }
  return rows;
};

function smallProd(address: Address, { gateway }: Project): Settings {
  return {
    ...asDeployed,
    ...usual,
    ...gpuHostSettings(address, gateway),
    workerReplicas: '2',
    monitoring: 'own',
  };
}

async function load({ name, project }: Measured, report: Report): Promise<Map<string, Use>> {
  report(`${name}: ./pulse index for ${loadMs / 60_000} minutes`);
  const containers = await listContainers(project);
  const [uses] = await Promise.all([watch(containers, loadMs), indexFor(project, loadMs)]);
  return uses;
}

async function checkpoint(project: Project): Promise<void> {
  const command = 'psql -U "$POSTGRES_USER" -d "$POSTGRES_DB" -c CHECKPOINT';
  const inPostgres = ['exec', project.container('postgres'), 'sh', '-c', command];
  const { code, stderr } = await project.docker(...inPostgres);
  if (code !== 0) throw new Error(`Postgres made no checkpoint\n${stderr}`);
}

async function listContainers(project: Project): Promise<Container[]> {
  const ids = Object.entries(await project.ids());
  return ids
    .map(([name, id]) => ({ id, name: name.replace(`${project.prefix}_`, '') }))
    .sort((one, other) => one.name.localeCompare(other.name));
}

/** Another page each time: an unchanged one is not indexed. */
async function indexFor(project: Project, lastingMs: number): Promise<void> {
  const untilMs = performance.now() + lastingMs;
  for (let next = 0; performance.now() < untilMs; next += pagesAtOnce) {
    const pages = Array.from({ length: pagesAtOnce }, (_, index) => makePage(next + index));
    const { code, stderr } = await project.index(pages);
    if (code !== 0) throw new Error(`./pulse index ended with ${code}\n${stderr}`);
  }
}

function makePage(number: number): object {
  const sentence = `Page ${number} says how the granite of quarry ${number % 97} is cut and sold. `;
  return {
    url: `https://bench.example/${number}`,
    markdown: `# ${number}\n\n${sentence.repeat(60)}`,
  };
}

function describe(
  { name: stack, hostGiB }: Measured,
  idle: ReadonlyMap<string, Use>,
  busyUses: ReadonlyMap<string, Use>,
): Row[] {
  const rows = [...idle].map(([name, use]) => {
    const busy = busyUses.get(name) ?? use;
    return {
      measured: `${stack}: ${name}`,
      is:
        `${Math.round(use.medianMiB)} MiB, ${use.corePercent.toFixed(1)} % idle; ` +
        `${Math.round(busy.mostMiB)} MiB, ${busy.corePercent.toFixed(0)} % under load`,
      wanted: '',
    };
  });
  const sum = (uses: ReadonlyMap<string, Use>, of: (use: Use) => number): number =>
    [...uses.values()].reduce((total, use) => total + of(use), 0);
  return [
    ...rows,
    {
      measured: `${stack}: all, idle`,
      is: `${Math.round(sum(idle, ({ medianMiB }) => medianMiB))} MiB`,
      wanted: '',
    },
    {
      measured: `${stack}: all under load, the most of each`,
      is: `${(sum(busyUses, ({ mostMiB }) => mostMiB) / MiBInGiB).toFixed(1)} GiB`,
      wanted: `${hostGiB} GiB with the system`,
    },
    {
      measured: `${stack}: processor time of all, idle`,
      is: `${sum(idle, ({ corePercent }) => corePercent).toFixed(1)} % of a core`,
      wanted: '',
    },
  ];
}
