/** Rules that span several settings, each a sentence with its consequence. */
import type { Settings } from '../settings.ts';
import { networkAddress } from './kinds.ts';

type Rule = (settings: Settings) => string | undefined;

const gatewayInsideSubnet: Rule = ({ subnet, gateway }) => {
  const bits = subnet.split('/')[1] ?? '';
  const inside = networkAddress(`${gateway}/${bits}`) === networkAddress(subnet) && gateway !== networkAddress(subnet);
  return inside ? undefined : `pulse:gateway ${gateway} is not an address of pulse:subnet ${subnet}: the engine would refuse the network`;
};

const reservationBelowLimit: Rule = ({ workerMemory, workerMemoryReservation }) =>
  workerMemoryReservation < workerMemory
    ? undefined
    : `pulse:workerMemoryReservation ${workerMemoryReservation}MiB is not below pulse:workerMemory ${workerMemory}MiB: the engine would refuse the worker`;

const portsDiffer: Rule = ({ postgresPort, redisPort }) =>
  postgresPort !== redisPort ? undefined : `pulse:postgresPort and pulse:redisPort are both ${postgresPort}: only one can have it`;

const overlapBelowChunk: Rule = ({ maxChunkTokens, chunkOverlapTokens }) =>
  chunkOverlapTokens * 2 <= maxChunkTokens
    ? undefined
    : `pulse:chunkOverlapTokens ${chunkOverlapTokens} is more than half of pulse:maxChunkTokens ${maxChunkTokens}: chunks would mostly repeat each other`;

const rules: readonly Rule[] = [gatewayInsideSubnet, reservationBelowLimit, portsDiffer, overlapBelowChunk];

export function acrossKeys(settings: Settings): string[] {
  return rules.map((rule) => rule(settings)).filter((fault) => fault !== undefined);
}
