import { z } from 'zod';

import { fetchJson } from '../../shared/http.ts';
import { describeError, PulseError } from '../errors.ts';

/** What Alertmanager knows of. Its fields are JSON output. */
export interface Alarms {
  readonly items: readonly Alarm[];
  /** Those that hold now, also while nothing fires that they silence. */
  readonly silences: readonly { readonly comment: string; readonly until: string }[];
}

export interface Alarm {
  readonly name: string;
  readonly severity: string;
  readonly summary: string;
  readonly since: string;
  /** `follows`: another alarm is the cause, and is told alone. */
  readonly told: 'yes' | 'silenced' | 'follows';
  /** When the last of its silences ends. */
  readonly silencedUntil: string | null;
}

const limitMs = 2_000;
/** There are some 30 rules. */
const mostShown = 100;
/** All but the sign of life. */
const filter = encodeURIComponent('severity=~"critical|warning"');

const text = z.string().default('');
const moment = z.iso.datetime({ offset: true });
const alertsSchema = z.array(
  z.object({
    labels: z.object({ alertname: text, severity: text }),
    annotations: z.object({ summary: text }),
    startsAt: moment,
    status: z.object({ silencedBy: z.array(z.string()), inhibitedBy: z.array(z.string()) }),
  }),
);
const silencesSchema = z.array(
  z.object({
    id: z.string(),
    comment: text,
    endsAt: moment,
    status: z.object({ state: z.string() }),
  }),
);
type Alert = z.output<typeof alertsSchema>[number];

/**
 * Asks an Alertmanager, by version 2 of its API, what fires and what is silenced.
 *
 * @throws PulseError ALERTMANAGER_AWAY
 */
export async function readAlarms(url: string): Promise<Alarms> {
  try {
    const signal = AbortSignal.timeout(limitMs);
    const [alerts, all] = await Promise.all([
      fetchJson(url, `/api/v2/alerts?filter=${filter}`, signal).then((one) =>
        alertsSchema.parse(one),
      ),
      fetchJson(url, '/api/v2/silences', signal).then((one) => silencesSchema.parse(one)),
    ]);
    const silences = all.filter(({ status }) => status.state === 'active');
    const ends = new Map(silences.map(({ id, endsAt }) => [id, toMoment(endsAt)]));
    return {
      items: alerts.slice(0, mostShown).map((alert) => describeAlert(alert, ends)),
      silences: silences
        .slice(0, mostShown)
        .map(({ comment, endsAt }) => ({ comment, until: toMoment(endsAt) })),
    };
  } catch (error) {
    throw new PulseError('ALERTMANAGER_AWAY', 'away', describeError(error), error);
  }
}

function describeAlert(alert: Alert, ends: ReadonlyMap<string, string>): Alarm {
  const { labels, annotations, startsAt, status } = alert;
  const until = status.silencedBy.flatMap((id) => ends.get(id) ?? []).sort();
  const follows = status.inhibitedBy.length > 0 ? 'follows' : 'yes';
  return {
    name: labels.alertname,
    severity: labels.severity,
    summary: annotations.summary,
    since: toMoment(startsAt),
    told: status.silencedBy.length > 0 ? 'silenced' : follows,
    silencedUntil: until.at(-1) ?? null,
  };
}

/** It writes times in the zone of its host. */
function toMoment(time: string): string {
  return new Date(time).toISOString();
}
