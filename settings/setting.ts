import type { Kind } from './kinds.ts';

/** One setting of a stack. */
export interface Setting<T> {
  readonly kind: Kind<Exclude<T, undefined>>;
  /** As it would be configured; absent when the setting may be left out for good. */
  readonly default: string | undefined;
  /** One sentence without a full stop. */
  readonly description: string;
  /** As it would be configured; of the row's own kind and range. */
  readonly example: string;
  /** The variable that carries it into the worker; absent when no worker needs it. */
  readonly env: string | undefined;
}

type SettingOptions = Partial<Pick<Setting<unknown>, 'example' | 'env'>>;

export function required<T>(
  kind: Kind<T>,
  fallback: string,
  description: string,
  { example = kind.example, env }: SettingOptions = {},
): Setting<T> {
  return {
    kind: kind as Kind<Exclude<T, undefined>>,
    default: fallback,
    description,
    example,
    env,
  };
}

export function optional<T>(
  kind: Kind<T>,
  description: string,
  { example = kind.example, env }: SettingOptions = {},
): Setting<T | undefined> {
  return {
    kind: kind as Kind<Exclude<T, undefined>>,
    default: undefined,
    description,
    example,
    env,
  };
}
