import type { Hop } from '../../healthchecks/hops.ts';
import type { Check } from '../../healthchecks/probe.ts';
import type { CanaryStatus } from '../operator/status.ts';
import {
  badge,
  codeLink,
  duration,
  milliseconds,
  quote,
  table,
  time,
  timeWithAge,
} from './elements.ts';
import { html } from './html.ts';
import type { Html, Part } from './html.ts';

/** The document that was sent through everything last, and how long each step took. */
export function describeCanary(canary: CanaryStatus | null): Html {
  const heading = html`<h2 id="canary">Canary</h2>`;
  if (canary === null)
    return html`<section aria-labelledby="canary">
      ${heading}
      <p class="soft">None was sent yet.</p>
    </section>`;
  const { state, found, ranAt, passedAt, nextAt, hops, away, intervalSeconds } = canary;
  return html`<section aria-labelledby="canary">
    ${heading}
    <p>
      ${badge(state, state === 'done' ? 'good' : 'none')}
      ${found !== null && html`found ${found}, `}${passedAt !== null && timeWithAge(passedAt)}
    </p>
    ${away.length > 0 && html`<p>Away: ${away.join(' and ')}</p>`}
    ${hops.length > 0 && listHops(hops, ranAt)}
    <p class="soft small">
      ${
        intervalSeconds === null
          ? 'None is sent by the clock.'
          : html`One is sent every
            ${duration(intervalSeconds)}${nextAt !== null && html`, the next ${timeWithAge(nextAt)}`}.`
      }
    </p>
  </section>`;
}

function listHops(hops: readonly Hop[], ranAt: Date | string | null): Html {
  return table<Hop>(
    ranAt === null ? 'Its steps' : html`Its steps at ${time(ranAt)}`,
    [
      { title: 'Step', cell: ({ name }) => name },
      { title: 'Result', cell: describeResult },
      { title: 'Time', kind: 'number', cell: ({ latencyMs }) => milliseconds(latencyMs) },
    ],
    hops,
  );
}

/** Every service, as it was asked from inside. */
export function listChecks(checks: readonly Check[]): Html {
  return html`<section aria-labelledby="services">
    <h2 id="services">Services</h2>
    ${table<Check>(
      'Each asked for the property that matters',
      [
        { title: 'Service', cell: ({ name }) => name },
        { title: 'Result', cell: describeResult },
        { title: 'Time', kind: 'number', cell: ({ latencyMs }) => milliseconds(latencyMs) },
        {
          title: 'Seen',
          kind: 'wide',
          cell: ({ evidence, target }) =>
            html`<bdi>${evidence}</bdi><span class="under"><bdi>${target}</bdi></span>`,
        },
      ],
      checks,
    )}
  </section>`;
}

function describeResult({ ok, code, problem }: Pick<Check, 'ok' | 'code' | 'problem'>): Part {
  if (ok) return badge('ok', 'good');
  return html`${badge('failed', 'bad')}
  ${code !== null && codeLink(code)}${
    problem !== null && html`<div class="under">${quote(problem)}</div>`
  }`;
}
