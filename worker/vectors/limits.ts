import { PulseError } from '../errors.ts';
import { findCollection } from './collection.ts';
import type { CollectionInfo } from './collection.ts';
import type { Qdrant } from './qdrant.ts';

/** The largest requests that a collection in strict mode takes. */
export interface Limits {
  /** `upsert_max_batchsize`; and `write_rate_limit`, by the minute, which each point counts for. */
  readonly mostPerWrite: number;
  /** `write_rate_limit`. */
  readonly writesPerMinute: number;
  /** `max_query_limit`, which holds for searches and for pages of points. */
  readonly mostPerPage: number;
  /** Points that are read by their ids: each counts for `read_rate_limit`. */
  readonly mostIds: number;
}

const none: Limits = {
  mostPerWrite: Infinity,
  writesPerMinute: Infinity,
  mostPerPage: Infinity,
  mostIds: Infinity,
};

/**
 * What collections state of their limits, asked for once. After a refusal it is asked for again: an
 * operator may have set one meanwhile.
 */
export class CollectionLimits {
  readonly #qdrant: Qdrant;
  readonly #known = new Map<string, Limits>();

  constructor(qdrant: Qdrant) {
    this.#qdrant = qdrant;
  }

  /** Remembers those of a collection that was read for another reason. */
  see(name: string, { config: { strict_mode_config: strict } }: CollectionInfo): Limits {
    const limits = strict?.enabled === true ? readLimits(strict) : none;
    this.#known.set(name, limits);
    return limits;
  }

  /** @returns those of a collection; none where it does not exist */
  async read(name: string): Promise<Limits> {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const found = await this.#qdrant.ask('limits', (client) => findCollection(client, name));
    return found === undefined ? none : this.see(name, found);
  }

  /** Forgets all after an error that a limit may be the reason for. */
  forgetAfter(error: unknown): void {
    if (error instanceof PulseError && /^QDRANT_(ANSWER|AUTH|COLLECTION)$/.test(error.code))
      this.#known.clear();
  }
}

type StrictMode = NonNullable<CollectionInfo['config']['strict_mode_config']>;

function readLimits(strict: StrictMode): Limits {
  const read = (...fields: readonly (keyof StrictMode)[]) =>
    Math.max(
      1,
      Math.min(
        ...fields.map((field) => (typeof strict[field] === 'number' ? strict[field] : Infinity)),
      ),
    );
  return {
    mostPerWrite: read('upsert_max_batchsize', 'write_rate_limit'),
    writesPerMinute: read('write_rate_limit'),
    mostPerPage: read('max_query_limit'),
    mostIds: read('max_query_limit', 'read_rate_limit'),
  };
}
