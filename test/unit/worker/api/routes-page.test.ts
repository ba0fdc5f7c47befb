import { expect, test } from 'vitest';

import { buildApi } from '../../../harness/api-document.ts';
import { formatRoutesPage, listRoutes } from '../../../harness/routes-page.ts';

const { document, routes } = await buildApi();
const described = listRoutes(document).map(
  ({ method, path }) => `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
);
/** What people look at: the page that shows the document, and the operator's. */
const screens = ['documents', 'crawls', 'queue', 'status', 'runbook', 'login', 'logout'];
const forPeople = ['docs', 'assets', ...screens];
const isPage = (route: string) => {
  const [, path = ''] = route.split(' ');
  return path === '/' || forPeople.includes(path.split('/')[1] ?? '');
};

test('every route is in /openapi.json but the pages for people, and no other', () => {
  expect(routes.filter(isPage).length).toBeGreaterThan(10);
  expect(described.length).toBeGreaterThan(20);
  expect(described.sort()).toEqual(routes.filter((route) => !isPage(route)).sort());
});

test('no two routes have one name for the clients that are made from the document', () => {
  const names = listRoutes(document).map(({ operation }) => operation.operationId);
  expect(new Set(names).size).toBe(names.length);
});

test('docs/api-routes.md describes exactly the routes (written by npm run api)', async () => {
  await expect(formatRoutesPage(document)).toMatchFileSnapshot('../../../../docs/api-routes.md');
});
