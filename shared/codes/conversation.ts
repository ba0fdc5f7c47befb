import type { Explanation } from './explanation.ts';

interface Service<S extends string> {
  /** The first word of its codes. */
  readonly code: S;
  readonly name: string;
  /** The setting that holds its address. */
  readonly setting: string;
  /** Where a person looks first when it does not answer, and what that means meanwhile. */
  readonly look: string;
}

type Unanswered<S extends string> = Readonly<
  Record<`${S}_DNS` | `${S}_REFUSED` | `${S}_UNREACHABLE`, Explanation>
>;

/**
 * The codes for a service that cannot be reached. There are three, because each is repaired in
 * another place.
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
      check:
        'a typing error in the address, a container that is not running ' +
        `(its name is known only while it runs), or the resolver; ${look}`,
    },
    [`${code}_REFUSED`]: {
      meaning: `${name}'s host answers, and nothing listens on that port.`,
      tried: `open a connection to the address in ${setting}`,
      check:
        `is ${name} running and is the port right; ` +
        `a server that still starts refuses for a while; ${look}`,
    },
    [`${code}_UNREACHABLE`]: {
      meaning: `There is no route to ${name}'s host, or the connection broke.`,
      tried: `reach the address in ${setting}`,
      check:
        'a firewall, VPN or cable between here and there, ' +
        `or ${name} crashes while it answers; ${look}`,
    },
  } as Unanswered<S>;
}
