import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { SeparateEngine } from '../../offline/engine/engine.ts';

const exec = promisify(execFile);

/** A second Docker engine, which a test may stop and start, other than the machine's first. */
export class Engine extends SeparateEngine {
  /** As a reboot does: every container is stopped, and its restart policy starts it again. */
  async restart(): Promise<void> {
    await this.halt();
    await this.boot();
  }

  /** Copies images from the engine that the tests use. */
  async bring(images: readonly string[]): Promise<void> {
    await exec(
      'sh',
      ['-c', 'docker save "$@" | DOCKER_HOST=$DESTINATION docker load --quiet', 'sh', ...images],
      { env: { ...process.env, DESTINATION: this.environment['DOCKER_HOST'] } },
    );
  }
}
