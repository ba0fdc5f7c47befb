import { isCanary } from '../../shared/canary.ts';
import type { Place } from '../queue/queues.ts';

/**
 * A canary goes before all documents that wait: how many there are says nothing of whether the
 * pipeline works, and a deployment waits for it.
 */
export function placeOf({ url }: { readonly url: string }): Place {
  return isCanary(url) ? 'front' : 'end';
}
