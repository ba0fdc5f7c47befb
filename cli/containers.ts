import { jsonOf, linesOf } from './process.ts';
import { stackLabel } from '../settings/names.ts';
import { prefixOf } from './stack.ts';

/** What `docker inspect` says of a container, as far as it is read here. */
export interface Container {
  readonly Name: string;
  readonly RestartCount: number;
  readonly Config: { readonly Image: string; readonly Env: readonly string[]; readonly User: string };
  readonly State: {
    readonly Status: string;
    readonly OOMKilled: boolean;
    readonly ExitCode: number;
    readonly Error: string;
    readonly Health?: { readonly Status: string; readonly Log?: readonly { readonly ExitCode: number; readonly Output: string }[] | null };
  };
  readonly HostConfig: { readonly Memory: number; readonly NanoCpus: number };
  readonly Mounts: readonly { readonly Type: string; readonly Name?: string; readonly Source: string; readonly Destination: string }[];
  readonly NetworkSettings: { readonly Networks: Readonly<Record<string, unknown>> };
}

/** The stack's containers whose name goes on as given, running or not, in the order of their names. */
export async function containersOf(stack: string, name = ''): Promise<Container[]> {
  const ids = await linesOf('docker', ['ps', '--all', '--quiet', '--filter', `label=${stackLabel}=${stack}`, '--filter', `name=^${prefixOf(stack)}_${name}`]);
  if (ids.length === 0) return [];
  const found = await jsonOf<Container[]>('docker', ['inspect', ...ids]);
  return found.sort((one, other) => nameOf(one).localeCompare(nameOf(other), 'en', { numeric: true }));
}

export function nameOf({ Name }: Container): string {
  return Name.replace(/^\//, '');
}

/** Why a container that runs does not do its work although a start would not help; undefined when nothing is wrong, or when it does not run. */
export function brokenBecause(container: Container, network: string): string | undefined {
  if (container.State.Status !== 'running') return undefined;
  if (!(network in container.NetworkSettings.Networks)) return `off its network ${network}`;
  return container.State.Health?.Status === 'unhealthy' ? 'unhealthy' : undefined;
}

/** `healthy`, or the reason why it is not that, in a word. */
export function healthOf({ State }: Container): string {
  if (State.Status !== 'running') return State.Status;
  return State.Health?.Status ?? 'no health check';
}
