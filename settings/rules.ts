/**
 * Rules that span several settings: what must hold, what happens otherwise, and a value that mends
 * it.
 */
import type { Key, Values } from '../settings.ts';
import { addressIn, broadcastAddress, networkAddress } from './ipv4.ts';

interface Rule {
  /** What it compares; it is not asked while one of them is wrong by itself. */
  readonly keys: readonly Key[];
  readonly holds: (values: Values) => boolean;
  /** With its consequence. */
  readonly problem: (values: Values) => string;
  readonly remedy: (values: Values) => readonly [key: Key, text: string];
}

const gatewayInsideSubnet: Rule = {
  keys: ['subnet', 'gateway'],
  holds: ({ subnet, gateway }) =>
    networkAddress(`${gateway}/${subnet.split('/')[1]}`) === networkAddress(subnet) &&
    ![networkAddress(subnet), broadcastAddress(subnet)].includes(gateway),
  problem: ({ subnet, gateway }) =>
    `pulse:gateway ${gateway} is not an address of pulse:subnet ${subnet}: the engine would refuse the network`,
  remedy: ({ subnet }) => ['gateway', addressIn(subnet, 1)],
};

const reservationBelowLimit: Rule = {
  keys: ['workerMemory', 'workerMemoryReservation'],
  holds: ({ workerMemory, workerMemoryReservation }) => workerMemoryReservation < workerMemory,
  problem: ({ workerMemory, workerMemoryReservation }) =>
    `pulse:workerMemoryReservation ${workerMemoryReservation}MiB is not below pulse:workerMemory ${workerMemory}MiB: the engine would refuse the worker`,
  remedy: ({ workerMemory }) => ['workerMemoryReservation', `${Math.floor(workerMemory / 2)}MiB`],
};

const ports = ['postgresPort', 'redisPort', 'apiPort'] as const;

const portsDiffer: readonly Rule[] = ports.flatMap((one, index) =>
  ports.slice(index + 1).map((other): Rule => ({
    keys: [one, other],
    holds: (values) => values[one] !== values[other],
    problem: (values) =>
      `pulse:${one} and pulse:${other} are both ${values[one]}: only one can have it`,
    remedy: (values) => [other, String(freePort(values))],
  })),
);

/** The next one that none of ours has. */
function freePort(values: Values): number {
  const taken = ports.map((key) => values[key]);
  const next = (port: number): number => (taken.includes(port) ? next((port % 65_535) + 1) : port);
  return next(values.postgresPort);
}

const softBelowHard: Rule = {
  keys: ['workerNofile', 'workerNofileHard'],
  holds: ({ workerNofile, workerNofileHard = workerNofile }) => workerNofile <= workerNofileHard,
  problem: ({ workerNofile, workerNofileHard }) =>
    `pulse:workerNofile ${workerNofile} is above pulse:workerNofileHard ${workerNofileHard}: the engine would refuse the worker`,
  remedy: ({ workerNofileHard }) => ['workerNofile', String(workerNofileHard)],
};

const overlapBelowChunk: Rule = {
  keys: ['maxChunkTokens', 'chunkOverlapTokens'],
  holds: ({ maxChunkTokens, chunkOverlapTokens }) => chunkOverlapTokens * 2 <= maxChunkTokens,
  problem: ({ maxChunkTokens, chunkOverlapTokens }) =>
    `pulse:chunkOverlapTokens ${chunkOverlapTokens} is more than half of pulse:maxChunkTokens ${maxChunkTokens}: chunks would mostly repeat each other`,
  remedy: ({ maxChunkTokens }) => ['chunkOverlapTokens', String(Math.floor(maxChunkTokens / 10))],
};

const rules: readonly Rule[] = [
  gatewayInsideSubnet,
  reservationBelowLimit,
  ...portsDiffer,
  softBelowHard,
  overlapBelowChunk,
];

/** @param values those that are right by themselves */
export function crossFieldFaults(partial: Partial<Values>): string[] {
  const values = partial as Values;
  return rules
    .filter(({ keys, holds }) => keys.every((key) => values[key] !== undefined) && !holds(values))
    .map(({ problem, remedy }) => {
      const [key, text] = remedy(values);
      return `${problem(values)}; for example: pulumi config set pulse:${key} '${text}'`;
    });
}
