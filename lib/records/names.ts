/** Names as keys of identity: enough to know the same record again, no more. */
import anyAscii from 'any-ascii';

/** Lower case, ASCII, words and digits only. */
export const normalName = (name: string): string =>
  anyAscii(name)
    .toLowerCase()
    .replace(/&/g, ' and ')
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();

/** True for a name without a letter or digit. */
export const isBlankName = (name: string): boolean => !/[\p{L}\p{N}]/u.test(name);
