import type { RunnableCommand } from '../shared/commands/build.ts';
import { alerts } from './commands/alerts.ts';
import { api } from './commands/api.ts';
import { backup } from './commands/backup.ts';
import { config } from './commands/config.ts';
import { remove } from './commands/delete.ts';
import { doctor } from './commands/doctor.ts';
import { down } from './commands/down.ts';
import { env } from './commands/env.ts';
import { explain } from './commands/explain.ts';
import { indexDocuments } from './commands/index-documents.ts';
import { logs } from './commands/logs.ts';
import { moveData } from './commands/move-data.ts';
import { preview } from './commands/preview.ts';
import { releases, rollback } from './commands/releases.ts';
import { restore } from './commands/restore.ts';
import { search } from './commands/search.ts';
import { senders } from './commands/senders.ts';
import { status } from './commands/status.ts';
import { test } from './commands/test.ts';
import { uninstall } from './commands/uninstall.ts';
import { up } from './commands/up.ts';
import { verify } from './commands/verify.ts';
import { version } from './commands/version.ts';
import {
  audit,
  crawls,
  keywords,
  list,
  queue,
  reindex,
  retention,
  schedule,
} from './commands/worker.ts';

/** All commands of `./pulse`, in the order in which its help and docs/commands.md list them. */
export const commands: readonly RunnableCommand[] = [
  up,
  preview,
  releases,
  rollback,
  status,
  logs,
  verify,
  indexDocuments,
  list,
  remove,
  queue,
  crawls,
  search,
  reindex,
  audit,
  keywords,
  retention,
  schedule,
  backup,
  restore,
  alerts,
  api,
  senders,
  config,
  explain,
  doctor,
  version,
  env,
  test,
  moveData,
  down,
  uninstall,
];
