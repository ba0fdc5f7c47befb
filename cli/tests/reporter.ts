/** Vitest's reporter of `./pulse test`: writes what ran, and when, as JSON. */
import { writeFileSync } from 'node:fs';

import type { Reporter, TestModule } from 'vitest/node';

/** Names the file that the reporter writes. */
export const resultsVariable = 'PULSE_TEST_RESULTS';

/** A file of tests that was run. */
export interface TestFile {
  readonly group: string;
  /** Its path from the root of the clone. */
  readonly file: string;
  readonly tests: number;
  /** In milliseconds since 1970; from its import to the end of its last hook. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** How long its import took, which is part of the time above. */
  readonly importMs: number;
}

export interface TestResults {
  readonly passed: number;
  readonly failed: number;
  readonly files: readonly TestFile[];
}

export default class ResultsReporter implements Reporter {
  /** By the id of the file; Vitest makes another object of it once its tests are known. */
  readonly #startedAt = new Map<string, number>();
  readonly #files: TestFile[] = [];

  onTestModuleQueued(module: TestModule): void {
    this.#startedAt.set(module.id, Date.now());
  }

  onTestModuleEnd(module: TestModule): void {
    const endedAt = Date.now();
    this.#files.push({
      group: module.project.name,
      file: module.relativeModuleId,
      tests: [...module.children.allTests()].length,
      startedAt: this.#startedAt.get(module.id) ?? endedAt,
      endedAt,
      importMs: module.diagnostic().collectDuration,
    });
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const states = modules.flatMap((module) =>
      [...module.children.allTests()].map((test) => test.result().state),
    );
    const results: TestResults = {
      passed: states.filter((state) => state === 'passed').length,
      failed: states.filter((state) => state === 'failed').length,
      files: this.#files,
    };
    writeFileSync(process.env[resultsVariable] ?? '', JSON.stringify(results));
  }
}
