import { prefixOf, stackLabel } from '../settings/names.ts';
import { inspectListed } from './inspect-listed.ts';

/** The parts of `docker inspect` that are read here. */
export interface Container {
  readonly Name: string;
  readonly RestartCount: number;
  readonly Config: {
    readonly Image: string;
    readonly Env: readonly string[];
    readonly User: string;
    readonly Labels: Readonly<Record<string, string>>;
    readonly Healthcheck?: {
      /** Nanoseconds in which a failed check does not count. */
      readonly StartPeriod?: number;
    };
  };
  readonly State: {
    readonly Status: string;
    readonly StartedAt: string;
    readonly OOMKilled: boolean;
    readonly ExitCode: number;
    readonly Error: string;
    readonly Health?: {
      readonly Status: string;
      readonly Log?: readonly { readonly ExitCode: number; readonly Output: string }[] | null;
    };
  };
  readonly HostConfig: { readonly Memory: number; readonly NanoCpus: number };
  readonly Mounts: readonly {
    readonly Type: string;
    readonly Name?: string;
    readonly Source: string;
    readonly Destination: string;
  }[];
  readonly NetworkSettings: { readonly Networks: Readonly<Record<string, unknown>> };
}

/**
 * Lists the stack's containers, running or not, in the order of their names.
 *
 * @param name the beginning of their names after the stack's prefix
 */
export async function containersOf(stack: string, name = ''): Promise<Container[]> {
  const filters = [`label=${stackLabel}=${stack}`, `name=^${prefixOf(stack)}_${name}`];
  const found = await inspectListed<Container>(
    ['ps', '--all', '--quiet', ...filters.flatMap((one) => ['--filter', one])],
    ['inspect'],
  );
  return found.sort((one, other) =>
    nameOf(one).localeCompare(nameOf(other), 'en', { numeric: true }),
  );
}

export function nameOf({ Name }: Container): string {
  return Name.replace(/^\//, '');
}

/** @returns `healthy`, or in a word or two why it is not */
export function healthOf({ State, Config, NetworkSettings }: Container): string {
  if (State.Status !== 'running') return State.Status;
  // The container's own health check runs inside of it and does not notice.
  if (!(prefixOf(Config.Labels[stackLabel] ?? '') in NetworkSettings.Networks))
    return "off the stack's network";
  return State.Health?.Status ?? 'no health check';
}

export function isWorker(name: string): boolean {
  return /_webhook-worker-\d+$/.test(name);
}

/** A worker inside which the rest of the stack can be asked. */
export function healthyWorker(containers: readonly Container[]): Container | undefined {
  return findHealthy(containers.filter((container) => isWorker(nameOf(container))));
}

export function findHealthy(containers: readonly Container[]): Container | undefined {
  return containers.find((container) => healthOf(container) === 'healthy');
}

/**
 * Whether it runs and does not work: starting it would not help. One that has not become healthy
 * within its start period is called unhealthy only after three more checks, which may be minutes
 * apart: it counts as broken from the end of that period.
 *
 * @param nowMs since 1970
 */
export function isBroken(container: Container, nowMs = Date.now()): boolean {
  const { State, Config } = container;
  if (State.Status !== 'running') return false;
  const health = healthOf(container);
  if (health !== 'starting') return health !== 'healthy';
  const startPeriodMs = (Config.Healthcheck?.StartPeriod ?? 0) / 1e6;
  return nowMs > Date.parse(State.StartedAt) + startPeriodMs;
}
