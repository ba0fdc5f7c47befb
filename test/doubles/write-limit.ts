/** The deletion or the upsert of a request. */
interface Operation {
  readonly upsert?: { readonly points: readonly unknown[] };
  readonly delete?: Deletion;
}

interface Deletion {
  readonly points?: readonly unknown[];
  readonly filter?: { readonly must?: unknown };
}

/**
 * The limit `write_rate_limit` of a collection in strict mode. As in Qdrant each point counts that
 * is written, or that a deletion finds by what its filter demands; and what counts for more than
 * the limit never passes, however long nothing was written.
 */
export class WriteLimit {
  readonly #upstream: string;
  readonly #perMinute: number;

  /** @param upstream host:port of the engine */
  constructor(upstream: string, perMinute: number) {
    this.#upstream = upstream;
    this.#perMinute = perMinute;
  }

  /** What a collection states of it. */
  get strictMode(): object {
    return { enabled: true, write_rate_limit: this.#perMinute };
  }

  /** @returns the words of Qdrant's 429; undefined where the request passes */
  async findRefusal(path: string, body: unknown): Promise<string | undefined> {
    const [, name, what] = /^\/collections\/([^/]+)\/points\/(batch|delete)/.exec(path) ?? [];
    if (name === undefined) return undefined;
    const { operations } = body as { operations?: readonly Operation[] };
    const asked = what === 'batch' ? (operations ?? []) : [{ delete: body as Deletion }];
    const costs = await Promise.all(asked.map((operation) => this.#cost(name, operation)));
    return costs.some((cost) => cost > this.#perMinute)
      ? 'Rate limiting exceeded: Write rate limit exceeded, request larger than rate limiter ' +
          'capacity, please try to split your request'
      : undefined;
  }

  async #cost(name: string, { upsert, delete: deletion }: Operation): Promise<number> {
    const points = upsert?.points ?? deletion?.points;
    if (points !== undefined) return Math.max(1, points.length);
    const answer = await fetch(`http://${this.#upstream}/collections/${name}/points/count`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ filter: { must: deletion?.filter?.must }, exact: true }),
    });
    const { result } = (await answer.json()) as { result?: { count: number } };
    return Math.max(1, result?.count ?? 0);
  }
}
