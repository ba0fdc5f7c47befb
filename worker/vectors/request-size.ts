import { isTooLarge } from './qdrant.ts';

/** Qdrant's guide recommends 64 to 256 points per request. */
const mostPoints = 128;
/** A number takes some 20 bytes of JSON; Qdrant accepts bodies of 32 MB. */
const mostNumbers = 1_000_000;

/**
 * How many points this process writes in a request. A proxy in front of Qdrant may take smaller
 * bodies, nginx for example 1 MB, and states its limit nowhere: so a request that is too large is
 * sent again in halves, and those that follow are as small.
 */
export class RequestSize {
  #points: number;

  constructor(dimension: number) {
    this.#points = Math.max(1, Math.min(mostPoints, Math.floor(mostNumbers / dimension)));
  }

  get points(): number {
    return this.#points;
  }

  /**
   * Makes it smaller after a request that was refused for its size.
   *
   * @param points of that request
   * @throws the error where another was the reason, or where one point alone is too large
   */
  shrink(points: number, error: unknown): void {
    if (points <= 1 || !isTooLarge(error)) throw error;
    this.#points = Math.min(this.#points, Math.floor(points / 2));
  }
}
