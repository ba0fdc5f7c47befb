import { defineConfig } from 'vitest/config';

const project = (name: string, testTimeout: number) => ({ test: { name, include: [`test/${name}/**/*.test.ts`], testTimeout, hookTimeout: testTimeout, fileParallelism: name === 'unit' } });

/** Three groups; those that need an engine run one file at a time. */
export default defineConfig({ test: { projects: [project('unit', 20_000), project('integration', 120_000), project('deploy', 600_000)] } });
