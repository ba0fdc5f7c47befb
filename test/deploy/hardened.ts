import type { Project } from './project.ts';

/** What a running container may do and use: as the engine was told, and as seen inside of it. */
export interface Hardened {
  readonly user: string;
  readonly init: boolean;
  readonly privileged: boolean;
  readonly readOnlyRoot: boolean;
  readonly droppedCapabilities: readonly string[];
  readonly addedCapabilities: readonly string[];
  readonly securityOptions: readonly string[];
  readonly memoryMiB: number;
  readonly swapMiB: number;
  readonly cpus: number;
  readonly restart: string;
  readonly log: unknown;
  readonly published: readonly string[];
  readonly health: string;
  readonly ownHealthCheck: boolean;
  /** Between two health checks while it starts; 0 where that is no other than afterwards. */
  readonly startIntervalSeconds: number;
  /** Of the first process, as the kernel sees it. */
  readonly effectiveCapabilities: string;
  readonly noNewPrivileges: string;
  readonly openFiles: number;
  readonly rootIsWritable: boolean;
}

interface Inspected {
  readonly Config: {
    readonly User: string;
    readonly Healthcheck?: { readonly Test: readonly string[]; readonly StartInterval?: number };
  };
  readonly State: { readonly Health: { readonly Status: string } };
  readonly HostConfig: {
    readonly Init: boolean;
    readonly Privileged: boolean;
    readonly ReadonlyRootfs: boolean;
    readonly CapDrop: readonly string[] | null;
    readonly CapAdd: readonly string[] | null;
    readonly SecurityOpt: readonly string[];
    readonly Memory: number;
    readonly MemorySwap: number;
    readonly NanoCpus: number;
    readonly RestartPolicy: { readonly Name: string };
    readonly LogConfig: unknown;
    readonly PortBindings: Readonly<
      Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[]>
    > | null;
  };
}

const inside = [
  'grep -E "^(CapEff|NoNewPrivs)" /proc/1/status | cut -f2',
  'ulimit -n',
  'if grep -q "^[^ ]* / [^ ]* ro" /proc/mounts; then echo read-only; else echo writable; fi',
].join('\n');

export async function hardeningOf(project: Project, container: string): Promise<Hardened> {
  const [{ Config, State, HostConfig: host }] = JSON.parse(
    (await project.docker('inspect', container)).stdout,
  ) as [Inspected];
  const { stdout } = await project.docker('exec', container, 'sh', '-c', inside);
  const [effectiveCapabilities = '', noNewPrivileges = '', openFiles = '', root = ''] = stdout
    .trim()
    .split('\n');
  return {
    user: Config.User,
    init: host.Init,
    privileged: host.Privileged,
    readOnlyRoot: host.ReadonlyRootfs,
    droppedCapabilities: host.CapDrop ?? [],
    addedCapabilities: host.CapAdd ?? [],
    securityOptions: host.SecurityOpt,
    memoryMiB: host.Memory / 2 ** 20,
    swapMiB: (host.MemorySwap - host.Memory) / 2 ** 20,
    cpus: host.NanoCpus / 1e9,
    restart: host.RestartPolicy.Name,
    log: host.LogConfig,
    published: Object.values(host.PortBindings ?? {})
      .flat()
      .map(({ HostIp, HostPort }) => `${HostIp}:${HostPort}`),
    health: State.Health.Status,
    ownHealthCheck: (Config.Healthcheck?.Test ?? []).length > 1,
    startIntervalSeconds: (Config.Healthcheck?.StartInterval ?? 0) / 1e9,
    effectiveCapabilities,
    noNewPrivileges,
    openFiles: Number(openFiles),
    rootIsWritable: root === 'writable',
  };
}
