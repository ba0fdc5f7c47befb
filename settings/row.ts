import type { Kind } from './kinds.ts';

/** One setting of a stack. */
export interface Row<T> {
  readonly kind: Kind<Exclude<T, undefined>>;
  /** As it would be configured; absent when the setting may be left out for good. */
  readonly default: string | undefined;
  /** One sentence without a full stop. */
  readonly about: string;
  /** As it would be configured; of the row's own kind and range. */
  readonly example: string;
  /** The variable that carries it into the worker; absent when no worker needs it. */
  readonly env: string | undefined;
}

type More = Partial<Pick<Row<unknown>, 'example' | 'env'>>;

export function required<T>(
  kind: Kind<T>,
  fallback: string,
  about: string,
  { example = kind.example, env }: More = {},
): Row<T> {
  return { kind: kind as Kind<Exclude<T, undefined>>, default: fallback, about, example, env };
}

export function optional<T>(
  kind: Kind<T>,
  about: string,
  { example = kind.example, env }: More = {},
): Row<T | undefined> {
  return { kind: kind as Kind<Exclude<T, undefined>>, default: undefined, about, example, env };
}
