import { describe, expect, test } from 'vitest';
import { type Answer, identifyPage } from '../../../lib/web/identity.js';

const answer = (text: string, more: Partial<Answer> = {}): Answer => ({
  url: 'https://www.pma.org/members',
  finalUrl: 'https://www.pma.org/members',
  status: 200,
  headers: {},
  contentType: 'text/html',
  text,
  ...more,
});
const content = `<p>${'Acme Tool & Die makes stampings. '.repeat(100)}</p>`;

describe('what a page with status 200 is', () => {
  test.each<[string, Answer, string]>([
    ['content', answer(content), 'page'],
    ['a short page', answer('<h1>Acme Tool</h1><p>Akron, OH</p>'), 'page'],
    [
      'a challenge by its header',
      answer(content, { headers: { 'cf-mitigated': 'challenge' } }),
      'block_page',
    ],
    ['a challenge by its title', answer('<title>Just a moment...</title><p>x</p>'), 'block_page'],
    ['a block page by its words', answer('<p>Please verify that you are a human</p>'), 'block_page'],
    ['a captcha', answer('<form><div class="g-recaptcha"></div></form>'), 'captcha'],
    ['a login wall', answer('<form><input name=u><input type="password"></form>'), 'login_wall'],
    [
      'a members-only page',
      answer('<h1>Directory</h1><p>You must be logged in to see it.</p>'),
      'login_wall',
    ],
    [
      'a redirect to a login',
      answer('<input type=password>', { finalUrl: 'https://www.pma.org/login?r=1' }),
      'login_wall',
    ],
    ['a soft 404', answer('<title>Page not found</title><p>Sorry.</p>'), 'soft_404'],
    ['an empty result', answer('<h1>Directory</h1><p>No members found</p>'), 'no_results'],
    ['content beside a login box', answer(`${content}<input type="password">Please log in to edit`), 'page'],
    ['content that speaks of captchas', answer(`${content}<div class="g-recaptcha"></div>`), 'page'],
    ['JSON', answer('{"error":"not found"}', { contentType: 'application/json' }), 'page'],
  ])('%s', (_name, given, expected) => {
    expect(identifyPage(given).identity).toBe(expected);
  });

  test.each([
    ['<'],
    ['<h1'],
    ['<script'],
    ['<!--'],
    ['<input type'],
    ['<input '],
    ['<title><'],
    ['<h1>x'],
    ['class="'],
    ['no record '],
    ['page '],
    [' '],
  ])('three hundred thousand characters of %j are judged in a moment', (piece) => {
    const started = performance.now();
    identifyPage(answer(piece.repeat(Math.ceil(300_000 / piece.length))));
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
