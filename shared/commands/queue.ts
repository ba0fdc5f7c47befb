import { jsonOption, stackOption } from './definition.ts';
import type { CommandDefinition } from './definition.ts';

export const queue = {
  name: 'queue',
  summary: 'look at the queues and steer them',
  options: [stackOption, jsonOption],
  subcommands: {
    counts: {
      summary: 'show how many documents are waiting, active, delayed and failed in each queue',
      examples: ['./pulse queue counts'],
    },
    list: {
      summary: 'list documents that are not done, with age and reason',
      arguments: [
        {
          usage: '[state]',
          help: 'only those in this state',
          choices: ['active', 'waiting', 'delayed', 'failed', 'cancelled'],
        },
      ],
      options: [
        {
          flags: '--limit <n>',
          help: 'documents of each state and queue at most',
          kind: 'wholeNumber',
          default: 100,
        },
      ],
      examples: ['./pulse queue list failed', './pulse queue list delayed --json'],
    },
    retry: {
      summary: 'index again what has failed or was cancelled',
      arguments: [
        {
          usage: '[what]',
          help: "all that failed, an error code, or a document's URL or id",
          default: 'all',
        },
      ],
      exitCode1: 'the one document has neither failed nor been cancelled',
      examples: [
        './pulse queue retry',
        './pulse queue retry TEI_TIMEOUT',
        './pulse queue retry https://docs.example.org/page',
      ],
    },
    cancel: {
      summary: 'do not index what is waiting',
      arguments: [{ usage: '<what>', help: "all, or a document's URL or id" }],
      exitCode1: 'the one document is not waiting',
      examples: ['./pulse queue cancel all'],
    },
    pause: {
      summary: 'take no more jobs until resume, also after restarts',
      examples: ['./pulse queue pause'],
    },
    resume: { summary: 'take jobs again', examples: ['./pulse queue resume'] },
    drain: {
      summary: 'pause, and wait until the active jobs are done',
      examples: ['./pulse queue drain'],
    },
    concurrency: {
      summary: 'limit the jobs of each queue that all workers together may work on',
      arguments: [
        {
          usage: '<n>',
          help: "a number; off for no limit; default for the stack's own setting",
        },
      ],
      examples: ['./pulse queue concurrency 16', './pulse queue concurrency default'],
    },
    workers: {
      summary: 'list the workers that are alive and their last heartbeat',
      examples: ['./pulse queue workers'],
    },
    why: {
      summary: 'say in one sentence why nothing moves',
      exitCode1: 'nothing moves although documents wait',
      examples: ['./pulse queue why'],
    },
  },
} as const satisfies CommandDefinition;
