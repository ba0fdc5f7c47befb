import type { Kind } from './kinds/kind.ts';

/** One setting of a stack, as its row in the table says it. */
export interface Setting<K extends string, T> {
  /** Name in `Pulumi.<stack>.yaml`, after `pulse:`. */
  readonly key: K;
  readonly kind: Kind<Exclude<T, undefined>>;
  /** As it would be configured; absent when the setting may be left out for good. */
  readonly default: string | undefined;
  /** One sentence without a full stop. */
  readonly description: string;
  /** As it would be configured; of the setting's own kind and range. */
  readonly example: string;
  /** The variable that carries it into the worker; absent when no worker needs it. */
  readonly env: string | undefined;
  /**
   * Whether a worker refuses to start without the variable; else it takes the same default. Without
   * a default it has to be configured.
   */
  readonly isRequiredInWorker: boolean;
  /** The only mode of the GPU host in which it means anything; absent, it does in both. */
  readonly gpuHostMode: 'external' | undefined;
}

interface Row<K extends string, T> {
  readonly key: K;
  readonly kind: Kind<T>;
  readonly default?: string;
  readonly description: string;
  /** Only where the kind's own example would be a poor one here. */
  readonly example?: string;
  readonly env?: string;
  /** Where other parts must be told the same: a worker that guesses would use other data. */
  readonly isRequiredInWorker?: boolean;
  readonly gpuHostMode?: 'external';
}

/** A setting with a default has a value in every stack; one without may be absent. */
export function setting<const K extends string, T>(
  row: Row<K, T> & { readonly default: string },
): Setting<K, T>;
export function setting<const K extends string, T>(row: Row<K, T>): Setting<K, T | undefined>;
export function setting<K extends string, T>(row: Row<K, T>): Setting<K, T | undefined> {
  return {
    key: row.key,
    kind: row.kind as Kind<Exclude<T, undefined>>,
    default: row.default,
    description: row.description,
    example: row.example ?? row.kind.example,
    env: row.env,
    isRequiredInWorker: row.isRequiredInWorker ?? false,
    gpuHostMode: row.gpuHostMode,
  };
}
