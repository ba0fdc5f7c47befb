import { jsonOption, stackOption } from './definition.ts';
import type { CommandDefinition } from './definition.ts';

export const alerts = {
  name: 'alerts',
  summary: 'show alarms, try the receivers, or silence everything for a while',
  options: [stackOption, jsonOption],
  subcommands: {
    list: {
      isDefault: true,
      summary: 'show what fires, what is silenced and until when',
      details:
        'What each rule means and what to do: docs/operations.md, "Alarms". A stack whose monitoring ' +
        'is not its own has none.',
      examples: ['./pulse alerts', './pulse alerts --json'],
    },
    test: {
      summary: 'send an alarm to every receiver, and say which took it',
      details:
        'It is called PulseTest and ends by itself within five minutes, of which the receivers are ' +
        'told as well. While they are tried, a minute at most, the heartbeat waits.',
      exitCode1: 'a receiver did not take it, or there is none',
      examples: ['./pulse alerts test --stack prod'],
      marks: ['run by test/deploy/monitoring.test.ts'],
    },
    silence: {
      summary: 'tell nobody of any alarm for a while',
      details:
        'The heartbeat goes on. ./pulse up silences what it restarts by itself. What fires when the ' +
        'time is over is told then.',
      arguments: [{ usage: '<for>', help: 'as 30m, 2h or 3d, a week at most; off ends it' }],
      examples: ['./pulse alerts silence 2h', './pulse alerts silence off'],
    },
  },
} as const satisfies CommandDefinition;
