/**
 * Writes a compose file of the same containers, network and volumes that a stack declares: same
 * names, images, limits, health checks and order.
 */
import { stringify } from 'yaml';

import type { Declared } from './declared.ts';
import { translateContainer } from './service.ts';

const containerType = 'docker:index/container:Container';
const networkType = 'docker:index/network:Network';
const volumeType = 'docker:index/volume:Volume';
/** Declared, and nothing that runs: images are there already, commands make secrets and verify. */
const ignoredTypes =
  /^(?:pulumi:|pulse:|docker:index\/remoteImage:RemoteImage$|command:local:Command$)/;

/** @throws Error when the stack declares something that has no counterpart here */
export function formatComposeFile(declared: readonly Declared[]): string {
  const known = [containerType, networkType, volumeType];
  const unknown = declared.find(({ type }) => !known.includes(type) && !ignoredTypes.test(type));
  if (unknown !== undefined)
    throw new Error(`${unknown.name} has the type ${unknown.type}: unknown to bench/compose`);
  const containers = ofType(declared, containerType);
  const names = new Set(containers.map(({ name }) => name));
  return stringify(
    escapeDollars({
      services: Object.fromEntries(
        containers.map((one) => [
          one.name,
          {
            ...translateContainer(one),
            depends_on: Object.fromEntries(
              one.waitsFor
                .filter((other) => names.has(other))
                .map((other) => [other, { condition: 'service_healthy' }]),
            ),
          },
        ]),
      ),
      networks: Object.fromEntries(ofType(declared, networkType).map(translateNetwork)),
      volumes: Object.fromEntries(
        ofType(declared, volumeType).map(({ inputs }) => [inputs['name'], inputs]),
      ),
    }),
  );
}

function ofType(declared: readonly Declared[], wanted: string): Declared[] {
  return declared.filter(({ type }) => type === wanted);
}

function translateNetwork({ name, inputs }: Declared): [string, object] {
  const { name: onHost, driver, ipv6, ipamConfigs, ...rest } = inputs;
  const [left] = Object.keys(rest);
  if (left !== undefined) throw new Error(`${name}: ${left} has no counterpart in bench/compose`);
  const network = { name: onHost, driver, enable_ipv6: ipv6, ipam: { config: ipamConfigs } };
  return [onHost as string, network];
}

/** Compose puts variables in place of what begins with one dollar sign. */
function escapeDollars(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('$', '$$$$');
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(escapeDollars);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, escapeDollars(part)]));
}
