import type { Settings } from '../../../settings.ts';
import { everyAddress, networksOverlap } from '../../../settings/ipv4.ts';
import { knowsStartInterval } from '../../../settings/start-interval.ts';
import { publicAddresses } from './exposure.ts';
import type { Finding } from './finding.ts';
import type { Host } from './inspect.ts';
import { promisedMemoryWarnings } from './memory.ts';
import { takenNames } from './names.ts';
import type { MadeResources } from './names.ts';
import { listPublishedPorts } from './ports.ts';
import type { PublishedPort } from './ports.ts';

export interface Verdict {
  /** With these an update would fail before its end. */
  readonly faults: readonly Finding[];
  readonly warnings: readonly Finding[];
  /** Whether to join a network of the stack's name that the stack did not make. */
  readonly joinsExisting: boolean;
}

/** Finds what keeps this host from taking the stack as it is configured. */
export function judgeHost(settings: Settings, host: Host, made: MadeResources): Verdict {
  const there = host.networks.find(({ name }) => name === settings.prefix);
  const joinsExisting = settings.network.mode === 'own' && there !== undefined && !made.network;
  const joins = settings.network.mode === 'existing' || joinsExisting;
  return {
    joinsExisting,
    faults: [
      ...(joins ? noNetwork(settings, there) : overlappingSubnets(settings, host)),
      ...takenPorts(settings, host),
      ...tooManyFiles(settings, host),
      ...otherEngine(host),
      ...tooOldEngine(settings, host),
      ...takenNames(settings, host, made),
    ],
    warnings: [
      ...(joins ? otherRange(settings, there) : []),
      ...promisedMemoryWarnings(settings, host),
      ...publicAddresses(settings),
    ],
  };
}

type There = Host['networks'][number] | undefined;

function noNetwork(
  { prefix, network: { subnet, gateway }, stack }: Settings,
  there: There,
): Finding[] {
  if (there !== undefined) return [];
  return [
    {
      code: 'HOST_NETWORK',
      problem:
        `pulse:network is 'existing', and there is no network ${prefix}: ` +
        `docker network create --subnet ${subnet} --gateway ${gateway} ${prefix}, ` +
        `or let the stack make it: pulumi config set pulse:network own --stack ${stack}`,
    },
  ];
}

/** A joined network is not changed: a range that differs from the configuration is a warning. */
function otherRange({ prefix, network: { subnet }, stack }: Settings, there: There): Finding[] {
  if (there === undefined || there.subnets.includes(subnet)) return [];
  const [actual = 'without a range'] = there.subnets;
  return [
    {
      code: 'HOST_NETWORK',
      problem:
        `network ${prefix} is ${actual}, and pulse:subnet says ${subnet}; it is joined as it is. ` +
        `Say the same: pulumi config set pulse:subnet ${actual} --stack ${stack}, ` +
        'and its gateway to pulse:gateway',
    },
  ];
}

function overlappingSubnets(
  { prefix, network: { subnet } }: Settings,
  { networks }: Host,
): Finding[] {
  return networks
    .filter(
      ({ name, subnets }) =>
        name !== prefix && subnets.some((other) => networksOverlap(subnet, other)),
    )
    .map(({ name, subnets }) => ({
      code: 'HOST_SUBNET',
      problem:
        `pulse:subnet ${subnet} overlaps network ${name} (${subnets.join(', ')}) of this host: ` +
        'choose another range, for example: pulumi config set pulse:subnet 10.231.0.0/24; ' +
        'pulumi config set pulse:gateway 10.231.0.1',
    }));
}

function takenPorts(settings: Settings, host: Host): Finding[] {
  const ports = listPublishedPorts(settings);
  return [
    ...missingAddresses(ports, host),
    ...ports.flatMap((one) =>
      listTakers(one, host).map((why): Finding => ({
        code: 'HOST_PORT',
        problem:
          `pulse:${one.key} ${one.port} ${why}: choose another, for example: ` +
          `pulumi config set pulse:${one.key} ${one.port + 1000}`,
      })),
    ),
  ];
}

/** One finding for each setting whose address the host does not have, however many ports it has. */
function missingAddresses(ports: readonly PublishedPort[], { refusedPorts }: Host): Finding[] {
  const refused = ports.filter(({ port }) =>
    refusedPorts.some((one) => one.port === port && one.why === 'no such address'),
  );
  const byKey = new Map(
    refused.flatMap(({ addressKey, address }) =>
      addressKey === undefined ? [] : [[addressKey, address] as const],
    ),
  );
  return [...byKey].map(([key, address]) => ({
    code: 'HOST_PORT',
    problem:
      `pulse:${key} ${address} is no address of this host: ` +
      `pulumi config set pulse:${key} 127.0.0.1, or one that ip addr shows`,
  }));
}

function listTakers(
  { port, address, own }: PublishedPort,
  { containers, refusedPorts }: Host,
): string[] {
  return [
    ...containers
      .filter(
        ({ name, published }) =>
          name !== own &&
          published.some(
            (one) =>
              one.port === port &&
              (one.ip === address || one.ip === everyAddress || address === everyAddress),
          ),
      )
      .map(({ name }) => `is taken by container ${name}`),
    ...refusedPorts
      .filter((one) => one.port === port && one.why === 'taken')
      .map(() => 'is taken by a process of the host that is no container (ss -ltnp shows it)'),
  ];
}

function tooManyFiles(
  { workers: { nofile, nofileHard = nofile }, stack }: Settings,
  { nofileLimit }: Host,
): Finding[] {
  if (nofileLimit === undefined) return [];
  const hard = nofileHard === nofile ? '' : ` (hard ${nofileHard})`;
  return [
    {
      code: 'HOST_FILES',
      problem:
        `pulse:workerNofile ${nofile}${hard} is above what this engine may give, ` +
        `${nofileLimit}: pulumi config set pulse:workerNofile ${nofileLimit} --stack ${stack}, ` +
        'or start the engine with a higher limit (LimitNOFILE)',
    },
  ];
}

/** Podman gives itself another id each time, so the engine of a stack could not be told. */
function otherEngine({ isPodman }: Host): Finding[] {
  if (!isPodman) return [];
  return [
    {
      code: 'HOST_ENGINE',
      problem:
        'this is Podman, on which Pulse was never tried: name a Docker Engine with DOCKER_HOST ' +
        '(docs/platforms.md)',
    },
  ];
}

/** An older engine drops the interval without a word, and each preview then shows a change. */
function tooOldEngine(
  { containers: { healthStartIntervalSeconds }, stack }: Settings,
  { apiVersion }: Host,
): Finding[] {
  if (healthStartIntervalSeconds === undefined || knowsStartInterval(apiVersion)) return [];
  return [
    {
      code: 'HOST_ENGINE',
      problem:
        `pulse:healthStartInterval needs Docker Engine 25 (API 1.44), and this one has API ` +
        `${apiVersion}: pulumi config rm pulse:healthStartInterval --stack ${stack}, ` +
        'or update the engine',
    },
  ];
}
