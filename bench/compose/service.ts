import type { Declared } from './declared.ts';

interface Network {
  readonly name: string;
  readonly aliases?: readonly string[];
}

/** Inputs of a container, all that `components/docker/container.ts` can declare. */
interface ContainerInputs {
  readonly name: string;
  readonly image: string;
  readonly entrypoints?: readonly string[];
  readonly command?: readonly string[];
  readonly user?: string;
  readonly envs?: readonly string[];
  readonly hostname?: string;
  readonly labels?: readonly { readonly label: string; readonly value: string }[];
  readonly networksAdvanced?: readonly Network[];
  readonly ports?: readonly {
    readonly ip: string;
    readonly external: number;
    readonly internal: number;
    readonly protocol: string;
  }[];
  /** MiB, as the two below. */
  readonly memory?: number;
  readonly memorySwap?: number;
  readonly memoryReservation?: number;
  readonly cpus?: string;
  readonly cpuShares?: number;
  readonly ulimits?: readonly {
    readonly name: string;
    readonly soft: number;
    readonly hard: number;
  }[];
  readonly mounts?: readonly object[];
  readonly tmpfs?: Readonly<Record<string, string>>;
  readonly readOnly?: boolean;
  readonly capabilities?: { readonly drops: readonly string[] };
  readonly securityOpts?: readonly string[];
  readonly init?: boolean;
  readonly healthcheck?: {
    readonly tests: readonly string[];
    readonly interval: string;
    readonly timeout: string;
    readonly retries: number;
    readonly startPeriod: string;
    readonly startInterval?: string;
  };
  readonly restart?: string;
  /** Seconds. */
  readonly stopTimeout?: number;
  readonly logDriver?: string;
  readonly logOpts?: Readonly<Record<string, string>>;
}

/** Inputs that say how Pulumi works, not what it makes. */
const pulumiOnly = ['networkMode', 'wait', 'waitTimeout', 'destroyGraceSeconds'];

/**
 * The service of a compose file for a container that a stack declares.
 *
 * @throws Error for an input that has no counterpart here: what is compared would not be the same
 */
export function translateContainer({ name, inputs }: Declared): object {
  const [service, rest] = translateInputs(inputs as unknown as ContainerInputs);
  const left = Object.keys(rest).find((key) => !pulumiOnly.includes(key));
  if (left !== undefined) throw new Error(`${name}: ${left} has no counterpart in bench/compose`);
  return service;
}

/** @returns the service, and the inputs that are not part of it */
function translateInputs(inputs: ContainerInputs): [service: object, rest: object] {
  const { name, image, entrypoints, command, user, envs, hostname, labels, ...more } = inputs;
  const { networksAdvanced, ports, mounts, tmpfs, healthcheck, logDriver, logOpts, ...limits } =
    more;
  const { memory, memorySwap, memoryReservation, cpus, cpuShares, ulimits, ...safety } = limits;
  const { readOnly, capabilities, securityOpts, init, restart, stopTimeout, ...rest } = safety;
  const service = {
    container_name: name,
    image,
    entrypoint: entrypoints,
    command,
    user,
    environment: envs,
    hostname,
    labels: labels && Object.fromEntries(labels.map((one) => [one.label, one.value])),
    networks: networksAdvanced && translateNetworks(networksAdvanced),
    ports: ports?.map((one) => `${one.ip}:${one.external}:${one.internal}/${one.protocol}`),
    volumes: mounts,
    tmpfs: tmpfs && Object.entries(tmpfs).map(([path, options]) => `${path}:${options}`),
    healthcheck: healthcheck && translateHealthcheck(healthcheck),
    logging: logDriver && { driver: logDriver, options: logOpts },
    mem_limit: mebibytes(memory),
    memswap_limit: mebibytes(memorySwap),
    mem_reservation: mebibytes(memoryReservation),
    cpus: cpus === undefined ? undefined : Number(cpus),
    cpu_shares: cpuShares,
    ulimits: ulimits && Object.fromEntries(ulimits.map(({ name: of, ...one }) => [of, one])),
    read_only: readOnly,
    cap_drop: capabilities?.drops,
    security_opt: securityOpts,
    init,
    restart,
    stop_grace_period: stopTimeout === undefined ? undefined : `${stopTimeout}s`,
  };
  return [service, rest];
}

function translateNetworks(networks: readonly Network[]): object {
  if (networks.every(({ aliases }) => aliases === undefined))
    return networks.map(({ name }) => name);
  return Object.fromEntries(networks.map(({ name, aliases }) => [name, { aliases }]));
}

function translateHealthcheck({
  tests,
  startPeriod,
  startInterval,
  ...same
}: NonNullable<ContainerInputs['healthcheck']>): object {
  return { test: tests, ...same, start_period: startPeriod, start_interval: startInterval };
}

function mebibytes(value: number | undefined): string | undefined {
  return value === undefined ? undefined : `${value}m`;
}
