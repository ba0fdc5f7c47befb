import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';

import { serveByRule } from './http-fault.ts';
import type { Rule } from './http-fault.ts';
import { reservePort } from './reserve-port.ts';

/**
 * How a connection is treated:
 *
 * - `pass`: bytes go both ways, `delayMs` late
 * - `refuse`: nothing listens (ECONNREFUSED), and live connections are cut
 * - `silent`: connections stay and are accepted, and no byte goes either way, as with a half-open
 *   peer or a network that drops packets
 * - `deaf`: requests arrive and are carried out, and no answer comes back
 * - `http`: each request is treated as the rule says
 */
type Mode =
  | { readonly kind: 'pass'; readonly delayMs: number }
  | { readonly kind: 'refuse' | 'silent' | 'deaf' }
  | { readonly kind: 'http'; readonly rule: Rule };

/**
 * A TCP proxy on 127.0.0.1 in front of one service, for injecting faults. It passes until told
 * otherwise.
 */
export class Proxy implements AsyncDisposable {
  readonly authority: string;
  #upstream: { host: string; port: number };
  readonly #live = new Set<Link>();
  #server: Server | undefined;
  #mode: Mode = { kind: 'pass', delayMs: 0 };

  private constructor(port: number, upstream: string) {
    this.authority = `127.0.0.1:${port}`;
    this.#upstream = parseAuthority(upstream);
  }

  /** @param upstream host:port */
  static async open(upstream: string): Promise<Proxy> {
    const proxy = new Proxy(await reservePort(), upstream);
    await proxy.#listen();
    return proxy;
  }

  get connections(): number {
    return this.#live.size;
  }

  /**
   * Ends the fault: what was silent continues where it stopped; what was deaf or answered by a rule
   * has to connect again.
   */
  pass(): Promise<void> {
    return this.#become({ kind: 'pass', delayMs: 0 });
  }

  delay(delayMs: number): Promise<void> {
    return this.#become({ kind: 'pass', delayMs });
  }

  refuse(): Promise<void> {
    return this.#become({ kind: 'refuse' });
  }

  silence(): Promise<void> {
    return this.#become({ kind: 'silent' });
  }

  dropResponses(): Promise<void> {
    return this.#become({ kind: 'deaf' });
  }

  /** Leads new connections to another host:port. Those that are open stay where they are. */
  leadTo(upstream: string): void {
    this.#upstream = parseAuthority(upstream);
  }

  /** For HTTP services. */
  answer(rule: Rule): Promise<void> {
    return this.#become({ kind: 'http', rule });
  }

  /** Resets the live connections; new ones are treated as before. */
  cut(): void {
    for (const link of this.#live) link.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.refuse();
  }

  async #become(mode: Mode): Promise<void> {
    const before = this.#mode;
    this.#mode = mode;
    const alike = (kind: Mode['kind']) => kind === 'pass' || kind === 'silent';
    if (alike(before.kind) && alike(mode.kind)) for (const link of this.#live) link.treat(mode);
    else this.cut();
    if (mode.kind !== 'refuse') return this.#listen();
    const server = this.#server;
    this.#server = undefined;
    if (server !== undefined) await new Promise((resolve) => server.close(resolve));
  }

  async #listen(): Promise<void> {
    if (this.#server !== undefined) return;
    this.#server = createServer({ pauseOnConnect: true }, (client) => this.#accept(client));
    const listening = once(this.#server, 'listening');
    this.#server.listen(Number(this.authority.split(':')[1]), '127.0.0.1');
    await listening;
  }

  #accept(client: Socket): void {
    const link =
      this.#mode.kind === 'http'
        ? serveByRule(client, this.#upstream, this.#mode.rule)
        : new Pipe(client, connect(this.#upstream), this.#mode);
    this.#live.add(link);
    client.once('close', () => this.#live.delete(link));
  }
}

function parseAuthority(authority: string): { host: string; port: number } {
  const [host = '', port = ''] = authority.split(':');
  return { host, port: Number(port) };
}

interface Link {
  treat(mode: Mode): void;
  destroy(): void;
}

/** A client's connection and the one to its upstream; both end together. */
class Pipe implements Link {
  readonly #client: Socket;
  readonly #upstream: Socket;
  #mode: Mode;

  constructor(client: Socket, upstream: Socket, mode: Mode) {
    this.#client = client;
    this.#upstream = upstream;
    this.#mode = mode;
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.setNoDelay(true);
      from.on('data', (bytes) => this.#forward(bytes, from, to));
      from.on('end', () => to.end());
      from.on('error', () => this.destroy());
      from.on('close', () => to.destroy());
    }
    this.treat(mode);
  }

  treat(mode: Mode): void {
    this.#mode = mode;
    for (const socket of [this.#client, this.#upstream])
      if (mode.kind === 'silent') socket.pause();
      else socket.resume();
  }

  destroy(): void {
    this.#client.resetAndDestroy();
    this.#upstream.destroy();
  }

  #forward(bytes: Buffer, from: Socket, to: Socket): void {
    if (this.#mode.kind === 'deaf' && from === this.#upstream) return;
    const write = (): void => {
      if (!to.destroyed && !to.write(bytes)) {
        from.pause();
        to.once('drain', () => this.treat(this.#mode));
      }
    };
    if (this.#mode.kind === 'pass' && this.#mode.delayMs > 0) setTimeout(write, this.#mode.delayMs);
    else write();
  }
}
