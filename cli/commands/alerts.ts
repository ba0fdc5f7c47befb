import { alerts as definition } from '../../shared/commands/alerts.ts';
import type { RunnableCommand } from '../../shared/commands/build.ts';
import type { InputOf } from '../../shared/commands/input.ts';
import { formatTable } from '../../shared/table.ts';
import {
  addSilence,
  endSilence,
  readAlerts,
  readSilences,
  requireAlertmanager,
} from '../alerts/alertmanager.ts';
import type { Alert } from '../alerts/alertmanager.ts';
import { testReceivers } from '../alerts/test-receivers.ts';
import { end, onKnownStack, print } from '../command.ts';
import { readStackSettings } from '../deployment/settings.ts';
import { UsageError } from '../errors.ts';

type Common = { readonly stack: string; readonly json: boolean };
type Silencing = InputOf<typeof definition.subcommands.silence> & Common;

export const alerts: RunnableCommand = {
  definition,
  run: {
    list: onKnownStack(async (input) => list(input as Common)),
    test: onKnownStack(async (input) => tryReceivers(input as Common)),
    silence: onKnownStack(async (input) => silence(input as Silencing)),
  },
};

/** The comment by which `silence off` knows its own. */
const comment = './pulse alerts silence';
/** All but the sign of life. */
const everything = 'severity=~"critical|warning"';
const longestMs = 7 * 86_400_000;

/** The sign of life fires always, and is no alarm. */
const isAlarm = ({ labels }: Alert): boolean => labels['severity'] !== 'none';

async function list({ stack, json }: Common): Promise<void> {
  const container = await requireAlertmanager(stack);
  const [found, silences] = await Promise.all([readAlerts(container), readSilences(container)]);
  const firing = found.filter(isAlarm).map((alert) => ({
    alarm: alert.labels['alertname'] ?? '',
    severity: alert.labels['severity'] ?? '',
    since: alert.startsAt,
    told: describeTelling(alert),
    summary: alert.annotations['summary'] ?? '',
    runbook: alert.annotations['runbook'] ?? '',
  }));
  const silenced = silences.map(({ comment: why, endsAt: until }) => ({ silence: why, until }));
  if (json) return print(JSON.stringify({ stack, alarms: firing, silences: silenced }));
  const tables = [firing, silenced].filter((rows) => rows.length > 0).map(formatTable);
  print([...tables, describeCount(stack, firing.length)].join('\n\n'));
}

/** What follows from another alarm is told by that one alone. */
function describeTelling({ status }: Alert): string {
  if (status.silencedBy.length > 0) return 'silenced';
  return status.inhibitedBy.length > 0 ? 'follows' : 'yes';
}

function describeCount(stack: string, count: number): string {
  return count === 0
    ? `No alarm of stack ${stack} fires.`
    : 'What to do: docs/operations.md, "Alarms", has a section for each.';
}

async function tryReceivers({ stack, json }: Common): Promise<void> {
  const container = await requireAlertmanager(stack);
  const tried = await testReceivers(container, await readStackSettings(stack));
  const ok = tried.length > 0 && tried.every((one) => one.ok);
  if (json) print(JSON.stringify({ stack, ok, receivers: tried }));
  else if (tried.length > 0) print(formatTable(tried));
  else print(`Stack ${stack} has no receiver: docs/monitoring.md, "Receivers".`);
  if (!ok && tried.length > 0 && !json)
    print(`Why one did not take it: ./pulse logs alertmanager --stack ${stack}`);
  end(ok ? 0 : 1);
}

async function silence({ stack, json, for: wanted }: Silencing): Promise<void> {
  const isOff = wanted === 'off';
  if (!isOff) refuseOtherDuration(wanted);
  const container = await requireAlertmanager(stack);
  const before = (await readSilences(container)).filter((one) => one.comment === comment);
  for (const { id } of before) await endSilence(container, id);
  if (!isOff) await addSilence(container, everything, wanted, comment);
  const own = (await readSilences(container)).find((one) => one.comment === comment);
  const until = own?.endsAt ?? null;
  if (json) print(JSON.stringify({ stack, silencedUntil: until }));
  else print(until === null ? 'Alarms are told.' : `No alarm is told until ${until}.`);
}

function refuseOtherDuration(text: string): void {
  const [, number = '', unit = ''] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 }[unit] ?? 0;
  const wantedMs = Number(number) * unitMs;
  if (wantedMs === 0 || wantedMs > longestMs)
    throw new UsageError(
      `'${text}' is no time to be silent`,
      'a number of minutes, hours or days, a week at most: ./pulse alerts silence 2h',
    );
}
