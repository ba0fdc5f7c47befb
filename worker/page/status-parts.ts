import type { StackStatus } from '../operator/status.ts';
import type { VolumeUse } from '../operator/volumes.ts';
import type { ListedWorker } from '../operator/workers.ts';
import { badge, bytes, count, notice, table, timeWithAge, foreign } from './elements.ts';
import { html } from './html.ts';
import type { Html, Part } from './html.ts';

const MiB = 2 ** 20;
/** A worker above this share of its limit is close to being killed. */
const highShare = 0.9;

/** The workers that are alive, with their memory against its limit. */
export function listWorkers(workers: StackStatus['workers']): Html {
  const heading = html`<h2 id="workers">Workers</h2>`;
  if (workers === null)
    return html`<section aria-labelledby="workers">
      ${heading}
      <p class="soft">Not known.</p>
    </section>`;
  const { expected, items } = workers;
  const isShort = expected !== null && items.length < expected;
  return html`<section aria-labelledby="workers">
    ${heading} ${isShort && notice('warn', html`<p>${items.length} of ${expected} are alive.</p>`)}
    ${
      items.length === 0
        ? html`<p class="soft">None is alive.</p>`
        : table<ListedWorker>(
            expected === null ? 'Alive' : `${count(items.length)} of ${count(expected)} alive`,
            [
              { title: 'Worker', cell: ({ name }) => foreign(name) },
              { title: 'State', cell: describeWork },
              {
                title: 'In hand',
                kind: 'wide number',
                cell: ({ active }) => active.indexing + active.embedding,
              },
              { title: 'Memory', cell: describeMemory },
              { title: 'Started', kind: 'wide', cell: describeStarts },
            ],
            items,
          )
    }
  </section>`;
}

function describeWork({ consuming, holdsBack }: ListedWorker): Part {
  if (!consuming) return badge('takes no jobs', 'bad');
  return holdsBack.length === 0
    ? badge('takes jobs', 'good')
    : html`${badge('holds back', 'warn')}<span class="under">${holdsBack.join(', ')}</span>`;
}

function describeMemory({ name, memoryMiB, memoryLimitMiB }: ListedWorker): Part {
  if (memoryLimitMiB === null)
    return html`${bytes(memoryMiB * MiB)}<span class="under">no limit</span>`;
  const isHigh = memoryMiB > memoryLimitMiB * highShare;
  return html`<meter
      min="0"
      max="${memoryLimitMiB}"
      high="${memoryLimitMiB * highShare}"
      value="${memoryMiB}"
      aria-label="Memory of ${name}"
    ></meter>
    <span class="under"
      >${bytes(memoryMiB * MiB)} of ${bytes(memoryLimitMiB * MiB)}
      ${isHigh && badge('high', 'warn')}</span
    >`;
}

function describeStarts({ startedAt, starts15m }: ListedWorker): Html {
  return html`${timeWithAge(startedAt)}${
    starts15m > 2 &&
    html`<span class="under">${badge(`${starts15m} starts in 15 minutes`, 'bad')}</span>`
  }`;
}

/** What each volume has free, of the file system under it. */
export function listVolumes(volumes: readonly VolumeUse[] | null): Html {
  return html`<section aria-labelledby="volumes">
    <h2 id="volumes">Volumes</h2>
    ${
      volumes === null
        ? html`<p class="soft">Not known.</p>`
        : table<VolumeUse>(
            'Of the file system under each, as this replica sees it',
            [
              { title: 'Volume', cell: ({ volume }) => volume },
              {
                title: 'Used',
                cell: ({ volume, sizeBytes, freeBytes }) =>
                  html`<meter
                    min="0"
                    max="${sizeBytes}"
                    high="${sizeBytes * highShare}"
                    value="${sizeBytes - freeBytes}"
                    aria-label="Use of the volume ${volume}"
                  ></meter>`,
              },
              {
                title: 'Free',
                kind: 'number',
                cell: ({ sizeBytes, freeBytes }) => `${bytes(freeBytes)} of ${bytes(sizeBytes)}`,
              },
            ],
            volumes,
          )
    }
  </section>`;
}
