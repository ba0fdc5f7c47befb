import { isCanary } from '../../shared/canary.ts';
import type { Tally } from '../metrics/tally.ts';
import { searchableSeconds } from '../metrics/totals.ts';
import type { StageEnd } from '../records/records.ts';

/** Counts how long a version took to be found, the first time that it is. */
export function countSearchable(
  tally: Tally,
  by: 'keyword' | 'meaning',
  { url }: { readonly url: string },
  { seconds }: StageEnd,
): void {
  if (seconds !== null && !isCanary(url)) tally.observe(searchableSeconds, { by }, seconds);
}
