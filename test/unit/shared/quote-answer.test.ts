import { expect, test } from 'vitest';

import { quoteAnswer } from '../../../shared/quote-answer.ts';

const style = `<style>${'a { color: red }\n'.repeat(200)}</style>`;
const ofOauth2Proxy = `<!DOCTYPE html>
<html lang="en" charset="utf-8">
<head>
  <title>Sign In</title>${style}
</head>
<body><form method="GET"><button>Sign in with Keycloak</button></form></body></html>`;
const ofCloudflare = `<!DOCTYPE html>
<!--[if lt IE 7]> <html class="no-js ie6 oldie" lang="en-US"> <![endif]-->
<!--[if gt IE 8]><!--> <html class="no-js" lang="en-US"> <!--<![endif]-->
<head><title>Attention Required! | Cloudflare</title><script>${'x();'.repeat(500)}</script></head>
<body><h1>Sorry, you have been blocked</h1></body></html>`;
const ofNginx =
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n' +
  '<hr><center>nginx/1.27.0</center>\r\n</body>\r\n</html>\r\n';
const ofTomcat = `<html><head>${style.replaceAll('style', 'STYLE')}</head><b>HTTP 404</b></html>`;

test.each([
  ['oauth2-proxy', ofOauth2Proxy, 'Sign In Sign in with Keycloak'],
  ['Cloudflare', ofCloudflare, 'Attention Required! | Cloudflare Sorry, you have been blocked'],
  ['nginx', ofNginx, '502 Bad Gateway nginx/1.27.0'],
  ['Tomcat', ofTomcat, 'HTTP 404'],
  ['a page that was cut in its styles', ofTomcat.slice(0, 1_000), ''],
])('of a page of %s those words are quoted that a reader sees', (_title, page, words) => {
  expect(quoteAnswer(page)).toBe(words);
});

test.each([
  ['404 page not found\n', '404 page not found'],
  ['{"error":"a <b> and\\n c"}', '{"error":"a <b> and\\n c"}'],
  [
    'upstream connect error\nreset reason: overflow',
    'upstream connect error reset reason: overflow',
  ],
  ['<Error><Code>AccessDenied</Code></Error>', '<Error><Code>AccessDenied</Code></Error>'],
  ['x'.repeat(400), 'x'.repeat(300)],
  ['', ''],
])('of %j the beginning is quoted, on one line', (body, words) => {
  expect(quoteAnswer(body)).toBe(words);
});
