/** Media types as the crawl tells them apart. */

/** HTML, by the media type. */
export const isHtmlType = (contentType: string | null): boolean =>
  contentType === 'text/html' || contentType === 'application/xhtml+xml';

export const isJsonType = (contentType: string | null): boolean =>
  contentType !== null && /^application\/(?:[\w.-]+\+)?json$/.test(contentType);
