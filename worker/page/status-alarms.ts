import type { Alarm, Alarms } from '../operator/alarms.ts';
import type { StackStatus } from '../operator/status.ts';
import { badge, foreign, table, time, timeWithAge } from './elements.ts';
import { html } from './html.ts';
import type { Html, Part } from './html.ts';
import { runbookLink } from './runbook.ts';

/** What the stack's own Alertmanager knows of; nothing where it has none. */
export function listAlarms({ alarms, unknown }: StackStatus): Html | undefined {
  if (alarms !== null) return frame(describeAlarms(alarms));
  const isAway = unknown.some(({ part }) => part === 'alarms');
  return isAway ? frame(html`<p class="soft">Not known.</p>`) : undefined;
}

function frame(content: Part): Html {
  return html`<section aria-labelledby="alarms">
    <h2 id="alarms">Alarms</h2>
    ${content}
  </section>`;
}

function describeAlarms({ items, silences }: Alarms): Part {
  return [
    items.length === 0
      ? html`<p class="soft">No alarm fires.</p>`
      : table<Alarm>(
          'As Alertmanager has them',
          [
            { title: 'Alarm', cell: describeAlarm },
            { title: 'Receivers', cell: describeTelling },
            { title: 'Since', kind: 'wide', cell: ({ since }) => timeWithAge(since) },
          ],
          items,
        ),
    silences.map(
      ({ comment, until }) =>
        html`<p>${badge('silence', 'warn')} until ${time(until)}: ${foreign(comment)}</p>`,
    ),
  ];
}

function describeAlarm({ name, severity, summary }: Alarm): Part {
  const tone = severity === 'critical' ? 'bad' : 'warn';
  return html`${runbookLink(name)} ${badge(severity, tone)}
    <span class="under">${foreign(summary)}</span>`;
}

function describeTelling({ told, silencedUntil }: Alarm): Part {
  if (told === 'follows') return html`not told: it follows from another`;
  if (told === 'yes') return 'are told';
  return html`${badge('silenced', 'warn')}${
    silencedUntil !== null && html`<span class="under">until ${time(silencedUntil)}</span>`
  }`;
}
