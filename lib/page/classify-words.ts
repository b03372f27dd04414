/** The words that CLASSIFICATION looks for: in addresses, titles, headings, links and lines. */
import type { PageType } from './types.js';

export const LISTS: readonly [PageType, RegExp][] = [
  [
    'exhibitor_list',
    /\bexhibitor(?:s|list|search| list| directory)?\b|\bexhibiting\b|\bfloor ?plan\b|\bexhibitors? ?list\w*\b|\bwho'?s (?:there|exhibiting)\b|\bwhos there\b/,
  ],
  ['sponsor_list', /\bsponsors?(?:hip)?\b|\bour partners\b|\bsupporters\b/],
  ['speaker_list', /\bspeakers?\b|\bpresenters\b/],
  [
    'member_directory',
    /\b(?:members?|membership)\b|\bdirector(?:y|ies)\b|\bbusiness(?:es)? (?:listing|list|search|directory)\b|\bfind an? \w+|\bsuppliers?\b|\bcompan(?:y|ies) (?:list|directory)\b|\bbuyer'?s? guide\b|\blistings?\b|\bwholesalers\b|\bcompany finder\b|\bour members\b|\bdistributors\b|\bmanufacturers\b|\bfoundries\b|\bmembers? list\b/,
  ],
  [
    'event_list',
    /\bevents\b|\bcalendar\b|\bconferences\b|\bmeetings\b|\bwebinars\b|\btraining\b|\bevent list\b|\bwhats on\b|\bwhat's on\b/,
  ],
];
export const EVENT_PATH =
  /\/(?:events?|calendar|meetings?|conferences?)\/(?:details?\/|view\/)?[^/?]*[a-z\d-]{6,}|\/event-\d+|event_?details?|eventid=|\/e\/[\w-]+-\d{6,}/i;
export const LIST_PATH =
  /\/(?:month|list|week|today|category|calendar|upcoming|past|archive|page)(?:\/|$|\?)/i;
export const PROFILE_PATH =
  /\/(?:details?|profiles?|members?\/[^/?]+|listings?\/[^/?]+|company\/[^/?]+|companies\/[^/?]+|exhibitors?\/[^/?]+|business\/[^/?]+|[\w-]*directory\/[^/?]+|places?\/[^/?]+|publicprofile|co\/[^/?]+|member)\b|(?:profile|member|company|listing|exhibitor)[\w-]*\.(?:asp|aspx|php|cfm)\?|[?&](?:exhid|memberid|boothid|id)=/i;
export const RANKING =
  /\b(?:top|best|leading|largest|biggest) (?:\d+ |ten |most )|\b\d+ (?:top|best|leading|most)\b|\bportfolio\b|\bour investments\b|\binvestments?\b/;
/** Nouns of other lists; in a title they may be a part of a firm's name. */
export const OTHER_LIST =
  /\b(?:news|blog|article|press releases?|case stud(?:y|ies)|careers?|jobs?|vacanc(?:y|ies)|staff|our team|products?|shop|cart|forum)\b/;

/** Pages of the house's own rules. */
export const LEGAL =
  /^\s*(?:terms\b|terms (?:of|and|&)\b|privacy\b|cookie (?:policy|notice)|disclaimer\b|legal notice|accessibility statement|copyright (?:notice|policy))/i;

export const REGISTRATION = /\b(?:add to (?:my )?calendar|register now|event details|save the date)\b/i;
export const BACK =
  /^(?:«|<|←)?\s*(?:back to|return to)\b.{0,24}\b(?:results|search|directory|list|members|listings)/i;
export const OWN_PATH =
  /^\/?(?:index\.\w+|home\/?|contact\w*(?:[-_]us)?(?:\.\w+|\/)?|about\w*(?:[-_]us)?(?:\.\w+|\/)?|locations?\/?|team\/?)?$/i;
export const ARTICLE = /^(?:Article|BlogPosting|NewsArticle|Blog)$/;
