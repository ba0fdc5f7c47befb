import { scaleLinear, scaleTime } from 'd3-scale';
import { area, curveStepAfter } from 'd3-shape';

import type { QueuePoint } from '../queue/history.ts';
import { count, table, time } from './elements.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';

const width = 560;
const height = 170;
const inner = { left: 60, right: 12, top: 12, bottom: 32 };
/** Rows of the table below: of a sample every 15 s each tenth would do, of minutes each third. */
const mostRows = 20;

export interface Chart {
  readonly title: string;
  /** Oldest first. */
  readonly points: readonly QueuePoint[];
}

/** Both queues in the last hour, as a drawing and, for whoever does not see it, as numbers. */
export function drawChart({ title, points }: Chart): Html {
  if (points.length < 2)
    return html`<figure>
      <figcaption>${title}</figcaption>
      <p class="soft">Too few samples yet.</p>
    </figure>`;
  const most = Math.max(
    1,
    ...points.map(([, indexing, embedding]) => Math.max(indexing, embedding)),
  );
  return html`<figure>
    <figcaption>${title}</figcaption>
    ${drawAreas(title, points, most)}
    <p class="small">
      <span class="key" aria-hidden="true"></span>indexing
      <span class="key second" aria-hidden="true"></span>embedding
    </p>
    <details>
      <summary>Numbers</summary>
      ${listNumbers(title, points)}
    </details>
  </figure>`;
}

function drawAreas(title: string, points: readonly QueuePoint[], most: number): Html {
  const [first] = points[0] as QueuePoint;
  const [last] = points.at(-1) as QueuePoint;
  const x = scaleTime([first * 1_000, last * 1_000], [inner.left, width - inner.right]);
  const y = scaleLinear([0, most], [height - inner.bottom, inner.top]).nice(3);
  const bottom = height - inner.bottom;
  const pathOf = (column: 1 | 2): string =>
    area<QueuePoint>(
      ([atSeconds]) => x(atSeconds * 1_000),
      bottom,
      (point) => y(point[column]),
    ).curve(curveStepAfter)([...points]) ?? '';
  const rows = y.ticks(3).filter((value) => Number.isInteger(value));
  const minutes = Math.round((last - first) / 60);
  return html`<svg
    class="chart"
    viewBox="0 0 ${width} ${height}"
    role="img"
    aria-label="${describe(title, points)}"
  >
    ${rows.map(
      (value) =>
        html`<line
            class="grid"
            x1="${inner.left}"
            x2="${width - inner.right}"
            y1="${y(value)}"
            y2="${y(value)}"
          />
          <text x="${inner.left - 6}" y="${y(value) + 4}" text-anchor="end">${count(value)}</text>`,
    )}
    <path class="first" d="${pathOf(1)}" />
    <path class="second" d="${pathOf(2)}" />
    <text x="${inner.left}" y="${height - 8}">${minutes} min ago</text>
    <text x="${width - inner.right}" y="${height - 8}" text-anchor="end">now</text>
  </svg>`;
}

function describe(title: string, points: readonly QueuePoint[]): string {
  const [, indexing, embedding] = points.at(-1) as QueuePoint;
  const most = (column: 1 | 2): number => Math.max(...points.map((point) => point[column]));
  return (
    `${title}. Indexing: at most ${most(1)}, now ${indexing}. ` +
    `Embedding: at most ${most(2)}, now ${embedding}.`
  );
}

function listNumbers(title: string, points: readonly QueuePoint[]): Html {
  const step = Math.ceil(points.length / mostRows);
  const shown = points.toReversed().filter((_, index) => index % step === 0);
  return table<QueuePoint>(
    step === 1 ? title : `${title}, one of ${step} samples`,
    [
      { title: 'At', cell: ([atSeconds]) => time(new Date(atSeconds * 1_000)) },
      { title: 'Indexing', kind: 'number', cell: ([, indexing]) => count(indexing) },
      { title: 'Embedding', kind: 'number', cell: ([, , embedding]) => count(embedding) },
    ],
    shown,
  );
}
