import { PulseError } from '../errors.ts';
import { crawlName } from './crawl-contracts.ts';

/** A route of one crawl. */
export interface OfCrawl {
  readonly Params: { readonly id: string };
}

/** @throws PulseError for what is no name of a crawl */
export function requireCrawlName(id: string): void {
  if (!crawlName.test(id)) throw crawlNotFound();
}

export function crawlNotFound(): PulseError {
  return new PulseError('API_NOT_FOUND', 'final', 'there is no such crawl');
}
