/** Numbers, sizes and times. */
import { kind } from './kind.ts';
import type { Kind } from './kind.ts';

export function integer(least: number, most: number): Kind<number> {
  return kind(
    'whole number',
    String(Math.max(least, Math.min(2, most))),
    (text) => {
      const value = Number(text);
      if (!/^-?\d+$/.test(text)) return { problem: 'not a whole number' };
      if (value < least || value > most) return { problem: `outside ${least}..${most}` };
      return { value };
    },
    { range: `${least}..${most}`, workerSchema: `integer(${least}, ${most})` },
  );
}

export const port: Kind<number> = { ...integer(1, 65_535), name: 'port', example: '50105' };

const mebibytesOf: Record<string, number> = { MiB: 1, GiB: 1024 };

/** A size as `512MiB` or `4GiB`; the value is in MiB, the unit of the Docker provider. */
export function mebibytes(least: number): Kind<number> {
  return kind(
    'size in MiB or GiB',
    '512MiB',
    (text) => {
      const match = /^(\d+)(MiB|GiB)$/.exec(text);
      if (match === null) return { problem: 'not a size; a whole number with MiB or GiB is' };
      const value = Number(match[1]) * (mebibytesOf[match[2] as string] as number);
      return value < least ? { problem: `below ${least}MiB, too little to run` } : { value };
    },
    { range: `${least}MiB or more` },
  );
}

/**
 * CPUs as the engine reports them: `2.0`, `0.5`. Any other form would show as a change on every
 * preview.
 */
export const cpus: Kind<string> = kind(
  'CPUs',
  '1.5',
  (text) => {
    const value = Number(text);
    if (!/^\d+(\.\d+)?$/.test(text) || value <= 0)
      return { problem: 'not a positive number of CPUs' };
    if (value >= 10)
      return {
        problem: 'at least 10, which the Docker provider reports back wrongly; use less than 10',
      };
    return { value: Number.isInteger(value) ? value.toFixed(1) : String(value) };
  },
  { range: 'above 0, below 10' },
);

const secondsOf: Record<string, number> = { s: 1, m: 60, h: 3600 };

/** `30s`, `10m`, `1h`; the value is in seconds. */
export const duration: Kind<number> = kind(
  'duration in s, m or h',
  '30s',
  (text) => {
    const match = /^(\d+)([smh])$/.exec(text);
    if (match === null || Number(match[1]) === 0)
      return { problem: 'not a duration; a whole number with s, m or h is' };
    return { value: Number(match[1]) * (secondsOf[match[2] as string] as number) };
  },
  { range: '1s or more', format: (seconds) => `${seconds}s`, workerSchema: 'duration' },
);

/** A duration of at least a minute; `off` for never. */
export const interval: Kind<number | 'off'> = kind<number | 'off'>(
  'duration in s, m or h, or off',
  '15m',
  (text) => {
    if (text === 'off') return { value: text };
    const parsed = duration.parse(text);
    if ('problem' in parsed) return { problem: `${parsed.problem}, and so is off` };
    return parsed.value < 60 ? { problem: 'below 1m' } : parsed;
  },
  { range: '1m or more', format: (value) => (value === 'off' ? value : `${value}s`) },
);

/** No calendar of Postgres ends before so many days, and no stack is older. */
const mostDays = 36_500;

/** `30d`; the value is in days. */
export const days: Kind<number> = kind(
  'days',
  '30d',
  (text) => {
    const value = Number(/^(\d+)d$/.exec(text)?.[1]);
    if (Number.isNaN(value)) return { problem: 'not a number of days such as 30d' };
    if (value < 1 || value > mostDays) return { problem: `outside 1d..${mostDays}d` };
    return { value };
  },
  { range: `1d..${mostDays}d`, format: (value) => `${value}d`, workerSchema: 'days' },
);
