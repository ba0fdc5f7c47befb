import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { promisify } from 'node:util';

const exec = promisify(execFile);

const firstNumbers = '10.226';

/** The third number of a network that this machine does not have. */
function findFree(): number {
  const addresses = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
  const free = Array.from({ length: 256 }, (_, third) => third).filter((third) =>
    addresses.every(({ address }) => !address.startsWith(`${firstNumbers}.${third}.`)),
  );
  return free[randomInt(free.length)] as number;
}

/**
 * A network namespace that reaches the registries: a veth pair connects it to the host, which
 * forwards and translates addresses as it does for its own containers.
 */
export class Uplink implements AsyncDisposable {
  readonly #third = findFree();
  readonly #host = `pulse${this.#third}a`;
  readonly #inside = `pulse${this.#third}b`;
  readonly #network = `${firstNumbers}.${this.#third}`;
  readonly #rules = [
    ['filter', 'FORWARD', '-i', this.#host, '-j', 'ACCEPT'],
    ['filter', 'FORWARD', '-o', this.#host, '-j', 'ACCEPT'],
    [
      'nat',
      'POSTROUTING',
      '-s',
      `${this.#network}.0/30`,
      '!',
      '-o',
      this.#host,
      '-j',
      'MASQUERADE',
    ],
  ];
  readonly namespace: string;
  /** That of the namespace, as the host reaches it. */
  readonly address = `${this.#network}.2`;

  constructor(namespace: string) {
    this.namespace = namespace;
  }

  async lay(): Promise<void> {
    const ip = (...args: string[]) => exec('ip', args);
    await ip('netns', 'add', this.namespace);
    await ip(
      'link',
      'add',
      this.#host,
      'type',
      'veth',
      'peer',
      'name',
      this.#inside,
      'netns',
      this.namespace,
    );
    await ip('address', 'add', `${this.#network}.1/30`, 'dev', this.#host);
    await ip('link', 'set', this.#host, 'up');
    await ip('-n', this.namespace, 'link', 'set', 'lo', 'up');
    await ip('-n', this.namespace, 'address', 'add', `${this.address}/30`, 'dev', this.#inside);
    await ip('-n', this.namespace, 'link', 'set', this.#inside, 'up');
    await ip('-n', this.namespace, 'route', 'add', 'default', 'via', `${this.#network}.1`);
    await this.#rule('--insert');
  }

  async #rule(verb: '--insert' | '--delete'): Promise<void> {
    for (const [table = '', chain = '', ...rule] of this.#rules)
      await exec('iptables', ['--wait', '--table', table, verb, chain, ...rule]);
  }

  /** The host's end of the pair goes with the namespace. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#rule('--delete');
    await exec('ip', ['netns', 'delete', this.namespace]);
  }
}
