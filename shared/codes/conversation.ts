import type { Explanation } from './explanation.ts';

interface Service<S extends string> {
  /** First word of its codes. */
  readonly code: S;
  readonly name: string;
  /** The setting that holds its address. */
  readonly setting: string;
  /** Where a person looks first when nobody answers, and what it means meanwhile. */
  readonly look: string;
}

type Unanswered<S extends string> = Readonly<
  Record<`${S}_DNS` | `${S}_REFUSED` | `${S}_UNREACHABLE`, Explanation>
>;

/**
 * The three ways of not getting through to a service, told apart because each is repaired
 * elsewhere.
 */
export function describeUnanswered<const S extends string>({
  code,
  name,
  setting,
  look,
}: Service<S>): Unanswered<S> {
  return {
    [`${code}_DNS`]: {
      meaning: `The host name in ${name}'s address is unknown.`,
      tried: `look up the host name in ${setting}`,
      check: `a typing error in the address, a container that is not running (its name is known only while it runs), or the resolver; ${look}`,
    },
    [`${code}_REFUSED`]: {
      meaning: `${name}'s host answers, and nobody listens on that port.`,
      tried: `open a connection to the address in ${setting}`,
      check: `is ${name} running and is the port right; a server that still starts refuses for a while; ${look}`,
    },
    [`${code}_UNREACHABLE`]: {
      meaning: `The way to ${name} is broken: no route to its host, or the connection broke off.`,
      tried: `reach the address in ${setting}`,
      check: `a firewall, VPN or cable between here and there, or a ${name} that crashes while it answers; ${look}`,
    },
  } as Unanswered<S>;
}
