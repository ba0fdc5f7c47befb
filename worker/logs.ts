import { pino } from 'pino';
import type { Logger, LogFn } from 'pino';

import { codes } from '../shared/codes.ts';
import type { Code } from '../shared/codes.ts';
import { isCode } from '../shared/explain.ts';
import { redact } from '../shared/redaction.ts';

export type { Logger };

const levels = { DEBUG: 'debug', INFO: 'info', WARNING: 'warn', ERROR: 'error' } as const;
const warn = pino.levels.values['warn'] as number;
/** The same trouble calls for somebody once in this time, and is a line like any other in between. */
const onceInMs = 60_000;

/**
 * One JSON line an event, on stderr, so that a command's stdout stays its answer. A line at `warn`
 * or above is one that a person can act on: it carries `alert: true`, a code of the catalogue and
 * what to check, and comes once a minute at most (the same trouble in between is `info`), so that
 * an alert can match it.
 *
 * @param secrets never appear in a line, nor does any password inside a URL
 */
export function createLogger(
  level: keyof typeof levels,
  worker: string,
  secrets: readonly string[] = [],
  write = toStderr(),
): Logger {
  return pino(
    {
      level: levels[level],
      base: { worker },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: [
          '*.password',
          'password',
          '*.apiKey',
          'apiKey',
          '*.databaseUrl',
          '*.redisUrl',
          'databaseUrl',
          'redisUrl',
        ],
        censor: '[secret]',
      },
      serializers: {
        err: (error: Error & { code?: string }) => ({
          name: error.name,
          code: error.code,
          message: error.message,
          stack: error.stack,
        }),
      },
      hooks: {
        logMethod: alerting(),
        streamWrite: (line) => withoutPasswords(redact(secrets, line)),
      },
    },
    { write },
  );
}

function toStderr(): (line: string) => void {
  const destination = pino.destination({ fd: 2, sync: true });
  return (line) => void destination.write(line);
}

function alerting(): (this: Logger, args: Parameters<LogFn>, method: LogFn, level: number) => void {
  const toldAtMs = new Map<string, number>();
  return function (args, method, level) {
    if (level < warn) return method.apply(this, args);
    const [about, message] = (typeof args[0] === 'object'
      ? args
      : [{}, ...(args as unknown[])]) as unknown as [
      { code?: unknown; err?: { code?: unknown } },
      string,
    ];
    const code = codeOf(about);
    const told = toldAtMs.get(`${code} ${message}`) ?? -Infinity;
    if (performance.now() - told < onceInMs) return this.info(about, message);
    toldAtMs.set(`${code} ${message}`, performance.now());
    return method.apply(this, [{ ...about, alert: true, code, check: codes[code].check }, message]);
  };
}

function codeOf({ code, err }: { code?: unknown; err?: { code?: unknown } }): Code {
  return [code, err?.code].map(String).find(isCode) ?? 'WORKER_ERROR';
}

function withoutPasswords(text: string): string {
  return text.replaceAll(/(\w+:\/\/[^:/\s"]*):[^@\s"]+@/g, '$1:[secret]@');
}
