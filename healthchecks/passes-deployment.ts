import { isOptional } from './optional-checks.ts';
import type { Report } from './verify.ts';

/**
 * Whether a deployment is good: every check has passed or is a warning, or all that failed is a
 * canary that nobody took because an operator has paused the queue. Such a deployment is not
 * proven.
 */
export function passesDeployment({ checks }: Pick<Report, 'checks'>): boolean {
  return checks.every(({ ok, name, code }) => ok || isOptional(name) || code === 'CANARY_PAUSED');
}
