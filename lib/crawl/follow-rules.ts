/** May the links of a page be followed? What `X-Robots-Tag` and `<meta name=robots>` say to all robots and to us. */
import { robotsMeta, robotsTag } from '../web/robots-tag.js';

/** `header` is X-Robots-Tag, several of them joined by commas. */
export function closedToLinks(
  header: string | null,
  metas: Iterable<{ name: string; content: string }>,
  productToken: string,
): boolean {
  return (
    robotsMeta(metas, productToken).nofollow || (header !== null && robotsTag(header, productToken).nofollow)
  );
}
