/** The configuration of Prometheus. Valid in 2.42 and in 3.x. */
import { apiPort, frontDoor, innerMetricsPort } from '../settings/names.ts';

export interface PrometheusArgs {
  readonly prefix: string;
  readonly stack: string;
  /** Name of the Docker host, for people. */
  readonly host: string;
  /** `host:port` of Alertmanager. */
  readonly alertmanager: string;
  /** Path of the file with the key that may read the metrics. */
  readonly keyFile: string;
}

/** Where its configuration is: in memory, for the root is read-only. */
export const configFolder = '/run/prometheus';

/** Where the file with the key is. */
export const keyFolder = '/run/prometheus-key';

/** Where its data are, as in the official image. */
export const dataFolder = '/prometheus';

/**
 * What the container runs; configuration and rules are its arguments. The engine may be on another
 * machine, neither holds a secret, and a preview shows a difference of them line by line.
 */
export function startScript(retentionMiB: number): string {
  return `
set -eu
printf '%s' "$0" > ${configFolder}/prometheus.yml
printf '%s' "$1" > ${configFolder}/alerts.yml
exec prometheus --config.file=${configFolder}/prometheus.yml \\
  --storage.tsdb.path=${dataFolder} --storage.tsdb.retention.size=${retentionMiB}MB \\
  --log.level=warn
`;
}

/**
 * Writes the whole configuration. The API is scraped through the front door: one target is the
 * whole stack, however many replicas there are.
 */
export function prometheusConfiguration(args: PrometheusArgs): string {
  const { prefix, stack, host, alertmanager, keyFile } = args;
  const door = frontDoor(prefix).name;
  return `global:
  scrape_interval: 15s
  scrape_timeout: 5s
  evaluation_interval: 15s
  external_labels: { stack: ${JSON.stringify(stack)}, host: ${JSON.stringify(host)} }
rule_files: [${configFolder}/alerts.yml]
alerting:
  alertmanagers:
    - static_configs: [{ targets: ['${alertmanager}'] }]
scrape_configs:
  - job_name: pulse
    authorization: { credentials_file: ${keyFile} }
    static_configs: [{ targets: ['${door}:${apiPort}'] }]
  - job_name: pulse-front-door
    params: { no-maint: [''] }
    static_configs: [{ targets: ['${door}:${innerMetricsPort}'] }]
`;
}
