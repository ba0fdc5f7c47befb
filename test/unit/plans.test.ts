import { expect, test } from 'vitest';

import { formatPlan } from '../pulumi/plan.ts';
import { declareStack, stacks } from '../pulumi/stack.ts';

test('the repository configures the stacks dev, staging and prod', () =>
  expect(stacks).toEqual(expect.arrayContaining(['dev', 'prod', 'staging'])));

/**
 * When a component changes, the difference shows what it does to each stack. Review it, then write
 * the plans again with `npm run plans`.
 */
test.each(['dev', 'staging', 'prod'])(
  'stack %s declares exactly what test/plans shows (written by npm run plans)',
  async (stack) => {
    await expect(formatPlan(stack, await declareStack(stack))).toMatchFileSnapshot(
      `../plans/${stack}.txt`,
    );
  },
);

test('the plan of prod shows no generated secret', async () => {
  expect(formatPlan('prod', await declareStack('prod'))).not.toContain('made-for-');
});
