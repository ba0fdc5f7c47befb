/** Rules that span several settings, each a sentence with its consequence. */
import type { Values } from '../settings.ts';
import { broadcastAddress, networkAddress } from './kinds.ts';

interface Rule {
  /** What it compares; it is not asked while one of them is wrong by itself. */
  readonly keys: readonly (keyof Values)[];
  readonly fault: (settings: Values) => string | undefined;
}

const gatewayInsideSubnet: Rule = {
  keys: ['subnet', 'gateway'],
  fault: ({ subnet, gateway }) => {
    const bits = subnet.split('/')[1] ?? '';
    const inside = networkAddress(`${gateway}/${bits}`) === networkAddress(subnet) && gateway !== networkAddress(subnet) && gateway !== broadcastAddress(subnet);
    return inside ? undefined : `pulse:gateway ${gateway} is not an address of pulse:subnet ${subnet}: the engine would refuse the network`;
  },
};

const reservationBelowLimit: Rule = {
  keys: ['workerMemory', 'workerMemoryReservation'],
  fault: ({ workerMemory, workerMemoryReservation }) => workerMemoryReservation < workerMemory
    ? undefined
    : `pulse:workerMemoryReservation ${workerMemoryReservation}MiB is not below pulse:workerMemory ${workerMemory}MiB: the engine would refuse the worker`,
};

const ports = ['postgresPort', 'redisPort', 'apiPort'] as const;

const portsDiffer: readonly Rule[] = ports.flatMap((one, index) => ports.slice(index + 1).map((other): Rule => ({
  keys: [one, other],
  fault: (settings) => settings[one] !== settings[other] ? undefined : `pulse:${one} and pulse:${other} are both ${settings[one]}: only one can have it`,
})));

const softBelowHard: Rule = {
  keys: ['workerNofile', 'workerNofileHard'],
  fault: ({ workerNofile, workerNofileHard = workerNofile }) => workerNofile <= workerNofileHard
    ? undefined
    : `pulse:workerNofile ${workerNofile} is above pulse:workerNofileHard ${workerNofileHard}: the engine would refuse the worker`,
};

const overlapBelowChunk: Rule = {
  keys: ['maxChunkTokens', 'chunkOverlapTokens'],
  fault: ({ maxChunkTokens, chunkOverlapTokens }) => chunkOverlapTokens * 2 <= maxChunkTokens
    ? undefined
    : `pulse:chunkOverlapTokens ${chunkOverlapTokens} is more than half of pulse:maxChunkTokens ${maxChunkTokens}: chunks would mostly repeat each other`,
};

const rules: readonly Rule[] = [gatewayInsideSubnet, reservationBelowLimit, ...portsDiffer, softBelowHard, overlapBelowChunk];

/** @param values those that are right by themselves */
export function acrossKeys(values: Partial<Values>): string[] {
  return rules.filter(({ keys }) => keys.every((key) => values[key] !== undefined)).flatMap(({ fault }) => fault(values as Values) ?? []);
}
