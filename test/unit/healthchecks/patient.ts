import type { Probe } from '../../../healthchecks/probe.ts';

/** For what is answered: a busy machine takes its time. */
export const patienceMs = 60_000;

/** The probe with so much time for its answer. */
export const patient = <Target, Found>(probe: Probe<Target, Found>): Probe<Target, Found> => ({
  ...probe,
  timeLimitMs: patienceMs,
});
