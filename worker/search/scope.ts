import { canaryHost } from '../../shared/canary.ts';
import type { Filters, Scope } from '../documents/filters.ts';

/** Canaries are found by those alone who name their host: verification. */
export function withoutCanaries(filters: Filters): Scope {
  return filters.domain === undefined ? { ...filters, exceptDomain: canaryHost } : filters;
}
