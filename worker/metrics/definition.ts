/** A metric: its name, what it says, and what it is split by. */
interface Metric<Label extends string> {
  readonly name: string;
  /** One line, the HELP of the text format. */
  readonly help: string;
  readonly labels: readonly Label[];
}

export type LabelValues<Label extends string = string> = Readonly<Record<Label, string>>;

interface Total<Label extends string> extends Metric<Label> {
  /**
   * Values that are known before anything is counted. They begin at 0: Prometheus sees no increase
   * in a series whose first value is 1.
   */
  readonly known: readonly LabelValues<Label>[];
}

export interface Counter<Label extends string = string> extends Total<Label> {
  readonly type: 'counter';
}

/** How long something took. */
export interface Histogram<Label extends string = string> extends Total<Label> {
  readonly type: 'histogram';
  /** Upper bounds in seconds, ascending. */
  readonly buckets: readonly number[];
}

export interface Gauge<Label extends string = string> extends Metric<Label> {
  readonly type: 'gauge';
}

/** A value of a gauge at one moment. */
export interface Sample {
  readonly gauge: Gauge;
  readonly labels: LabelValues;
  readonly value: number;
}

/** A metric with its values, as prom-client writes them. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly values: readonly FamilyValue[];
}

export interface FamilyValue {
  /** Where it is not that of the family: a part of a histogram. */
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

export function gauge<Label extends string = never>(
  name: string,
  help: string,
  labels: readonly Label[] = [],
): Gauge<Label> {
  return { type: 'gauge', name, help, labels };
}

/** @returns one value of a gauge */
export function sample<Label extends string>(
  of: Gauge<Label>,
  value: number,
  labels: LabelValues<Label>,
): Sample {
  return { gauge: of, labels, value };
}

/** @returns every combination of one value of each label */
export function combine<Label extends string>(
  values: Readonly<Record<Label, readonly string[]>>,
): LabelValues<Label>[] {
  return Object.entries<readonly string[]>(values).reduce<Record<string, string>[]>(
    (combined, [label, each]) =>
      combined.flatMap((labels) => each.map((value) => ({ ...labels, [label]: value }))),
    [{}],
  ) as LabelValues<Label>[];
}
