/** The links of a page, for who needs nothing else of it. */
import { type PageLink, skimPage } from './skim.js';

export const pageLinks = (url: string, html: string): PageLink[] => skimPage(url, html).links;
