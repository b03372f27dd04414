import { describe, expect, it } from 'vitest';
import { identifyPage, type PageIdentity } from '../../../lib/web/identity.js';

interface Case {
  what: string;
  html: string;
  is: PageIdentity;
  status?: number;
  headers?: Record<string, string>;
  finalUrl?: string;
  contentType?: string;
}

const page = (title: string, body: string) =>
  `<html><head><title>${title}</title></head><body>${body}</body></html>`;
const long =
  '<p>Contract machining of aerospace parts since 1961, with a plant of 40,000 square feet.</p>'.repeat(20);

const cases: Case[] = [
  {
    what: 'an ordinary profile',
    is: 'page',
    html: page('Acme Tool', '<h1>Acme Tool</h1><p>1 Mill Rd, Atlanta, GA 30303</p>'),
  },
  {
    what: 'a short profile with the area code 404',
    is: 'page',
    html: page('Kinium Inc', '<h1>Kinium Inc</h1><p>Phone: 404-555-0142</p>'),
  },
  {
    what: 'a street number 404',
    is: 'page',
    html: page('Vulcan', '<h1>Vulcan</h1><p>404 Page Mill Rd, Akron, OH 44301</p>'),
  },
  {
    what: 'a page with a login box beside its content',
    is: 'page',
    html: page('Directory', `${long}<form><input type="password"></form>`),
  },
  {
    what: 'an article about captchas',
    is: 'page',
    html: page('Blog', `${long}<div class="g-recaptcha"></div>`),
  },
  {
    what: 'a soft 404 by its title',
    is: 'soft_404',
    html: page('Page Not Found', '<h1>Sorry</h1><p>Try the search.</p>'),
  },
  { what: 'a soft 404 by number', is: 'soft_404', html: page('Oops', '<h1>404</h1><p>Nothing here.</p>') },
  { what: 'a record that is gone', is: 'soft_404', html: page('Member', '<p>Sorry, no record found.</p>') },
  {
    what: 'a member that left',
    is: 'soft_404',
    html: page('Member', '<p>Acme Tool is not an active member.</p>'),
  },
  {
    what: 'an empty search',
    is: 'no_results',
    html: page('Search', '<h1>Search</h1><p>No members found for this chapter.</p>'),
  },
  { what: 'a challenge', is: 'block_page', html: page('Just a moment...', '<div id="cf-chl-widget"></div>') },
  {
    what: 'a challenge by its header',
    is: 'block_page',
    html: page('x', long),
    headers: { 'cf-mitigated': 'challenge' },
  },
  {
    what: 'a denial',
    is: 'block_page',
    html: page('Access Denied', '<p>You do not have permission. Reference #18.2d</p>'),
  },
  {
    what: 'a captcha and little else',
    is: 'captcha',
    html: page('Check', '<form><div class="h-captcha" data-sitekey="x"></div></form>'),
  },
  {
    what: 'a members-only page',
    is: 'login_wall',
    html: page('Directory', '<p>This content is members-only.</p>'),
  },
  {
    what: 'a redirect to the login page',
    is: 'login_wall',
    html: page('Sign in', `<form><input type="password"></form>${long}`),
    finalUrl: 'https://www.a.example/login?returnurl=%2Fmembers',
  },
  {
    what: 'a PDF that says page not found',
    is: 'page',
    html: 'page not found',
    contentType: 'application/pdf',
  },
];

describe('identifyPage', () => {
  for (const { what, html, is, headers, finalUrl, contentType } of cases) {
    it(`takes ${what} for ${is}`, () => {
      const url = 'https://www.a.example/members';
      const found = identifyPage({
        url,
        finalUrl: finalUrl ?? url,
        status: 200,
        headers: headers ?? {},
        contentType: contentType ?? 'text/html',
        text: html,
      });
      expect(found.identity).toBe(is);
      if (is !== 'page') expect(found.sign).toBeTruthy();
    });
  }
});
