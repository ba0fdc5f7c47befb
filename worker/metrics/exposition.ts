import { Registry } from 'prom-client';
import type { Metric } from 'prom-client';

import type { Family, Sample } from './definition.ts';
import { gauges } from './gauges.ts';

/** Of the text format that every Prometheus and agent reads. */
export const contentType = Registry.PROMETHEUS_CONTENT_TYPE;

/** @returns the gauges that have a value, each once, in the order of their list */
export function showSamples(samples: readonly Sample[]): Family[] {
  return gauges.flatMap((of): Family[] => {
    const { name, help, type } = of;
    const values = samples
      .filter(({ gauge }) => gauge === of)
      .map(({ labels, value }) => ({ labels, value }));
    return values.length === 0 ? [] : [{ name, help, type, values }];
  });
}

/** Writes metrics in the text format, version 0.0.4. */
export function writeMetrics(families: readonly Family[]): Promise<string> {
  const registry = new Registry();
  for (const family of families)
    // What a registry asks of a metric: its name, and its values when it is written.
    registry.registerMetric({ ...family, get: async () => family } as unknown as Metric);
  return registry.metrics();
}
