import type { Counter, Family, FamilyValue, Histogram, LabelValues } from './definition.ts';
import { overflowPart, sumPart, toSeconds } from './tally.ts';
import { totals } from './totals.ts';

/** Labels that are known at run time, by the name of their metric. */
export type KnownLabels = Readonly<Record<string, readonly LabelValues[]>>;

/** Counts of one series by part; a counter has one, without a name. */
type Parts = Map<string, number>;

/**
 * Makes of the hash in Redis what is shown. A series that nobody has counted yet is 0; a field that
 * this release does not know, as a later one may write it, is left out.
 */
export function showTotals(hash: Readonly<Record<string, string>>, known: KnownLabels): Family[] {
  const fields = readFields(hash);
  return totals.map((of) => {
    const series = new Map<string, Parts>();
    for (const labels of [...of.known, ...(known[of.name] ?? [])])
      series.set(JSON.stringify(of.labels.map((label) => labels[label])), new Map());
    for (const { values, part, count } of fields.get(of.name) ?? []) {
      const place = placeOf(of, values, part);
      if (place === undefined) continue;
      const parts = series.get(place.key) ?? new Map<string, number>();
      parts.set(place.part, count);
      series.set(place.key, parts);
    }
    const { name, help, type } = of;
    return {
      name,
      help,
      type,
      values: [...series].flatMap(([key, parts]) => show(of, key, parts)),
    };
  });
}

interface Field {
  /** Those of the labels, but for the last one. */
  readonly values: readonly string[];
  /** Of a histogram its bucket, of a counter the value of its last label. */
  readonly part: string;
  readonly count: number;
}

function readFields(hash: Readonly<Record<string, string>>): Map<string, Field[]> {
  const fields = new Map<string, Field[]>();
  for (const [field, count] of Object.entries(hash)) {
    const [name = '', ...rest] = JSON.parse(field) as string[];
    const known = fields.get(name) ?? [];
    known.push({ values: rest.slice(0, -1), part: rest.at(-1) ?? '', count: Number(count) });
    fields.set(name, known);
  }
  return fields;
}

function placeOf(
  of: Counter | Histogram,
  values: readonly string[],
  part: string,
): { key: string; part: string } | undefined {
  if (of.type === 'counter')
    return values.length + 1 === of.labels.length
      ? { key: JSON.stringify([...values, part]), part: '' }
      : undefined;
  const isKnown = [sumPart, overflowPart, ...of.buckets.map(String)].includes(part);
  return isKnown && values.length === of.labels.length
    ? { key: JSON.stringify(values), part }
    : undefined;
}

function show(of: Counter | Histogram, key: string, parts: Parts): FamilyValue[] {
  const values = JSON.parse(key) as string[];
  const labels = Object.fromEntries(of.labels.map((label, index) => [label, values[index] ?? '']));
  if (of.type === 'counter') return [{ labels, value: parts.get('') ?? 0 }];
  let count = 0;
  const buckets = [...of.buckets.map(String), overflowPart].map((bound): FamilyValue => {
    count += parts.get(bound) ?? 0;
    return { metricName: `${of.name}_bucket`, labels: { ...labels, le: bound }, value: count };
  });
  const sum = toSeconds(parts.get(sumPart) ?? 0);
  return [
    ...buckets,
    { metricName: `${of.name}_sum`, labels, value: sum },
    { metricName: `${of.name}_count`, labels, value: count },
  ];
}
