import { Resolver } from 'node:dns/promises';

import { matchNetworks } from '../../shared/networks.ts';

/** For so long an address that the name had is believed, and then while it is looked up again. */
const freshMs = 10_000;

/** So often at most the name is looked up for an address that it did not have. */
const pauseMs = 1_000;

/** The network's own DNS answers within a millisecond. */
const dns = new Resolver({ timeout: 1_000, tries: 1 });

/**
 * Knows whose `X-Forwarded-For` is believed. A front door that is replaced has another address, so
 * its name is looked up: at the first request from an address that is not known.
 */
export class TrustedProxies {
  readonly #isListed: (address: string) => boolean;
  readonly #name: string | undefined;
  readonly #lookUp: (name: string) => Promise<readonly string[]>;
  #found: ReadonlySet<string> = new Set();
  #askedAt = -Infinity;
  #asking: Promise<void> = Promise.resolve();

  /**
   * @param networks and addresses, such as `10.0.0.0/8`
   * @param name of a proxy on the network
   */
  constructor(
    networks: readonly string[],
    name?: string,
    lookUp = (one: string): Promise<readonly string[]> => dns.resolve4(one),
  ) {
    this.#name = name;
    this.#lookUp = lookUp;
    this.#isListed = matchNetworks(networks);
  }

  /** Whether this is the address of a proxy, as far as was looked up. */
  has(address: string): boolean {
    return this.#found.has(address) || this.#isListed(address);
  }

  /** Looks the name up where it takes that to know whose address this is. */
  async learn(address: string): Promise<void> {
    if (this.#name === undefined) return;
    const isKnown = this.has(address);
    const ageMs = performance.now() - this.#askedAt;
    if (ageMs >= (isKnown ? freshMs : pauseMs)) this.#asking = this.#ask(this.#name);
    if (!isKnown) await this.#asking;
  }

  /** Without an answer what was known stays. */
  async #ask(name: string): Promise<void> {
    this.#askedAt = performance.now();
    const answer = await this.#lookUp(name).catch(() => undefined);
    if (answer !== undefined) this.#found = new Set(answer);
  }
}
