/** What two sides measured in pairs of runs, row by row: medians, ratios and their spread. */
import { formatTable } from '../shared/table.ts';
import { median } from './median.ts';
import { describeMachine } from './row.ts';
import type { Row } from './row.ts';

/** The rows of one run of each side, one right after the other. */
export interface Pair {
  readonly own: readonly Row[];
  readonly other: readonly Row[];
}

/** One row that both sides have, over all pairs. */
interface Compared {
  readonly measured: string;
  readonly unit: string;
  /** Medians of each side. */
  readonly other: number;
  readonly own: number;
  /** Own value divided by the other's: the median of all pairs, the least and the greatest. */
  readonly ratio: number;
  readonly lowest: number;
  readonly highest: number;
}

export interface Comparison {
  readonly pairs: number;
  readonly compared: readonly Compared[];
  /** Rows that cannot be compared: one side alone has them, or in this unit. */
  readonly ownOnly: readonly string[];
  readonly otherOnly: readonly string[];
}

/** Names of the two sides, as they stand above their columns. */
export interface Sides {
  readonly own: string;
  readonly other: string;
}

/** One number of one run. */
interface Measurement {
  readonly measured: string;
  readonly value: number;
  readonly unit: string;
}

/** @param pairs at least one; a row counts when every run of both sides has it in one unit */
export function comparePairs(pairs: readonly Pair[]): Comparison {
  const own = pairs.map((pair) => readMeasurements(pair.own));
  const other = pairs.map((pair) => readMeasurements(pair.other));
  const everywhere = (key: string): boolean => [...own, ...other].every((run) => run.has(key));
  return {
    pairs: pairs.length,
    compared: [...(own[0] ?? [])]
      .filter(([key]) => everywhere(key))
      .map(([key, { measured, unit }]) => ({
        measured,
        unit,
        ...compareValues(valuesOf(own, key), valuesOf(other, key)),
      })),
    ownOnly: labelsOf(own, everywhere),
    otherOnly: labelsOf(other, everywhere),
  };
}

function compareValues(
  own: readonly number[],
  other: readonly number[],
): Omit<Compared, 'measured' | 'unit'> {
  const ratios = own.map((value, pair) => divide(value, other[pair] ?? Number.NaN));
  return {
    other: median(other),
    own: median(own),
    ratio: median(ratios),
    lowest: Math.min(...ratios),
    highest: Math.max(...ratios),
  };
}

/** Two values too small to be seen are equal. */
function divide(own: number, other: number): number {
  return own === other ? 1 : own / other;
}

/** Measurements by name and unit, in the order of the rows. */
function readMeasurements(rows: readonly Row[]): ReadonlyMap<string, Measurement> {
  return new Map(
    rows
      .flatMap(({ measured, is, processorTime }) => [
        parseMeasurement(measured, is),
        parseMeasurement(`${measured}: processor time`, processorTime ?? ''),
      ])
      .filter((one) => one !== undefined)
      .map((one) => [`${one.measured}\0${one.unit}`, one]),
  );
}

/** @param text number and unit, as `4.5 ms`; `undefined` is returned for a text without a number */
export function parseMeasurement(measured: string, text: string): Measurement | undefined {
  const [, digits, unit] = /^(\d[\d,]*(?:\.\d+)?)\s*(.*)$/.exec(text) ?? [];
  if (digits === undefined || unit === undefined) return undefined;
  return { measured, value: Number(digits.replaceAll(',', '')), unit };
}

function valuesOf(runs: readonly ReadonlyMap<string, Measurement>[], key: string): number[] {
  return runs.map((run) => run.get(key)?.value ?? Number.NaN);
}

function labelsOf(
  runs: readonly ReadonlyMap<string, Measurement>[],
  isCompared: (key: string) => boolean,
): string[] {
  const rest = runs.flatMap((run) => [...run]).filter(([key]) => !isCompared(key));
  return [...new Set(rest.map(([, { measured, unit }]) => `${measured} (${unit})`))];
}

/** Prints a comparison with the machine; a side's name stands above its column. */
export function formatComparison(
  comparison: Comparison,
  sides: Sides,
  { json }: { readonly json: boolean },
): string {
  const { pairs, compared, ownOnly, otherOnly } = comparison;
  if (json)
    return JSON.stringify({
      machine: describeMachine(),
      at: new Date().toISOString(),
      sides,
      ...comparison,
    });
  const table = compared.map(({ measured, unit, own, other, ratio, lowest, highest }) => ({
    measured,
    [sides.other]: `${formatValue(other)} ${unit}`,
    [sides.own]: `${formatValue(own)} ${unit}`,
    ratio: ratio.toFixed(2),
    lowest: lowest.toFixed(2),
    highest: highest.toFixed(2),
  }));
  const runs = pairs === 1 ? '1 pair of runs: no spread' : `${pairs} pairs of runs, medians`;
  return [
    `${describeMachine()}\n${runs}; ratio: ${sides.own} divided by ${sides.other}\n`,
    formatTable(table),
    ...listOnly(sides.own, ownOnly),
    ...listOnly(sides.other, otherOnly),
  ].join('\n');
}

function formatValue(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function listOnly(side: string, labels: readonly string[]): string[] {
  return labels.length === 0
    ? []
    : [`\nnot compared, ${side} alone:`, ...labels.map((label) => `  ${label}`)];
}
